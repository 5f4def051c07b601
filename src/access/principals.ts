import { andThen, type Cache, type Lookups, openCache } from "../cache/cache";
import { lruMap } from "../cache/lru";
import { shared, sharedText } from "../cache/shared";
import type { Clock } from "../clock";
import type { Reader } from "../db/database";
import type { ApiKeyId, CountedId, OrganizationId, PersonalTokenId, UserId } from "../ids";
import { type KeyLimits, limitsOf, planOf, tokenLimitsOf } from "../limits/plans";
import type { Usage } from "../usage/counting";
import type { KeyUse } from "../usage/counts";
import { type KeyLife, lifeOf, statusAt, tokenLifeOf, worksUntil } from "./key-life";
import type { KeyWithFacts } from "./key-life.sql";
import { openNetworks } from "./networks";
import { expandAll, type Permission, permissionsOfRole } from "./permissions";
import { findTokenByHash, findTokenById, findTokenIn, type TokenWithFacts } from "./personal-tokens.sql";
import { allowedScopes } from "./policy";
import { findKeyByHash, findKeyById } from "./principals.sql";
import type { Only } from "./resource-kinds";
import type { Standing, Standings } from "./standing";
import { standingOf } from "./token-standing";

/** An API key or a personal access token with everything a request by it needs, so that none waits for the database. */
export type Principal = KeyPrincipal | TokenPrincipal;

interface Credential<Id extends CountedId> {
  id: Id;
  scopes: readonly string[];
  /** The resources that it is bound to; null for one that is not bound. */
  only: Only;
  /** Whether it may be used from an IP address; undefined when it may be used from all. */
  allows: ((ip: string) => boolean) | undefined;
  life: CredentialLife;
  limits: KeyLimits;
  /** Where its requests are counted. */
  use: KeyUse;
}

/** Most credentials share theirs with others. Times are milliseconds since 1970. */
export interface CredentialLife extends KeyLife {
  /** When it stops working; Infinity for never, in the past for one that does not work. */
  readonly worksUntil: number;
  /** Tokens that stand for it and expire at this time or earlier are refused. */
  readonly tokensRevokedThrough: number;
}

/** There is one for each key that is remembered, so it has few fields: up to twelve take 112 bytes, one more takes 160. */
export interface KeyPrincipal extends Credential<ApiKeyId> {
  kind: "key";
  organizationId: OrganizationId;
  creatorId: UserId;
  environment: "live" | "test";
  /** Its scopes, without what its creator's role does not hold now and what its organization's policy does not allow. */
  permissions: ReadonlySet<Permission>;
}

export interface TokenPrincipal extends Credential<PersonalTokenId> {
  kind: "personal_token";
  userId: UserId;
  /** The one organization it reaches; null for all that its user belongs to. */
  organizationId: OrganizationId | null;
  /** Where its user belongs to, and what it may do there. */
  standings: Standings;
}

/** What a credential is found by: the hash of its text, or its id where a token stands for it. */
export type CacheKey = { hash: string } | { tokenHash: string } | { id: ApiKeyId } | { tokenId: PersonalTokenId };

/** Keys and personal access tokens by their hash and by their id, also those that do not work. */
export interface PrincipalCache {
  readonly lookups: Lookups;
  /** A key that is cached, by its hash, without loading one. */
  peek(hash: string): KeyPrincipal | undefined;
  peekToken(hash: string): TokenPrincipal | undefined;
  get(key: CacheKey): Principal | undefined | Promise<Principal | undefined>;
  /** As `evictWhere` of `Cache`. */
  evictWhere(test: (principal: Principal) => boolean): void;
}

/** @param environments those this deployment accepts */
export function openPrincipalCache(
  clock: Clock,
  reader: Reader,
  usage: Usage,
  environments: readonly string[],
): PrincipalCache {
  const loadKey = (found: KeyWithFacts | undefined) =>
    found && usage.recall(found.key).then((use) => principalOf(found, environments, use));
  const loadToken = async (found: TokenWithFacts | undefined) =>
    found && tokenPrincipalOf(found, await usage.recallToken(found.token));
  const keys: Cache<KeyPrincipal> = openCache(clock, (hash) => andThen(findKeyByHash(reader, hash), loadKey));
  const keysById: Cache<KeyPrincipal> = openCache(clock, (id) => andThen(findKeyById(reader, id as ApiKeyId), loadKey));
  const tokens: Cache<TokenPrincipal> = openCache(clock, async (hash) =>
    loadToken(await findTokenByHash(reader, hash)),
  );
  const tokensById: Cache<TokenPrincipal> = openCache(clock, async (id) =>
    loadToken(await findTokenById(reader, id as PersonalTokenId)),
  );

  return {
    get lookups() {
      const of = [keys, keysById, tokens, tokensById].map(({ lookups }) => lookups);
      const total = (name: "hits" | "misses") => of.reduce((sum, lookups) => sum + lookups[name], 0);
      return { hits: total("hits"), misses: total("misses") };
    },
    peek: keys.peek,
    peekToken: tokens.peek,
    get(key) {
      if ("hash" in key) return keys.get(key.hash);
      if ("tokenHash" in key) return tokens.get(key.tokenHash);
      return "id" in key ? keysById.get(key.id) : tokensById.get(key.tokenId);
    },
    evictWhere(test) {
      for (const cache of [keys, keysById]) cache.evictWhere(test);
      for (const cache of [tokens, tokensById]) cache.evictWhere(test);
    },
  };
}

/** What has changed, by the ids of what it was. */
export interface Changed {
  users: ReadonlySet<string>;
  organizations: ReadonlySet<string>;
  credentials: ReadonlySet<string>;
}

/** Whether what is remembered of a credential is no longer as it was. */
export function isStale(principal: Principal, { users, organizations, credentials }: Changed): boolean {
  if (credentials.has(principal.id)) return true;
  if (principal.kind === "key") return organizations.has(principal.organizationId) || users.has(principal.creatorId);
  if (users.has(principal.userId)) return true;
  if (organizations.size > 0) for (const id of principal.standings.keys()) if (organizations.has(id)) return true;
  return false;
}

function principalOf(found: KeyWithFacts, environments: readonly string[], use: KeyUse): KeyPrincipal {
  const { key, policy } = found;
  return {
    kind: "key",
    id: key.id,
    organizationId: sharedText(key.organizationId),
    creatorId: sharedText(key.creatorId),
    environment: key.environment === "live" ? "live" : "test", // one text, where each row has a copy
    scopes: sharedList(key.scopes),
    only: key.only,
    permissions: sharedSet(permissionsOf(found)),
    allows: allowedByAll(key.allowedIps, policy?.allowedIps),
    life: credentialLife(lifeOf(found, environments), key.tokensRevokedThrough),
    limits: limitsOf(planOf(found), key.environment, key.rateLimit),
    use,
  };
}

function tokenPrincipalOf(found: TokenWithFacts, use: KeyUse): TokenPrincipal {
  const { token, memberships } = found;
  const standings = new Map<OrganizationId, Standing>();
  for (const facts of memberships) {
    const standing = standingOf(found, facts);
    if (standing) standings.set(facts.organizationId, { ...standing, permissions: sharedSet(standing.permissions) });
  }
  return {
    kind: "personal_token",
    id: token.id,
    userId: token.userId,
    organizationId: token.organizationId,
    scopes: sharedList(token.scopes),
    only: token.only,
    standings,
    allows: allowedByAll(token.allowedIps),
    life: credentialLife(tokenLifeOf(found), token.tokensRevokedThrough),
    limits: tokenLimitsOf(memberships.map(planOf)),
    use,
  };
}

function credentialLife(life: KeyLife, tokensRevokedThrough: Date | null): CredentialLife {
  const through = tokensRevokedThrough?.getTime() ?? Number.NEGATIVE_INFINITY;
  return sharedLife({ ...life, worksUntil: worksUntil(life), tokensRevokedThrough: through });
}

/** Most keys may do the same as many others, and end as they do. They share one list of scopes, one set of permissions, and what else is equal. */
const lives = lruMap<CredentialLife>(1_000);
const lists = lruMap<readonly string[]>(1_000);
const sets = lruMap<ReadonlySet<Permission>>(1_000);
const sharedLife = (life: CredentialLife) => shared(lives, Object.values(life).join(), life);
const sharedList = (list: readonly string[]) => shared(lists, list.join(), list);
const sharedSet = (set: ReadonlySet<Permission>) => shared(sets, [...set].join(), set);

/** What a key may do at this moment, read from the database; undefined for one that does not work. */
export async function powersOfKey(
  db: Reader,
  id: ApiKeyId,
  now: number,
  environments: readonly string[],
): Promise<Powers | undefined> {
  const found = await findKeyById(db, id);
  if (!found || statusAt(lifeOf(found, environments), now) !== "active") return undefined;
  return { permissions: permissionsOf(found), only: found.key.only };
}

/** What a credential may do in an organization, and to what. */
export interface Powers {
  readonly permissions: ReadonlySet<Permission>;
  readonly only: Only;
}

/** What a personal access token may do in an organization at this moment, read from the database; undefined where it does not work or reach. */
export async function standingOfToken(db: Reader, id: PersonalTokenId, organizationId: OrganizationId, now: number) {
  const found = await findTokenIn(db, id, organizationId);
  const [facts] = found?.memberships ?? [];
  const standing =
    found && facts && statusAt(tokenLifeOf(found), now) === "active" ? standingOf(found, facts) : undefined;
  return standing && { standing, only: found!.token.only };
}

/** What a key may do, as far as its creator's role and its organization's policy allow it. */
export const permissionsOf = ({ key, policy, role, grants }: KeyWithFacts): ReadonlySet<Permission> =>
  allowedScopes(policy, expandAll(key.scopes).intersection(permissionsOfRole(role ?? "", grants)));

/** Whether an IP address lies in each of the lists there are; undefined without a list. */
function allowedByAll(...lists: (string[] | null | undefined)[]): ((ip: string) => boolean) | undefined {
  const checks = lists.filter((list) => list != null).map(openNetworks);
  return checks.length === 0 ? undefined : (ip) => checks.every((allows) => allows(ip));
}
