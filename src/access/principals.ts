import { type Cache, openCache } from "../cache/cache";
import type { Clock } from "../clock";
import type { Reader } from "../db/database";
import { type ApiKeyId, isId, type OrganizationId, type UserId } from "../ids";
import { planOf, quotasOf } from "../limits/plans";
import { policyHeader, type Quota } from "../limits/windows";
import type { KeyUse, Usage } from "../usage/counting";
import { openNetworks } from "./networks";
import { expandAll, type Permission, permissionsOfRole } from "./permissions";
import { allowedScopes, latestEnd } from "./policy";
import { type BoundedKey, findKeyByHash, findKeyById } from "./principals.sql";

/** A key ready for use: everything a request by it needs, without a look at the database. */
export interface Principal {
  keyId: ApiKeyId;
  organizationId: OrganizationId;
  creatorId: UserId;
  environment: "live" | "test";
  scopes: readonly string[];
  /** Its scopes, less what its creator's role does not hold now and what its organization's policy does not allow. */
  permissions: ReadonlySet<Permission>;
  /** Whether it may be used from an address. */
  allows: ((ip: string) => boolean) | undefined;
  /** Milliseconds since 1970; Infinity without an end. */
  expiresAt: number;
  /** The end as a date of HTTP, for keys that have one. */
  sunset: string | undefined;
  quotas: readonly Quota[];
  policy: string;
  /** Where its requests are counted. */
  use: KeyUse;
}

/** Keys by their hash, and by their id for tokens that stand for them. A key whose creator left the organization is not there. */
export function openPrincipalCache(clock: Clock, reader: Reader, usage: Usage): Cache<Principal> {
  return openCache(clock, async (name) => {
    const found = isId("key", name) ? await findKeyById(reader, name) : await findKeyByHash(reader, name);
    if (!found) return undefined;
    const { key, policy } = found;
    const use = await usage.recall(key.id);
    const quotas = quotasOf(planOf(found), key.environment, key.rateLimit);
    const expiresAt = endOf(found);
    return {
      keyId: key.id,
      organizationId: key.organizationId,
      creatorId: key.creatorId,
      environment: key.environment,
      scopes: key.scopes,
      permissions: permissionsOf(found),
      allows: bothAllow(key.allowedIps, policy?.allowedIps),
      expiresAt,
      sunset: expiresAt < Number.POSITIVE_INFINITY ? new Date(expiresAt).toUTCString() : undefined,
      quotas,
      policy: policyHeader(quotas),
      use,
    };
  });
}

/** What a key may do at this moment, past all that is remembered; undefined for one that works no more. */
export async function permissionsOfKey(db: Reader, id: ApiKeyId, now: number) {
  const found = await findKeyById(db, id);
  return found && now < endOf(found) ? permissionsOf(found) : undefined;
}

const permissionsOf = ({ key, policy, role, grants }: BoundedKey) =>
  allowedScopes(policy, expandAll(key.scopes).intersection(permissionsOfRole(role, grants)));

const endOf = ({ key, policy }: BoundedKey) =>
  Math.min(key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, latestEnd(policy, key.createdAt));

/** An address must lie in each list there is. */
function bothAllow(...lists: (string[] | null | undefined)[]): ((ip: string) => boolean) | undefined {
  const checks = lists.filter((list) => list != null).map(openNetworks);
  return checks.length === 0 ? undefined : (ip) => checks.every((allows) => allows(ip));
}
