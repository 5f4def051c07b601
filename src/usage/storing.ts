import type { Writer } from "../db/database";
import { type ApiKeyId, type CountedId, isId, type PersonalTokenId } from "../ids";
import { addTallies, requestsOf } from "./counts";
import { addTokenUses, addUses, type LastUse, type Uses } from "./usage.sql";
import { type KeyTally, keyWindows, type StoredWindows, type Tally, tokenWindows } from "./windows.sql";

/** What was counted of a key or personal access token. */
export interface Entry<Id extends CountedId = CountedId> {
  keyId: Id;
  tallies: Tally[];
  /** Undefined when it was only refused or only verified others. */
  last?: LastUse | undefined;
  /** As that of a `KeyTally`; undefined where that is not known or the tallies are of two days. */
  spentToday?: number | undefined;
}

const isOfToken = (entry: Entry): entry is Entry<PersonalTokenId> => isId("pat", entry.keyId);

/**
 * Adds entries to the windows of their keys and tokens, and to when and from where these were used.
 * @param readBack whether the windows are wanted
 */
export async function store(tx: Writer, entries: readonly Entry[], readBack: boolean): Promise<StoredWindows[]> {
  const tokens = entries.filter(isOfToken);
  const keys = entries.filter((entry): entry is Entry<ApiKeyId> => !isOfToken(entry));
  const stored: StoredWindows[] = [];
  if (keys.length > 0) {
    await addUses(tx, usesIn(keys));
    stored.push(...(await keyWindows.add(tx, talliesIn(keys, readBack))));
  }
  if (tokens.length > 0) {
    await addTokenUses(tx, usesIn(tokens));
    stored.push(...(await tokenWindows.add(tx, talliesIn(tokens, readBack))));
  }
  return stored;
}

const usesIn = <Id extends CountedId>(entries: readonly Entry<Id>[]): Uses<Id>[] =>
  entries.flatMap(({ keyId, tallies, last }) => (last ? [{ ...last, keyId, requests: requestsOf(tallies) }] : []));

const talliesIn = <Id extends CountedId>(entries: readonly Entry<Id>[], readBack: boolean): KeyTally<Id>[] =>
  entries.flatMap(({ keyId, tallies, spentToday }) => tallies.map((tally) => ({ keyId, tally, readBack, spentToday })));

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
