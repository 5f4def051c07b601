import { and, asc, count, eq, getTableColumns, gt, gte, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import {
  type ApiKeyRow,
  hasStatus,
  isUnended,
  type KeyWithFacts,
  type StatusContext,
  selectKeys,
} from "../access/key-life.sql";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bindRow, prepared, rowOf } from "../db/prepared";
import { contains, fold, withFolded } from "../db/search";
import { apiKeys, type WhyDisabled } from "../db/tables";
import type { ApiKeyId, OrganizationId, UserId } from "../ids";
import type { PageOf } from "../paging";

/** The status of a key, for a filter. */
type KeyStatus = Parameters<typeof hasStatus>[0];

export async function insertApiKey(
  tx: Writer,
  key: Omit<typeof apiKeys.$inferInsert, "nameFolded" | "descriptionFolded">,
) {
  await newKey(tx, rowOf(columns, withFolded(key, "name", "description")));
}

const columns = getTableColumns(apiKeys);

const newKey = prepared<Record<string, unknown>, Promise<unknown>>("new_api_key", (db) =>
  db.insert(apiKeys).values(bindRow(columns)),
);

/** The keys of an organization that count against its plan. */
export interface KeyCount {
  /** Active keys, none beside its successor. Keys count in every environment, whichever this deployment accepts. */
  active: number;
  /** Keys that have not ended, disabled and blocked ones included. */
  unended: number;
}

export async function countKeys(db: Reader, organizationId: OrganizationId, now: Date): Promise<KeyCount> {
  const context: StatusContext = { now, environments: ["live", "test"] };
  const active = and(hasStatus("active", context), isNull(apiKeys.replacedBy));
  const [row] = await db
    .select({ active: count(sql`case when ${active} then 1 end`), unended: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), isUnended(now)));
  return row!;
}

/** Whether an organization has at least so many keys, also counting those that have ended. Looks at an index only, and no further than that. */
export async function hasKeys(db: Reader, organizationId: OrganizationId, atLeast: number): Promise<boolean> {
  return atLeast <= 0 || (await keyAfter(db, { organizationId, others: atLeast - 1 })).length > 0;
}

const keyAfter = prepared<{ organizationId: OrganizationId; others: number }, Promise<unknown[]>>("key_after", (db) =>
  db
    .select({ one: sql`1` })
    .from(apiKeys)
    .where(eq(apiKeys.organizationId, sql.placeholder("organizationId")))
    .offset(sql.placeholder("others"))
    .limit(1),
);

export async function findApiKey(
  db: Reader,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<KeyWithFacts | undefined> {
  return (await keyOf(db, { organizationId, id }))[0];
}

const keyOf = prepared<{ organizationId: OrganizationId; id: ApiKeyId }, Promise<KeyWithFacts[]>>("key_of", (db) =>
  selectKeys(db).where(
    and(eq(apiKeys.organizationId, sql.placeholder("organizationId")), eq(apiKeys.id, sql.placeholder("id"))),
  ),
);

/** The organization that a key belongs to. */
export async function findOrganizationOfKey(db: Reader, id: ApiKeyId): Promise<OrganizationId | undefined> {
  const found = await db.select({ organizationId: apiKeys.organizationId }).from(apiKeys).where(eq(apiKeys.id, id));
  return found[0]?.organizationId;
}

/** The key that this one is the successor of. */
export async function findPredecessor(
  db: Reader,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<KeyWithFacts | undefined> {
  return (await selectKeys(db).where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.replacedBy, id))))[0];
}

/**
 * Whether a key is one of those where the search starts, or was created by one of them, or by one that these created, and so on: a condition in a
 * query of `apiKeys`. The database follows them, however many there are.
 */
export const isOrDescendsFrom = (organizationId: OrganizationId, start: SQL | undefined): SQL =>
  isOneOrDescendsFromOne(and(eq(apiKeys.organizationId, organizationId), start));

/** As `isOrDescendsFrom`, in all organizations. */
const isOneOrDescendsFromOne = (start: SQL | undefined): SQL =>
  sql`${apiKeys.id} in (
    with recursive family(id) as (
      select ${apiKeys.id} from ${apiKeys} where ${start}
      union select ${apiKeys.id} from family join ${apiKeys} on ${apiKeys.createdByKeyId} = family.id
    ) select id from family)`;

/** The keys that a key created and that are not revoked, with those they created. */
export async function listDescendants(db: Reader, organizationId: OrganizationId, id: ApiKeyId): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        isOrDescendsFrom(organizationId, eq(apiKeys.createdByKeyId, id)),
        isNull(apiKeys.revokedAt),
      ),
    )
    .orderBy(asc(apiKeys.id));
}

/** Which keys of a list. */
export interface KeyFilter {
  environment?: "live" | "test" | undefined;
  /** By default all that are not revoked. */
  status?: KeyStatus | undefined;
  createdBy?: string | undefined;
  /** A part of the name or the description, or the first characters of the key. */
  search?: string | undefined;
}

/** The keys of an organization that match a filter, in the order they were created. */
export async function listApiKeys(
  db: Reader,
  organizationId: OrganizationId,
  { environment, status, createdBy, search }: KeyFilter,
  context: StatusContext,
  { after = "", limit }: PageOf,
): Promise<KeyWithFacts[]> {
  return selectKeys(db)
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        gt(apiKeys.id, after as ApiKeyId),
        status ? hasStatus(status, context) : isNull(apiKeys.revokedAt),
        environment && eq(apiKeys.environment, environment),
        createdBy === undefined ? undefined : eq(apiKeys.creatorId, createdBy as UserId),
        search === undefined ? undefined : isNamed(search),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(limit);
}

/** A prefix is searched only by its beginning: its random end would match any short text. */
function isNamed(search: string) {
  const folded = fold(search);
  return or(
    contains(apiKeys.nameFolded, folded),
    contains(apiKeys.descriptionFolded, folded),
    folded.startsWith("bsk_") ? contains(sql`lower(${apiKeys.prefix})`, folded) : undefined,
  );
}

/** Changes a key; false when it is revoked. */
export async function updateApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  change: Partial<ApiKeyRow>,
): Promise<boolean> {
  return (await changeKeys(tx, change, and(isKey(organizationId, id), isNull(apiKeys.revokedAt)))).length > 0;
}

/** Disables a key; false when it is revoked or disabled already. */
export async function disableApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  because: WhyDisabled,
): Promise<boolean> {
  const change = { disabledAt: tx.now, disabledBecause: because };
  return (await changeKeys(tx, change, and(isKey(organizationId, id), isEnabled))).length > 0;
}

/** Enables a key; false when it is revoked or not disabled. */
export async function enableApiKey(tx: Writer, organizationId: OrganizationId, id: ApiKeyId): Promise<boolean> {
  const change = { disabledAt: null, disabledBecause: null };
  const disabled = and(isKey(organizationId, id), isNull(apiKeys.revokedAt), isNotNull(apiKeys.disabledAt));
  return (await changeKeys(tx, change, disabled)).length > 0;
}

/** Revokes a key for good; undefined when there is none, or it was revoked before. */
export async function revokeApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  return (await changeKeys(tx, { revokedAt: tx.now }, and(isKey(organizationId, id), isNull(apiKeys.revokedAt))))[0];
}

/** Ends a key that gets a successor; false when it is revoked, disabled or has one already. */
export async function retireApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  successor: ApiKeyId,
  endsAt: Date,
): Promise<boolean> {
  const change = { replacedBy: successor, expiresAt: endsAt };
  const which = and(isKey(organizationId, id), isEnabled, isNull(apiKeys.replacedBy));
  return (await changeKeys(tx, change, which)).length > 0;
}

/** Disables every key of a member; those that were disabled already stay as they are. */
export async function disableKeysOf(
  tx: Writer,
  organizationId: OrganizationId,
  creatorId: UserId,
  because: WhyDisabled,
): Promise<ApiKeyRow[]> {
  return changeKeys(
    tx,
    { disabledAt: tx.now, disabledBecause: because },
    and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.creatorId, creatorId), isEnabled, hasTimeLeft(tx.now)),
  );
}

/** Disables every key that a user created or was shown at this time or later, in all organizations, with the keys that these created. */
export async function disableKeysEverywhere(
  tx: Writer,
  userId: UserId,
  since: Date,
  because: WhyDisabled,
): Promise<ApiKeyRow[]> {
  const theirs = or(eq(apiKeys.creatorId, userId), eq(apiKeys.createdById, userId));
  const started = and(theirs, gte(apiKeys.createdAt, since));
  return changeKeys(
    tx,
    { disabledAt: tx.now, disabledBecause: because },
    and(isOneOrDescendsFromOne(started), isEnabled, hasTimeLeft(tx.now)),
  );
}

/** The keys of a creator in an organization that are neither revoked nor expired. */
export async function listLiveKeysOf(
  tx: Writer,
  organizationId: OrganizationId,
  creatorId: UserId,
): Promise<ApiKeyRow[]> {
  return tx
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        eq(apiKeys.creatorId, creatorId),
        isNull(apiKeys.revokedAt),
        hasTimeLeft(tx.now),
      ),
    )
    .orderBy(asc(apiKeys.id));
}

const isKey = (organizationId: OrganizationId, id: ApiKeyId) =>
  and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, id));

const isEnabled = and(isNull(apiKeys.revokedAt), isNull(apiKeys.disabledAt));

const hasTimeLeft = (now: Date) => or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now));

/** Changes keys and invalidates what every process caches of them. */
async function changeKeys(tx: Writer, change: Partial<ApiKeyRow>, which: SQL | undefined): Promise<ApiKeyRow[]> {
  const row = withFolded(change, "name", "description");
  const changed = await tx.update(apiKeys).set(row).where(which).returning();
  for (const { id } of changed) await tx.invalidate({ topic: "api-key", subject: id });
  return changed;
}

/** Revokes the workload tokens of a key that expire at this time or earlier; false when they were revoked before. */
export async function revokeTokensThrough(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  time: Date,
): Promise<boolean> {
  const earlier = or(isNull(apiKeys.tokensRevokedThrough), lt(apiKeys.tokensRevokedThrough, time));
  const which = and(isKey(organizationId, id), isNull(apiKeys.revokedAt), earlier);
  return (await changeKeys(tx, { tokensRevokedThrough: time }, which)).length > 0;
}

export async function findUnrevokedKeyById(db: Reader, id: ApiKeyId): Promise<ApiKeyRow | undefined> {
  const [found] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
  return found;
}

/** A key by its hash, unless it is revoked. */
export async function findUnrevokedKey(db: Reader, hash: string): Promise<ApiKeyRow | undefined> {
  const [found] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)));
  return found;
}

/** Deletes keys that were revoked or expired before a time, with the networks they were used from. */
export const pruneEndedKeys = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, apiKeys, or(lt(apiKeys.revokedAt, before), lt(apiKeys.expiresAt, before)), max);
