import type { Writer } from "../db/database";
import { type ApiKeyId, type CountedId, isId, type PersonalTokenId } from "../ids";
import { addTally, requestsOf } from "./counts";
import { addTokenUses, addUses, type LastUse, type Uses } from "./usage.sql";
import {
  type KeyTally,
  keyWindows,
  type SpentToday,
  type StoredWindows,
  type Tally,
  tokenWindows,
} from "./windows.sql";

/** What was counted of a key or personal access token. */
export interface Entry<Id extends CountedId = CountedId> {
  keyId: Id;
  readonly tallies: Tally[];
  /** Undefined when it was only refused or only verified others. */
  last?: LastUse | undefined;
  /** As that of `SpentToday`; undefined where no one asks for the windows. */
  spentToday?: number;
}

const isOfToken = (entry: Entry): entry is Entry<PersonalTokenId> => isId("pat", entry.keyId);

/**
 * Adds entries to the windows of their keys and tokens, and to when and from where these were used.
 * @returns the windows that are asked for and that another process may have added to
 */
export async function store(tx: Writer, entries: readonly Entry[]): Promise<StoredWindows[]> {
  const tokens = entries.filter(isOfToken);
  const keys = entries.filter((entry): entry is Entry<ApiKeyId> => !isOfToken(entry));
  const stored: StoredWindows[] = [];
  if (keys.length > 0) {
    await addUses(tx, usesIn(keys));
    stored.push(...(await keyWindows.add(tx, talliesIn(keys), keys.filter(isAskedFor))));
  }
  if (tokens.length > 0) {
    await addTokenUses(tx, usesIn(tokens));
    stored.push(...(await tokenWindows.add(tx, talliesIn(tokens), tokens.filter(isAskedFor))));
  }
  return stored;
}

const isAskedFor = <Id extends CountedId>(entry: Entry<Id>): entry is Entry<Id> & SpentToday<Id> =>
  entry.spentToday !== undefined;

const usesIn = <Id extends CountedId>(entries: readonly Entry<Id>[]): Uses<Id>[] =>
  entries.flatMap(({ keyId, tallies, last }) => (last ? [{ ...last, keyId, requests: requestsOf(tallies) }] : []));

const talliesIn = <Id extends CountedId>(entries: readonly Entry<Id>[]): KeyTally<Id>[] =>
  entries.flatMap(({ keyId, tallies }) => tallies.map((tally) => ({ keyId, tally })));

type Row = [keyId: CountedId, at: number | undefined, ip: string, userAgent: string | null, ...counts: number[][]];

/** Entries as a row of the journal has them: JSON without names, which would be most of it. */
export const rowOf = (entries: readonly Entry[]): string =>
  JSON.stringify(
    entries.map(({ keyId, tallies, last }) => [
      keyId,
      last?.at,
      last?.ip,
      last?.userAgent,
      ...tallies.map(({ minute, spent, ok, limited, denied }) => [minute, spent, ok, limited, denied]),
    ]),
  );

function* entriesIn(row: string): Generator<Entry> {
  for (const [keyId, at, ip, userAgent, ...counts] of JSON.parse(row) as Row[]) {
    const tallies = counts.map(
      ([minute, spent, ok, limited, denied]) => ({ minute, spent, ok, limited, denied }) as Tally,
    );
    yield { keyId, tallies, last: at ? { at, ip, userAgent } : undefined };
  }
}

/** The entries of several rows of the journal, one for each key. @param rows the oldest first */
export function mergeRows(rows: readonly string[]): Entry[] {
  const byKey = new Map<CountedId, Entry>();
  for (const row of rows) {
    for (const entry of entriesIn(row)) {
      const before = byKey.get(entry.keyId);
      if (!before) {
        byKey.set(entry.keyId, entry);
        continue;
      }
      addTallies(before.tallies, entry.tallies);
      before.last = entry.last ?? before.last;
    }
  }
  return [...byKey.values()];
}

/** Adds later tallies to some, and keeps one a minute. */
function addTallies(tallies: Tally[], later: readonly Tally[]) {
  for (const tally of later) {
    const same = tallies.findLast(({ minute }) => minute === tally.minute);
    if (same) addTally(same, tally);
    else tallies.push(tally);
  }
}
