/** React hooks without styles, for React 18 and 19. */
export { BaskProvider, type BaskProviderProps, useBask } from "./react/context";
export { type Mutation, type MutationOptions, type Patch, useMutation } from "./react/mutations";
export { type ListMethod, type ListQuery, type Query, useList, useQuery } from "./react/queries";
export {
  useApiKey,
  useApiKeys,
  useApiKeyUsage,
  useInvitations,
  useMembers,
  useOrganization,
  useOrganizations,
  usePlan,
  useReceivedInvitations,
  useSessions,
  useTwoFactor,
  useUsage,
} from "./react/resources";
export { type SessionState, type SignIn, useSession, useSignIn, useSignOut } from "./react/session";
