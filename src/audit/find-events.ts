import { setImmediate } from "node:timers/promises";
import type { Reader } from "../db/database";
import type { EventId } from "../ids";
import { type EventFilter, type EventRange, endOfChain, numberOfEvent } from "./audit.sql";

/** Events that one query of a filtered log looks at. */
const stepSize = 5_000;

/** Which events of a chain: older than the one whose id or number is `before`, or the latest. */
export interface EventPage {
  before: EventId | number | undefined;
  limit: number;
}

type List<Row> = (db: Reader, chain: string, filter: EventFilter, range: EventRange) => Promise<Row[]>;

/**
 * The events of a chain that pass a filter, newest first. A filter that finds little may have to look at all of a log, so it does in steps: none of
 * them is long enough to hold up a process whose database is in it, or to be taken for one that is never answered.
 * @param list what is read of each event
 */
export async function findEvents<Row>(
  db: Reader,
  list: List<Row>,
  chain: string,
  filter: EventFilter,
  { before, limit }: EventPage,
): Promise<Row[]> {
  const end = typeof before === "string" ? await numberOfEvent(db, chain, before) : before;
  if (before !== undefined && end === undefined) return [];
  if (Object.values(filter).every((value) => value === undefined)) return list(db, chain, filter, { end, limit });
  const oldest = (await endOfChain(db, chain, "oldest")) ?? 1;
  const newest = (await endOfChain(db, chain, "newest")) ?? 0;
  const found: Row[] = [];
  for (let top = Math.min(end ?? Infinity, newest + 1); top > oldest && found.length < limit; top -= stepSize) {
    found.push(...(await list(db, chain, filter, { start: top - stepSize, end: top, limit: limit - found.length })));
    await setImmediate();
  }
  return found;
}
