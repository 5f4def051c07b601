import { and, eq, ne, or, type SQL, sql } from "drizzle-orm";
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
}

/** What a key or token has spent today if no other process has added to that. */
export interface SpentToday<Id extends CountedId = CountedId> {
  keyId: Id;
  spentToday: number;
}

/** The current windows of a key or token, with what other processes added. */
export interface StoredWindows {
  keyId: CountedId;
  windows: readonly Window[];
}

/** When windows began, in Unix seconds. */
type WindowStarts = { minute: number; hour: number; day: number };

/** The windows that a moment is in, in Unix seconds. */
const windowsAround = (at: number): WindowStarts => ({
  minute: at - (at % 60),
  hour: at - (at % 3_600),
  day: at - (at % 86_400),
});

const value = (name: string) => sql.placeholder(name);

/**
 * The windows of a moment, as a table: PostgreSQL, told that a window begins now, expects none that do, and would search those of all keys.
 * The starts are in Unix seconds.
 */
const windowsOf = (minute: unknown, hour: unknown, day: unknown): SQL =>
  sql`(values (60, cast(${minute} as bigint)), (3600, cast(${hour} as bigint)), (86400, cast(${day} as bigint))) as moment`;

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

  const columns = { keyId: table.keyId, seconds: table.seconds, start: table.start, spent: table.spent };
  const isAt = (keyId: SQL) =>
    and(eq(table.keyId, keyId), eq(table.seconds, sql`moment.column1`), eq(table.start, sql`moment.column2`));

  /** Each window is named whole: the index finds it, where an id alone would have all of its history searched. */
  const windowsAt = prepared<WindowStarts & { keyId: Id }, Promise<Window[]>>(`${name}windows_at`, (db) =>
    db
      .select(columns)
      .from(windowsOf(value("minute"), value("hour"), value("day")))
      .innerJoin(table, isAt(sql`${value("keyId")}`)),
  );

  const number = (index: number) => sql`cast(value ->> ${sql.raw(String(index))} as bigint)`;

  /**
   * In one statement, in the same order in every process. The tallies come first in the join: in the other order all of them are read for each
   * owner. It gives back only those whose day is not what it would be if no other process had added to it, or is another one by now: rows of all
   * would make as much garbage as the requests.
   */
  async function addTogether(tx: Writer, tallies: readonly KeyTally<Id>[], known: readonly SpentToday<Id>[]) {
    const rows = tallies.map(({ keyId, tally }) => [
      keyId,
      tally.minute,
      tally.spent,
      tally.ok,
      tally.limited,
      tally.denied,
    ]);
    const insertion = tx
      .insert(table)
      .select(
        sql`select ${owners.id}, steps.column1, ${number(1)} - ${number(1)} % steps.column1,
          sum(${number(2)}), sum(${number(3)}), sum(${number(4)}), sum(${number(5)})
          from ${jsonEach(rows)} cross join ${owners}
          cross join (values (60), (3600), (86400)) as steps
          where ${owners.id} = value ->> 0 group by 1, 2, 3 order by 1, 2, 3`,
      )
      .onConflictDoUpdate(adding)
      .returning(columns);
    const stored = tx.$with("stored", columns).as(insertion.getSQL());
    const { day } = windowsAround(secondOf(tx));
    const changed = await tx
      .with(stored)
      .select({ keyId: stored.keyId })
      .from(jsonEach(known.map(({ keyId, spentToday }) => [keyId, spentToday])))
      .innerJoin(
        stored,
        and(
          sql`${stored.keyId} = value ->> 0`,
          eq(stored.seconds, 86_400),
          or(ne(stored.start, day), sql`${stored.spent} <> ${number(1)}`),
        ),
      );
    return changed.length > 0 ? findTogether(tx, new Set(changed.map(({ keyId }) => keyId))) : [];
  }

  async function findTogether(tx: Writer, keyIds: ReadonlySet<CountedId>): Promise<StoredWindows[]> {
    const { minute, hour, day } = windowsAround(secondOf(tx));
    const windows = await tx
      .select(columns)
      .from(jsonEach([...keyIds].map((keyId) => [keyId])))
      .innerJoin(windowsOf(minute, hour, day), sql`true`)
      .innerJoin(table, isAt(sql`value ->> 0`));
    return Map.groupBy(windows, ({ keyId }) => keyId)
      .entries()
      .map(([keyId, windows]) => ({ keyId, windows }))
      .toArray();
  }

  /** A database in this process is faster by one statement for each. */
  function addApart(tx: Writer, tallies: readonly KeyTally<Id>[], known: readonly SpentToday<Id>[]): StoredWindows[] {
    for (const { keyId, tally } of tallies) {
      const { minute, spent, ok, limited, denied } = tally;
      addToWindows(tx, { keyId, ...windowsAround(minute), spent, ok, limited, denied });
    }
    const current = windowsAround(secondOf(tx));
    return known.map(({ keyId }) => ({ keyId, windows: windowsAt(tx, { keyId, ...current }) as Window[] }));
  }

  return {
    /**
     * Adds tallies to the minute, hour and day they are of.
     * @param known whose windows are asked for
     * @returns the current windows of those to which another process may have added. They are those of this moment, not of what was added: that may
     * be of the minute before, while others spent in this one already, and as soon as the day is known no one looks again
     */
    add: (
      tx: Writer,
      tallies: readonly KeyTally<Id>[],
      known: readonly SpentToday<Id>[],
    ): readonly StoredWindows[] | Promise<readonly StoredWindows[]> =>
      isRemote ? addTogether(tx, tallies, known) : addApart(tx, tallies, known),

    /** What was spent in the windows of a moment, in Unix seconds. */
    find: async (db: Reader, keyId: Id, at: number): Promise<Window[]> =>
      windowsAt(db, { keyId, ...windowsAround(at) }),
  };
}

const secondOf = ({ now }: Writer): number => Math.floor(now.getTime() / 1000);
