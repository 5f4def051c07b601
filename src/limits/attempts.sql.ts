import { eq, lte, sql } from "drizzle-orm";
import type { Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { attempts } from "../db/tables";

/**
 * Takes one of the `max` attempts that a subject has within any `window` milliseconds; false when none is left. Each attempt counts for exactly
 * one window from its own time, so that later ones never prolong the wait. Of concurrent attempts, each takes one.
 */
export async function takeAttempt(tx: Writer, subject: string, max: number, window: number): Promise<boolean> {
  if ((await nextAttemptAt(tx, subject, max, window)) !== undefined) return false;
  await countAttempt(tx, subject, max, window);
  return true;
}

/**
 * When a subject may attempt again; undefined for now. Others who ask about the same subject wait until this transaction ends, so that an
 * attempt can be made first and counted, by `countAttempt`, only when it failed.
 */
export async function nextAttemptAt(
  tx: Writer,
  subject: string,
  max: number,
  window: number,
): Promise<Date | undefined> {
  const times = await lockTimes(tx, subject, window);
  return times.length < max ? undefined : new Date(times.at(-max)! + window);
}

/** Counts an attempt. */
export async function countAttempt(tx: Writer, subject: string, max: number, window: number) {
  const times = [...(await lockTimes(tx, subject, window)), tx.now.getTime()].slice(-max);
  const expiresAt = new Date(tx.now.getTime() + window);
  await tx.update(attempts).set({ times, expiresAt }).where(eq(attempts.subject, subject));
}

/** The attempts within the window, the latest last. Those from a future that a wrong clock had told do not count. */
async function lockTimes(tx: Writer, subject: string, window: number): Promise<number[]> {
  const [row] = await tx
    .insert(attempts)
    .values({ subject, times: [], expiresAt: tx.now })
    .onConflictDoUpdate({ target: attempts.subject, set: { times: sql`${attempts.times}` } })
    .returning({ times: attempts.times });
  return row!.times.filter((time) => Math.abs(tx.now.getTime() - time) < window);
}

/** Deletes subjects whose attempts have all left their windows. */
export const pruneAttempts = (tx: Writer, max: number) =>
  deleteSome(tx, attempts, lte(attempts.expiresAt, tx.now), max);
