import { aliasedTable, and, eq, or, type SQL, sql } from "drizzle-orm";
import { jsonEach } from "../db/columns";
import type { Reader, Writer } from "../db/database";
import { isRemote, prepared } from "../db/prepared";
import { apiKeys, keyUsage, personalTokens, tokenUsage } from "../db/tables";
import type { ApiKeyId, CountedId, PersonalTokenId } from "../ids";

/** What was counted of a key or token in one minute and is not stored yet. */
export interface Tally {
  /** Unix seconds. */
  readonly minute: number;
  spent: number;
  ok: number;
  limited: number;
  denied: number;
}

/** What is stored of one window. */
export interface Window {
  seconds: number;
  start: number;
  spent: number;
}

/** A tally of a key or token. */
export interface KeyTally<Id extends CountedId = CountedId> {
  keyId: Id;
  tally: Tally;
  /** Whether its windows are wanted, because another process may have added to them. */
  readBack: boolean;
  /** What was spent in the day of the tally, with it, if no other process has added to that. */
  spentToday: number | undefined;
}

/** The windows that something was added to, with what other processes added. */
export interface StoredWindows {
  keyId: CountedId;
  windows: readonly Window[];
}

/** When the current windows began, in Unix seconds. */
export interface CurrentWindows<Id extends CountedId = CountedId> extends Record<string, unknown> {
  keyId: Id;
  minute: number;
  hour: number;
  day: number;
}

const value = (name: string) => sql.placeholder(name);

/** The windows of API keys. */
export const keyWindows = openWindows<ApiKeyId>("", keyUsage, apiKeys);
/** The windows of personal access tokens. */
export const tokenWindows = openWindows<PersonalTokenId>("token_", tokenUsage, personalTokens);

/**
 * @param table where they are stored
 * @param owners whose they are
 */
function openWindows<Id extends CountedId>(
  name: string,
  table: typeof keyUsage | typeof tokenUsage,
  owners: typeof apiKeys | typeof personalTokens,
) {
  const adding = {
    target: [table.keyId, table.seconds, table.start],
    set: {
      spent: sql`${table.spent} + excluded.spent`,
      ok: sql`${table.ok} + excluded.ok`,
      limited: sql`${table.limited} + excluded.limited`,
      denied: sql`${table.denied} + excluded.denied`,
    },
  };

  const columns = { seconds: table.seconds, start: table.start, spent: table.spent };

  /** Of an owner that exists. */
  const addToWindows = prepared<Record<string, unknown>, unknown>(`add_to_${name}windows`, (db) =>
    db
      .insert(table)
      .select(
        sql`select ${value("keyId")}, column1, column2, ${value("spent")}, ${value("ok")}, ${value("limited")}, ${value("denied")}
          from (values (60, ${value("minute")}), (3600, ${value("hour")}), (86400, ${value("day")}))
          where exists (select 1 from ${owners} where ${owners.id} = ${value("keyId")})`,
      )
      .onConflictDoUpdate(adding),
  );

  const windowOf = (seconds: number, start: string) =>
    and(eq(table.keyId, sql.placeholder("keyId")), eq(table.seconds, seconds), eq(table.start, sql.placeholder(start)));

  /** Each window is named whole: the index finds it, where an id alone would have all of its history searched. */
  const windowsAt = prepared<CurrentWindows, Promise<Window[]>>(`${name}windows_at`, (db) =>
    db
      .select(columns)
      .from(table)
      .where(or(windowOf(60, "minute"), windowOf(3_600, "hour"), windowOf(86_400, "day"))),
  );

  const number = (index: number) => sql`cast(value ->> ${sql.raw(String(index))} as bigint)`;

  /**
   * In one statement, in the same order in every process, and one that reads back what others added to. The tallies come first in the join: in
   * the other order all of them are read for each owner.
   */
  async function addTogether(tx: Writer, tallies: readonly KeyTally<Id>[]): Promise<StoredWindows[]> {
    const rows = tallies.map(({ keyId, tally }) => [
      keyId,
      tally.minute,
      tally.spent,
      tally.ok,
      tally.limited,
      tally.denied,
    ]);
    await tx
      .insert(table)
      .select(
        sql`select ${owners.id}, steps.column1, ${number(1)} - ${number(1)} % steps.column1,
          sum(${number(2)}), sum(${number(3)}), sum(${number(4)}), sum(${number(5)})
          from ${jsonEach(rows)} cross join ${owners}
          cross join (values (60), (3600), (86400)) as steps
          where ${owners.id} = value ->> 0 group by 1, 2, 3 order by 1, 2, 3`,
      )
      .onConflictDoUpdate(adding);
    return readBack(
      tx,
      tallies.filter(({ readBack }) => readBack),
    );
  }

  /** The windows of those whose day is not what it would be if no other process had added to it: reading all would make as much garbage as the requests. */
  async function readBack(tx: Writer, tallies: readonly KeyTally<Id>[]): Promise<StoredWindows[]> {
    if (tallies.length === 0) return [];
    const rows = tallies.map(({ keyId, tally: { minute }, spentToday = -1 }) => [keyId, minute, spentToday]);
    const [minute, hour, day] = [60, 3_600, 86_400].map(
      (seconds) => sql`${number(1)} - ${number(1)} % ${sql.raw(String(seconds))}`,
    );
    const isWindow = (seconds: number, start: SQL) => and(eq(table.seconds, seconds), eq(table.start, start));
    const today = aliasedTable(table, "today");
    const stored = await tx
      .select({ keyId: table.keyId, ...columns })
      .from(jsonEach(rows))
      .innerJoin(
        today,
        and(
          sql`${today.keyId} = value ->> 0`,
          eq(today.seconds, 86_400),
          eq(today.start, day!),
          sql`${today.spent} <> ${number(2)}`,
        ),
      )
      .innerJoin(
        table,
        and(eq(table.keyId, today.keyId), or(isWindow(60, minute!), isWindow(3_600, hour!), isWindow(86_400, day!))),
      );
    return Map.groupBy(stored, ({ keyId }) => keyId)
      .entries()
      .map(([keyId, windows]) => ({ keyId, windows }))
      .toArray();
  }

  /** A database in this process is faster by one statement for each. */
  function addApart(tx: Writer, tallies: readonly KeyTally<Id>[]): StoredWindows[] {
    const stored: StoredWindows[] = [];
    for (const { keyId, tally, readBack } of tallies) {
      const { minute, spent, ok, limited, denied } = tally;
      const current = { keyId, minute, hour: minute - (minute % 3_600), day: minute - (minute % 86_400) };
      addToWindows(tx, { ...current, spent, ok, limited, denied });
      if (readBack) stored.push({ keyId, windows: windowsAt(tx, current) as Window[] });
    }
    return stored;
  }

  return {
    /** Adds tallies to the minute, hour and day they are of. @returns the windows that are wanted back */
    add: (
      tx: Writer,
      tallies: readonly KeyTally<Id>[],
    ): readonly StoredWindows[] | Promise<readonly StoredWindows[]> =>
      isRemote ? addTogether(tx, tallies) : addApart(tx, tallies),

    /** What was spent in the current windows. */
    find: async (db: Reader, current: CurrentWindows<Id>): Promise<Window[]> => windowsAt(db, current),
  };
}
