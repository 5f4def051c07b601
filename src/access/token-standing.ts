import type { OrganizationId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { openNetworks } from "./networks";
import { expandAll, type Grant, type Permission, permissionsOfRole } from "./permissions";
import { allowedScopes, type Policy } from "./policy";
import type { Standing, TokenBlock } from "./standing";

/** Everything that decides about a personal access token in one organization that its user belongs to. */
export interface MembershipFacts extends Entitlements {
  organizationId: OrganizationId;
  role: string;
  grants: Grant[] | null;
  policy: Policy | null;
  organizationSuspendedAt: Date | null;
  organizationDeletedAt: Date | null;
  /** What was decided there about the token. */
  approvedAt: Date | null;
  endedAt: Date | null;
}

/** What decides beside these, wherever the token is used. */
export interface TokenFacts {
  token: { scopes: readonly string[]; createdAt: Date; method: string };
  ownerTwoFactorSince: Date | null;
}

/**
 * What creates a credential, or lets one in. No personal access token can do it, whatever its scopes: who steals one cannot make of it another that
 * stays when it is revoked.
 */
export const credentialPermissions: ReadonlySet<Permission> = new Set<Permission>([
  "api-keys:create",
  "api-keys:update",
  "personal-tokens:approve",
]);

const always = Number.NEGATIVE_INFINITY;
const day = 86_400_000;

/** The one place that decides what a personal access token may do in an organization. Undefined in a deleted one. */
export function standingOf({ token, ownerTwoFactorSince }: TokenFacts, facts: MembershipFacts): Standing | undefined {
  if (facts.organizationDeletedAt) return undefined;
  const { policy } = facts;
  const blocks: [TokenBlock, number][] = [];
  if (facts.organizationSuspendedAt) blocks.push(["organization_suspended", always]);
  if (facts.endedAt) blocks.push(["ended", always]);
  if (policy?.personalTokens === "refused") blocks.push(["refused", always]);
  if (policy?.personalTokens === "approval" && !facts.approvedAt) blocks.push(["awaits_approval", always]);
  if (policy?.allowedMethods && facts.role !== "owner" && !policy.allowedMethods.includes(token.method))
    blocks.push(["method_not_allowed", always]);
  const end = latestTokenEnd(policy, token.createdAt);
  if (Number.isFinite(end)) blocks.push(["too_old", end]);
  if (policy?.require2fa && !ownerTwoFactorSince)
    blocks.push(["owner_without_two_factor", Date.parse(policy.require2fa)]);
  return {
    permissions: allowedScopes(policy, expandAll(token.scopes))
      .intersection(permissionsOfRole(facts.role, facts.grants))
      .difference(credentialPermissions),
    allows: policy?.allowedIps ? openNetworks(policy.allowedIps) : undefined,
    blocks,
  };
}

/** When the policy of an organization ends the access of a personal access token, in milliseconds since 1970. */
export function latestTokenEnd(policy: Policy | null, createdAt: Date): number {
  const days = Math.min(
    policy?.maxKeyLifetimeDays ?? Number.POSITIVE_INFINITY,
    policy?.maxPersonalTokenDays ?? Number.POSITIVE_INFINITY,
  );
  return createdAt.getTime() + days * day;
}
