import { type Cache, type Lookups, openCache } from "../cache/cache";
import { type LruMap, lruMap } from "../cache/lru";
import type { Clock } from "../clock";
import type { Reader } from "../db/database";
import type { ApiKeyId, OrganizationId, UserId } from "../ids";
import { type KeyLimits, limitsOf, planOf } from "../limits/plans";
import type { Usage } from "../usage/counting";
import type { KeyUse } from "../usage/counts";
import { type KeyLife, lifeOf, statusAt, worksUntil } from "./key-life";
import type { KeyWithFacts } from "./key-life.sql";
import { openNetworks } from "./networks";
import { expandAll, type Permission, permissionsOfRole } from "./permissions";
import { allowedScopes } from "./policy";
import { findKeyByHash, findKeyById } from "./principals.sql";

/** An API key with everything a request by it needs, so that none waits for the database. */
export interface Principal {
  keyId: ApiKeyId;
  organizationId: OrganizationId;
  creatorId: UserId;
  environment: "live" | "test";
  scopes: readonly string[];
  /** Its scopes, without what its creator's role does not hold now and what its organization's policy does not allow. */
  permissions: ReadonlySet<Permission>;
  /** Whether it may be used from an IP address; undefined when it may be used from all. */
  allows: ((ip: string) => boolean) | undefined;
  life: KeyLife;
  /** When it stops working, in milliseconds since 1970; Infinity for never, in the past for a key that does not work. */
  worksUntil: number;
  /** Workload tokens for it that expire at this time or earlier are refused. Milliseconds since 1970. */
  tokensRevokedThrough: number;
  limits: KeyLimits;
  /** Where its requests are counted. */
  use: KeyUse;
}

/** What a key is found by: the hash of its text, or its id where a token stands for it. */
export type CacheKey = { hash: string } | { id: ApiKeyId };

/** Keys by their hash and by their id, also those that do not work. */
export interface PrincipalCache {
  readonly lookups: Lookups;
  /** A key that is cached, by its hash, without loading one. */
  peek(hash: string): Principal | undefined;
  get(key: CacheKey): Principal | undefined | Promise<Principal | undefined>;
  /** As `evictWhere` of `Cache`. */
  evictWhere(test: (key: Principal) => boolean): void;
}

/** @param environments those this deployment accepts */
export function openPrincipalCache(
  clock: Clock,
  reader: Reader,
  usage: Usage,
  environments: readonly string[],
): PrincipalCache {
  const load = async (found: KeyWithFacts | undefined) =>
    found && principalOf(found, environments, await usage.recall(found.key));
  const byHash: Cache<Principal> = openCache(clock, async (hash) => load(await findKeyByHash(reader, hash)));
  const byId: Cache<Principal> = openCache(clock, async (id) => load(await findKeyById(reader, id as ApiKeyId)));
  return {
    get lookups() {
      const hits = byHash.lookups.hits + byId.lookups.hits;
      return { hits, misses: byHash.lookups.misses + byId.lookups.misses };
    },
    peek: byHash.peek,
    get: (key) => ("hash" in key ? byHash.get(key.hash) : byId.get(key.id)),
    evictWhere(test) {
      byHash.evictWhere(test);
      byId.evictWhere(test);
    },
  };
}

function principalOf(found: KeyWithFacts, environments: readonly string[], use: KeyUse): Principal {
  const { key, policy } = found;
  const life = lifeOf(found, environments);
  return {
    keyId: key.id,
    organizationId: key.organizationId,
    creatorId: key.creatorId,
    environment: key.environment,
    scopes: sharedList(key.scopes),
    permissions: sharedSet(permissionsOf(found)),
    allows: allowedByAll(key.allowedIps, policy?.allowedIps),
    life,
    worksUntil: worksUntil(life),
    tokensRevokedThrough: key.tokensRevokedThrough?.getTime() ?? Number.NEGATIVE_INFINITY,
    limits: limitsOf(planOf(found), key.environment, key.rateLimit),
    use,
  };
}

/** Most keys may do the same as many others. They share one list of scopes and one set of permissions. */
const lists = lruMap<readonly string[]>(1_000);
const sets = lruMap<ReadonlySet<Permission>>(1_000);
const sharedList = (list: readonly string[]) => shared(lists, list.join(), list);
const sharedSet = (set: ReadonlySet<Permission>) => shared(sets, [...set].join(), set);

function shared<Value>(values: LruMap<Value>, name: string, value: Value): Value {
  const known = values.get(name) ?? value;
  values.set(name, known);
  return known;
}

/** What a key may do at this moment, read from the database; undefined for one that does not work. */
export async function permissionsOfKey(db: Reader, id: ApiKeyId, now: number, environments: readonly string[]) {
  const found = await findKeyById(db, id);
  return found && statusAt(lifeOf(found, environments), now) === "active" ? permissionsOf(found) : undefined;
}

/** What a key may do, as far as its creator's role and its organization's policy allow it. */
export const permissionsOf = ({ key, policy, role, grants }: KeyWithFacts): ReadonlySet<Permission> =>
  allowedScopes(policy, expandAll(key.scopes).intersection(permissionsOfRole(role ?? "", grants)));

/** Whether an IP address lies in each of the lists there are; undefined without a list. */
function allowedByAll(...lists: (string[] | null | undefined)[]): ((ip: string) => boolean) | undefined {
  const checks = lists.filter((list) => list != null).map(openNetworks);
  return checks.length === 0 ? undefined : (ip) => checks.every((allows) => allows(ip));
}
