import type { OrganizationId } from "../ids";
import type { Permission } from "./permissions";

/** What keeps a personal access token from an organization that its user belongs to. */
export const tokenBlocks = [
  "organization_suspended",
  "ended",
  "refused",
  "awaits_approval",
  "method_not_allowed",
  "too_old",
  "owner_without_two_factor",
] as const;
export type TokenBlock = (typeof tokenBlocks)[number];

/** What a token may do in an organization, as far as nothing is changed. Times are milliseconds since 1970; Infinity is never. */
export interface Standing {
  /** Its scopes, without what its user may not do there now, what the policy does not allow, and what would create credentials. */
  readonly permissions: ReadonlySet<Permission>;
  /** Whether the policy allows an IP address; undefined where it allows all. */
  readonly allows: ((ip: string) => boolean) | undefined;
  readonly blocks: readonly (readonly [block: TokenBlock, from: number])[];
}

export type Standings = ReadonlyMap<OrganizationId, Standing>;

/** What keeps a token out at a time; undefined where nothing does. */
export function blockAt({ blocks }: Standing, now: number): TokenBlock | undefined {
  return blocks.length === 0 ? undefined : blocks.find(([, from]) => from <= now)?.[0];
}
