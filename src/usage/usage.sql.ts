import { and, asc, type Column, eq, gt, gte, inArray, lt, type SQL, sql, sum } from "drizzle-orm";
import { jsonEach, timestampFromMs } from "../db/columns";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bind, isRemote, prepared } from "../db/prepared";
import { apiKeys, keyUsage, organizations, personalTokens, tokenUsage } from "../db/tables";
import type { ApiKeyId, CountedId, OrganizationId, PersonalTokenId } from "../ids";
import { entitlements } from "../limits/plans.sql";

/** Where and when a key was used; always of one and the same use. */
export interface LastUse {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** Uses of a key or a personal access token, and the last of them. */
export interface Uses<Id extends CountedId = ApiKeyId> extends LastUse {
  keyId: Id;
  requests: number;
}

/** Adds uses of keys, and writes when and from where they were last used unless a later use is known. */
export const addUses = (tx: Writer, uses: readonly Uses[]) => addUsesTo(tx, apiKeys, addUse, uses);
/** As `addUses`, of personal access tokens. */
export const addTokenUses = (tx: Writer, uses: readonly Uses<PersonalTokenId>[]) =>
  addUsesTo(tx, personalTokens, addTokenUse, uses);

const value = (name: string) => sql`${sql.placeholder(name)}`;

type UsedTable = typeof apiKeys | typeof personalTokens;

async function addUsesTo(tx: Writer, table: UsedTable, addOne: typeof addUse, uses: readonly Uses<CountedId>[]) {
  if (isRemote) return addUsesTogether(tx, table, uses);
  for (const { keyId, requests, at, ip, userAgent } of uses)
    addOne(tx, { keyId, requests, at: new Date(at), ip, userAgent });
}

async function addUsesTogether(tx: Writer, table: UsedTable, uses: readonly Uses<CountedId>[]) {
  const rows = uses.map(({ keyId, requests, at, ip, userAgent }) => [keyId, requests, at, ip, userAgent]);
  const at = timestampFromMs(sql`cast(value ->> 2 as bigint)`);
  await tx
    .update(table)
    .set(withUse(table, sql`cast(value ->> 1 as bigint)`, at, sql`value ->> 3`, sql`value ->> 4`))
    .from(jsonEach(rows))
    .where(sql`${table.id} = value ->> 0`);
}

const addUseTo = (name: string, table: UsedTable) =>
  prepared<Record<string, unknown>, unknown>(name, (db) =>
    db
      .update(table)
      .set(withUse(table, value("requests"), sql`${bind(table.lastUsedAt, "at")}`, value("ip"), value("userAgent")))
      .where(eq(table.id, sql.placeholder("keyId"))),
  );

const addUse = addUseTo("add_use", apiKeys);
const addTokenUse = addUseTo("add_token_use", personalTokens);

function withUse(table: UsedTable, requests: SQL, at: SQL, ip: SQL, userAgent: SQL) {
  const ifLater = (value: SQL, column: Column) =>
    sql`case when ${table.lastUsedAt} > ${at} then ${column} else ${value} end`;
  return {
    usageCount: sql`${table.usageCount} + ${requests}`,
    lastUsedAt: ifLater(at, table.lastUsedAt),
    lastUsedIp: ifLater(ip, table.lastUsedIp),
    lastUsedUserAgent: ifLater(userAgent, table.lastUsedUserAgent),
  };
}

export interface Range {
  seconds: number;
  /** Unix seconds, from included, to excluded. */
  from: number;
  to: number;
}

/** The keys of an organization in the order of their ids, after one. */
export async function listKeyIds(
  db: Reader,
  organizationId: OrganizationId,
  after: ApiKeyId | undefined,
  limit: number,
): Promise<ApiKeyId[]> {
  const rows = await db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), after && gt(apiKeys.id, after)))
    .orderBy(asc(apiKeys.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** The usage of these keys together, in the order of time. */
export const listUsage = (db: Reader, keys: ApiKeyId[], range: Range) =>
  listUsageIn(db, keyUsage, inArray(keyUsage.keyId, keys), range);

/** As `listUsage`, of a personal access token. */
export const listTokenUsage = (db: Reader, id: PersonalTokenId, range: Range) =>
  listUsageIn(db, tokenUsage, eq(tokenUsage.keyId, id), range);

type UsageTable = typeof keyUsage | typeof tokenUsage;

async function listUsageIn(db: Reader, table: UsageTable, whose: SQL | undefined, { seconds, from, to }: Range) {
  const total = (column: UsageTable["ok"]) => sum(column).mapWith(Number);
  return db
    .select({
      start: table.start,
      ok: total(table.ok),
      limited: total(table.limited),
      denied: total(table.denied),
    })
    .from(table)
    .where(and(whose, eq(table.seconds, seconds), gte(table.start, from), lt(table.start, to)))
    .groupBy(table.start)
    .orderBy(asc(table.start));
}

/** The requests of keys of an organization by hour, from one on; a key without any has one row without an hour. */
export async function listHours(db: Reader, organizationId: OrganizationId, keys: ApiKeyId[], from: number) {
  return db
    .select({
      keyId: apiKeys.id,
      start: keyUsage.start,
      requests: sql`coalesce(${keyUsage.ok} + ${keyUsage.limited} + ${keyUsage.denied}, 0)`.mapWith(Number),
    })
    .from(apiKeys)
    .leftJoin(keyUsage, and(eq(keyUsage.keyId, apiKeys.id), eq(keyUsage.seconds, 3_600), gte(keyUsage.start, from)))
    .where(and(eq(apiKeys.organizationId, organizationId), inArray(apiKeys.id, keys)))
    .orderBy(asc(apiKeys.id), asc(keyUsage.start));
}

/** Deletes minutes that began before these Unix seconds. */
export const pruneMinutes = (tx: Writer, before: number, max: number) =>
  deleteSome(tx, keyUsage, and(eq(keyUsage.seconds, 60), lt(keyUsage.start, before)), max);

/** The next keys in the order of their ids, with the entitlements of their organizations. */
export async function nextKeys(db: Reader, after: ApiKeyId | undefined, limit: number) {
  return db
    .select({ id: apiKeys.id, ...entitlements })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .where(after && gt(apiKeys.id, after))
    .orderBy(asc(apiKeys.id))
    .limit(limit);
}

/** Deletes hours and days of these keys that began before these Unix seconds. */
export const pruneHistory = (tx: Writer, keys: ApiKeyId[], before: number, max: number) =>
  deleteSome(
    tx,
    keyUsage,
    and(inArray(keyUsage.keyId, keys), inArray(keyUsage.seconds, [3_600, 86_400]), lt(keyUsage.start, before)),
    max,
  );

/** Deletes windows of personal access tokens, of one length, that began before these Unix seconds. */
export const pruneTokenWindows = (tx: Writer, seconds: number, before: number, max: number) =>
  deleteSome(tx, tokenUsage, and(eq(tokenUsage.seconds, seconds), lt(tokenUsage.start, before)), max);
