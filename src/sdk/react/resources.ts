import type { ApiKeyFilter, InvitationsQuery, MembersQuery, UsageRange } from "../client";
import { useList, useQuery } from "./queries";

/** An id, or undefined while it is not known yet: then nothing is loaded. */
type Id = string | undefined;

/** The organizations of the signed-in user. */
export const useOrganizations = () => useList("organizations.list", []);
export const useOrganization = (id: Id) => useQuery("organizations.get", id === undefined ? undefined : [id]);
export const useMembers = (organizationId: Id, query: MembersQuery = {}) =>
  useList("members.list", organizationId === undefined ? undefined : [organizationId, query]);
/** The invitations that an organization sent. */
export const useInvitations = (organizationId: Id, query: InvitationsQuery = {}) =>
  useList("invitations.list", organizationId === undefined ? undefined : [organizationId, query]);
/** The invitations that the signed-in user received. */
export const useReceivedInvitations = () => useList("me.listInvitations", []);
export const useApiKeys = (organizationId: Id, filter: ApiKeyFilter = {}) =>
  useList("apiKeys.list", organizationId === undefined ? undefined : [organizationId, filter]);
export const useApiKey = (organizationId: Id, keyId: Id) =>
  useQuery("apiKeys.get", organizationId === undefined || keyId === undefined ? undefined : [organizationId, keyId]);
/** The usage of all keys of an organization. */
export const useUsage = (organizationId: Id, range: UsageRange = {}) =>
  useQuery("usage.get", organizationId === undefined ? undefined : [organizationId, range]);
export const useApiKeyUsage = (organizationId: Id, keyId: Id, range: UsageRange = {}) =>
  useQuery(
    "apiKeys.getUsage",
    organizationId === undefined || keyId === undefined ? undefined : [organizationId, keyId, range],
  );
export const usePlan = (organizationId: Id) =>
  useQuery("plan.get", organizationId === undefined ? undefined : [organizationId]);
/** The sessions of the signed-in user. */
export const useSessions = () => useList("sessions.list", []);
export const useTwoFactor = () => useQuery("twoFactor.get", []);
