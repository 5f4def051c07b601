import { and, desc, gt, gte, inArray, lt, or, sql } from "drizzle-orm";
import type { Change, Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { changes } from "../db/tables";

/** Milliseconds for which announcements are kept. */
export const retention = 3_600_000;

/** Milliseconds after which a number that is still missing counts as rolled back: PostgreSQL ends a transaction that stands still before ... */
const gapTimeout = 10_000;
/** ... and how far below the latest one it may be: there are never more transactions under way. */
const gapDepth = 1_000;

type Announcement = typeof changes.$inferSelect;

/**
 * Follows what other processes announce. A number can become visible after a higher one, because its transaction committed later, so missing
 * numbers are asked for again until they have had time to appear; also those that are missing at the start, whose transactions may be under
 * way while this process begins to cache.
 */
export async function followChanges(reader: Reader, now: number) {
  const gaps = new Map<number, number>();
  let last: Announcement | undefined;
  const latest = await reader.select().from(changes).orderBy(desc(changes.seq)).limit(gapDepth);
  if (latest[0]) see(latest[0], now);
  for (const { seq } of latest) gaps.delete(seq);

  function see(announcement: Announcement, now: number) {
    const { seq } = announcement;
    const seen = last?.seq ?? 0;
    for (let number = Math.max(seen + 1, seq - gapDepth); number < seq; number++) gaps.set(number, now);
    gaps.delete(seq);
    if (seq > seen) last = announcement;
  }

  /**
   * What was announced since the last call. Undefined when the last announcement that was seen is not there any more, or another has its
   * number: the database is in an earlier state, as after a restore or the failover to a standby that lagged behind.
   */
  return async function poll(now: number): Promise<Change[] | undefined> {
    const seen = last?.seq ?? 0;
    const asked = [seen, ...gaps.keys()];
    // Without the first of them SQLite reads all of an hour's announcements.
    const first = Math.min(...asked);
    const rows = await reader
      .select()
      .from(changes)
      .where(and(gte(changes.seq, first), or(gt(changes.seq, seen), inArray(changes.seq, asked))))
      .orderBy(changes.seq);
    if (last && !rows.some((row) => isSame(row, last!))) return undefined;
    const added = rows.filter(({ seq }) => seq !== seen);
    for (const row of added) see(row, now);
    // Only now: after a standstill they were asked for once more.
    for (const [seq, since] of gaps) if (now - since > gapTimeout) gaps.delete(seq);
    return added;
  };
}

const isSame = (one: Announcement, other: Announcement) =>
  one.seq === other.seq && one.subject === other.subject && one.at.getTime() === other.at.getTime();

/** Deletes announcements that every process has seen; the latest one stays, so that each process can tell that it is still there. */
export function pruneChanges(tx: Writer, max: number): Promise<number> {
  const before = new Date(tx.now.getTime() - retention);
  const latest = sql`(select max(${changes.seq}) from ${changes})`;
  return deleteSome(tx, changes, and(lt(changes.at, before), lt(changes.seq, latest)), max);
}
