import { bask } from "./client";
import { useOrganization } from "./organization";
import { usePages } from "./pages";

export type PersonalToken = Awaited<ReturnType<typeof bask.personalTokens.list>>["data"][number];
export type CreatedPersonalToken = Awaited<ReturnType<typeof bask.personalTokens.create>>;
export type MemberToken = Awaited<ReturnType<typeof bask.memberTokens.list>>["data"][number];

/** The user's own personal access tokens. */
export const usePersonalTokens = () => usePages(["tokens", "own"], (cursor) => bask.personalTokens.list(cursor));

/** The personal access tokens of members that reach the organization that is shown. */
export function useMemberTokens() {
  const { id } = useOrganization();
  return usePages(["tokens", id], (cursor) => bask.memberTokens.list(id, cursor));
}
