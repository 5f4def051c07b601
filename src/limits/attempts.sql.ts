import { and, eq, gt, lt, lte, or, sql } from "drizzle-orm";
import type { Writer } from "../db/database";
import { attempts } from "../db/tables";

/**
 * Takes one of the `most` failures that a subject may have within `window` milliseconds, before it is known whether
 * this attempt fails; false when none is left. Concurrent attempts take one each.
 */
export async function takeAttempt(tx: Writer, subject: string, most: number, window: number): Promise<boolean> {
  const windowStart = new Date(tx.now.getTime() - window);
  const taken = await tx
    .insert(attempts)
    .values({ subject, failures: 1, lastAt: tx.now })
    .onConflictDoUpdate({
      target: attempts.subject,
      set: {
        failures: sql`case when ${lte(attempts.lastAt, windowStart)} then 1 else ${attempts.failures} + 1 end`,
        lastAt: tx.now,
      },
      setWhere: or(lt(attempts.failures, most), lte(attempts.lastAt, windowStart)),
    })
    .returning({ failures: attempts.failures });
  return taken.length > 0;
}

/** Gives the attempt back that turned out right; earlier failures stay counted. */
export async function returnAttempt(tx: Writer, subject: string) {
  await tx
    .update(attempts)
    .set({ failures: sql`${attempts.failures} - 1` })
    .where(and(eq(attempts.subject, subject), gt(attempts.failures, 0)));
}

/** Forgets subjects without a failure since `before`. */
export async function pruneAttempts(tx: Writer, before: Date) {
  await tx.delete(attempts).where(lt(attempts.lastAt, before));
}
