import { and, asc, type Column, eq, gt, gte, inArray, lt, or, type SQL, sql, sum } from "drizzle-orm";
import { jsonEach, timestampFromMs } from "../db/columns";
import { dataVersion } from "../db/data-version";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bind, isRemote, prepared } from "../db/prepared";
import { apiKeys, keyUsage, organizations, personalTokens } from "../db/tables";
import type { ApiKeyId, CountedId, OrganizationId, PersonalTokenId } from "../ids";
import { entitlements } from "../limits/plans.sql";

/** What was counted of a key in one minute and is not stored yet. */
export interface Tally {
  /** Unix seconds. */
  readonly minute: number;
  spent: number;
  ok: number;
  limited: number;
  denied: number;
}

/** What is stored of one window of a key. */
export interface Window {
  seconds: number;
  start: number;
  spent: number;
}

/** A tally of a key. */
export interface KeyTally {
  keyId: ApiKeyId;
  tally: Tally;
  /** That of the `StoredWindows` that were applied last; undefined where none were. */
  version: number | undefined;
}

/** The windows of a key that something was added to, with what other processes added. */
export interface StoredWindows {
  keyId: ApiKeyId;
  /** On SQLite the state of the database in which they were read, as `dataVersion` tells it. */
  version: number | undefined;
  windows: readonly Window[];
}

/** Adds tallies to the minute, hour and day of their keys. @returns the windows to which another process may have added */
export const addTallies = (
  tx: Writer,
  tallies: readonly KeyTally[],
): readonly StoredWindows[] | Promise<readonly StoredWindows[]> =>
  isRemote ? addTogether(tx, tallies) : addApart(tx, tallies);

/**
 * In one statement, in the same order in every process. The tallies come first in the join: in the other order all of them are read for
 * each key.
 */
async function addTogether(tx: Writer, tallies: readonly KeyTally[]): Promise<StoredWindows[]> {
  const rows = tallies.map(({ keyId, tally }) => [
    keyId,
    tally.minute,
    tally.spent,
    tally.ok,
    tally.limited,
    tally.denied,
  ]);
  const number = (index: number) => sql`cast(value ->> ${sql.raw(String(index))} as bigint)`;
  const stored = await tx
    .insert(keyUsage)
    .select(
      sql`select ${apiKeys.id}, steps.column1, ${number(1)} - ${number(1)} % steps.column1,
        sum(${number(2)}), sum(${number(3)}), sum(${number(4)}), sum(${number(5)})
        from ${jsonEach(rows)} cross join ${apiKeys}
        cross join (values (60), (3600), (86400)) as steps
        where ${apiKeys.id} = value ->> 0 group by 1, 2, 3 order by 1, 2, 3`,
    )
    .onConflictDoUpdate(adding)
    .returning({ keyId: keyUsage.keyId, ...windowColumns });
  return Map.groupBy(stored, ({ keyId }) => keyId)
    .entries()
    .map(([keyId, windows]) => ({ keyId, version: undefined, windows }))
    .toArray();
}

/** A database in this process is faster by one statement for each key. What another process added is read only after one has written. */
function addApart(tx: Writer, tallies: readonly KeyTally[]): StoredWindows[] {
  const version = dataVersion(tx);
  const stored: StoredWindows[] = [];
  for (const { keyId, tally, version: known } of tallies) {
    const { minute, spent, ok, limited, denied } = tally;
    const current = { keyId, minute, hour: minute - (minute % 3_600), day: minute - (minute % 86_400) };
    addToWindows(tx, { ...current, spent, ok, limited, denied });
    if (version !== known) stored.push({ keyId, version, windows: windowsAt(tx, current) as Window[] });
  }
  return stored;
}

const value = (name: string) => sql`${sql.placeholder(name)}`;

const adding = {
  target: [keyUsage.keyId, keyUsage.seconds, keyUsage.start],
  set: {
    spent: sql`${keyUsage.spent} + excluded.spent`,
    ok: sql`${keyUsage.ok} + excluded.ok`,
    limited: sql`${keyUsage.limited} + excluded.limited`,
    denied: sql`${keyUsage.denied} + excluded.denied`,
  },
};

/** Of a key that exists. */
const addToWindows = prepared<Record<string, unknown>, unknown>("add_to_windows", (db) =>
  db
    .insert(keyUsage)
    .select(
      sql`select ${value("keyId")}, column1, column2, ${value("spent")}, ${value("ok")}, ${value("limited")}, ${value("denied")}
        from (values (60, ${value("minute")}), (3600, ${value("hour")}), (86400, ${value("day")}))
        where exists (select 1 from ${apiKeys} where ${apiKeys.id} = ${value("keyId")})`,
    )
    .onConflictDoUpdate(adding),
);

const windowColumns = {
  seconds: keyUsage.seconds,
  start: keyUsage.start,
  spent: keyUsage.spent,
};

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

/** When the current windows of a key began, in Unix seconds. */
export interface CurrentWindows extends Record<string, unknown> {
  keyId: ApiKeyId;
  minute: number;
  hour: number;
  day: number;
}

/** What a key has spent in its current windows. */
export async function findWindows(db: Reader, current: CurrentWindows): Promise<Window[]> {
  return windowsAt(db, current);
}

/** Each window is named whole: the index finds it, where a key alone would have all of its history searched. */
const windowsAt = prepared<CurrentWindows, Promise<Window[]>>("windows_at", (db) =>
  db
    .select(windowColumns)
    .from(keyUsage)
    .where(or(windowOf(60, "minute"), windowOf(3_600, "hour"), windowOf(86_400, "day"))),
);

const windowOf = (seconds: number, start: string) =>
  and(
    eq(keyUsage.keyId, sql.placeholder("keyId")),
    eq(keyUsage.seconds, seconds),
    eq(keyUsage.start, sql.placeholder(start)),
  );

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
export async function listUsage(db: Reader, keys: ApiKeyId[], { seconds, from, to }: Range) {
  const total = (column: typeof keyUsage.ok) => sum(column).mapWith(Number);
  return db
    .select({
      start: keyUsage.start,
      ok: total(keyUsage.ok),
      limited: total(keyUsage.limited),
      denied: total(keyUsage.denied),
    })
    .from(keyUsage)
    .where(
      and(
        inArray(keyUsage.keyId, keys),
        eq(keyUsage.seconds, seconds),
        gte(keyUsage.start, from),
        lt(keyUsage.start, to),
      ),
    )
    .groupBy(keyUsage.start)
    .orderBy(asc(keyUsage.start));
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
