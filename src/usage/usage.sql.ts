import { and, asc, type Column, eq, gt, gte, inArray, lt, or, type SQL, sql, sum } from "drizzle-orm";
import { jsonEach, timestampFromMs } from "../db/columns";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { prepared } from "../db/prepared";
import { apiKeys, keyUsage, organizations } from "../db/tables";
import type { ApiKeyId, OrganizationId } from "../ids";
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
  keyId: ApiKeyId;
  seconds: number;
  start: number;
  spent: number;
}

/**
 * Adds tallies to the minute, hour and day of their keys, in one statement, in the same order in every process. The tallies come first in the
 * join, and on SQLite `cross join` keeps them first: in the other order all of them are read for each key.
 * @returns what these windows hold now, including what other processes added
 */
export async function addTallies(tx: Writer, tallies: readonly { keyId: ApiKeyId; tally: Tally }[]): Promise<Window[]> {
  const rows = tallies.map(({ keyId, tally }) => [
    keyId,
    tally.minute,
    tally.spent,
    tally.ok,
    tally.limited,
    tally.denied,
  ]);
  const number = (index: number) => sql`cast(value ->> ${sql.raw(String(index))} as bigint)`;
  return tx
    .insert(keyUsage)
    .select(
      sql`select ${apiKeys.id}, steps.column1, ${number(1)} - ${number(1)} % steps.column1,
        sum(${number(2)}), sum(${number(3)}), sum(${number(4)}), sum(${number(5)})
        from ${jsonEach(rows)} cross join ${apiKeys}
        cross join (values (60), (3600), (86400)) as steps
        where ${apiKeys.id} = value ->> 0 group by 1, 2, 3 order by 1, 2, 3`,
    )
    .onConflictDoUpdate({
      target: [keyUsage.keyId, keyUsage.seconds, keyUsage.start],
      set: {
        spent: sql`${keyUsage.spent} + excluded.spent`,
        ok: sql`${keyUsage.ok} + excluded.ok`,
        limited: sql`${keyUsage.limited} + excluded.limited`,
        denied: sql`${keyUsage.denied} + excluded.denied`,
      },
    })
    .returning({
      keyId: keyUsage.keyId,
      seconds: keyUsage.seconds,
      start: keyUsage.start,
      spent: keyUsage.spent,
    });
}

/** Where and when a key was used; always of one and the same use. */
export interface LastUse {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** Uses of a key, and the last of them. */
export interface Uses extends LastUse {
  keyId: ApiKeyId;
  requests: number;
}

/** Adds uses of keys, and writes when and from where they were last used unless a later use is known, in one statement. */
export async function addUses(tx: Writer, uses: readonly Uses[]) {
  const rows = uses.map(({ keyId, requests, at, ip, userAgent }) => [keyId, requests, at, ip, userAgent]);
  const at = timestampFromMs(sql`cast(value ->> 2 as bigint)`);
  const ifLater = (value: SQL, column: Column) =>
    sql`case when ${apiKeys.lastUsedAt} > ${at} then ${column} else ${value} end`;
  await tx
    .update(apiKeys)
    .set({
      usageCount: sql`${apiKeys.usageCount} + cast(value ->> 1 as bigint)`,
      lastUsedAt: ifLater(at, apiKeys.lastUsedAt),
      lastUsedIp: ifLater(sql`value ->> 3`, apiKeys.lastUsedIp),
      lastUsedUserAgent: ifLater(sql`value ->> 4`, apiKeys.lastUsedUserAgent),
    })
    .from(jsonEach(rows))
    .where(sql`${apiKeys.id} = value ->> 0`);
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

const began = (seconds: number, name: string) =>
  and(eq(keyUsage.seconds, seconds), eq(keyUsage.start, sql.placeholder(name)));

const windowsAt = prepared<CurrentWindows, Promise<Window[]>>("windows_at", (db) =>
  db
    .select({ keyId: keyUsage.keyId, seconds: keyUsage.seconds, start: keyUsage.start, spent: keyUsage.spent })
    .from(keyUsage)
    .where(
      and(
        eq(keyUsage.keyId, sql.placeholder("keyId")),
        or(began(60, "minute"), began(3_600, "hour"), began(86_400, "day")),
      ),
    ),
);

export interface Range {
  seconds: number;
  /** Unix seconds, from included, to excluded. */
  from: number;
  to: number;
}

/** The usage of one key of an organization, or of all of them, in the order of time. */
export async function listUsage(
  db: Reader,
  organizationId: OrganizationId,
  keyId: ApiKeyId | undefined,
  { seconds, from, to }: Range,
) {
  const total = (column: typeof keyUsage.ok) => sum(column).mapWith(Number);
  return db
    .select({
      start: keyUsage.start,
      ok: total(keyUsage.ok),
      limited: total(keyUsage.limited),
      denied: total(keyUsage.denied),
    })
    .from(apiKeys)
    .innerJoin(keyUsage, eq(keyUsage.keyId, apiKeys.id))
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        keyId && eq(apiKeys.id, keyId),
        eq(keyUsage.seconds, seconds),
        gte(keyUsage.start, from),
        lt(keyUsage.start, to),
      ),
    )
    .groupBy(keyUsage.start)
    .orderBy(asc(keyUsage.start));
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
