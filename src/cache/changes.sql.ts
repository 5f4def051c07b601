import { desc, gt, inArray, lt, or } from "drizzle-orm";
import type { Change, Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { changes } from "../db/tables";

/** How long a number may be missing before it counts as rolled back, in milliseconds ... */
const gapPatience = 10_000;
/** ... and how far below the latest one it may be: more transactions are never under way. */
const gapDepth = 1_000;

/**
 * Follows what other processes announce. A number can become visible after a higher one, because its transaction
 * committed later, so missing numbers are asked for again until they have had time to appear; those that are missing
 * at the start too, for their transactions may be under way while this process begins to remember.
 */
export async function followChanges(reader: Reader, now: number) {
  const gaps = new Map<number, number>();
  let seen = 0;
  const latest = await reader.select({ seq: changes.seq }).from(changes).orderBy(desc(changes.seq)).limit(gapDepth);
  const present = new Set(latest.map(({ seq }) => seq));
  see(latest[0]?.seq ?? 0, now);
  for (const seq of present) gaps.delete(seq);

  function see(seq: number, now: number) {
    for (let number = Math.max(seen + 1, seq - gapDepth); number < seq; number++) gaps.set(number, now);
    gaps.delete(seq);
    seen = Math.max(seen, seq);
  }

  /** What was announced since the last call. */
  return async function poll(now: number): Promise<Change[]> {
    for (const [seq, since] of gaps) if (now - since > gapPatience) gaps.delete(seq);
    const missing = [...gaps.keys()];
    const rows = await reader
      .select()
      .from(changes)
      .where(missing.length > 0 ? or(gt(changes.seq, seen), inArray(changes.seq, missing)) : gt(changes.seq, seen))
      .orderBy(changes.seq);
    for (const { seq } of rows) see(seq, now);
    return rows;
  };
}

/** Forgets announcements that every process has heard. */
export const pruneChanges = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, changes, lt(changes.at, before), max);
