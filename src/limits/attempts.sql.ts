import { and, eq, gt, inArray, isNull, lt, lte, max, notLike, or, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { bind, prepared } from "../db/prepared";
import { attempts } from "../db/tables";

/**
 * Takes one of the `most` failures that a subject may have within `window` milliseconds, before it is known whether
 * this attempt fails; false when none is left. Concurrent attempts take one each.
 */
export async function takeAttempt(tx: Writer, subject: string, max: number, window: number): Promise<boolean> {
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
      setWhere: or(lt(attempts.failures, max), lte(attempts.lastAt, windowStart)),
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

/** How a subject is slowed down: after every so many failures in a row, for a time that doubles. Milliseconds. */
export interface Lockout {
  every: number;
  firstWait: number;
  maxWait: number;
  /** The number of failures that locks it until they are forgotten. */
  max?: number;
}

/** What is counted apart for the same attempt: an account, and a source that guesses at it. */
export type Subjects = [account: string, source: string];

/** The latest moment until which one of these subjects is locked. */
export async function lockedUntil(db: Reader, [account, source]: Subjects, now: Date): Promise<Date | undefined> {
  return (await latestLock(db, { account, source, now }))[0]?.until ?? undefined;
}

const oneOfSubjects = inArray(attempts.subject, [sql.placeholder("account"), sql.placeholder("source")]);

const latestLock = prepared<{ account: string; source: string; now: Date }, Promise<{ until: Date | null }[]>>(
  "latest_lock",
  (db) =>
    db
      .select({ until: max(attempts.lockedUntil) })
      .from(attempts)
      .where(and(oneOfSubjects, gt(attempts.lockedUntil, bind(attempts.lockedUntil, "now")))),
);

/** As `lockedUntil`, after waiting for everybody who counts these subjects, and holding others back until this transaction ends. */
export async function lockAttempts(tx: Writer, subjects: Subjects): Promise<Date | undefined> {
  for (const subject of subjects) await lockAttempt(tx, { subject });
  return lockedUntil(tx, subjects, tx.now);
}

const lockAttempt = prepared<{ subject: string }, Promise<unknown>>("hold_attempts", (db) =>
  db
    .update(attempts)
    .set({ failures: sql`${attempts.failures}` })
    .where(eq(attempts.subject, sql.placeholder("subject"))),
);

const century = 100 * 365 * 86_400_000;

/** Counts a failure that has happened; false, and nothing is counted, when the subject is locked. */
export async function countFailure(
  tx: Writer,
  subject: string,
  { every, firstWait, maxWait, max }: Lockout,
): Promise<boolean> {
  const [counted] = await tx
    .insert(attempts)
    .values({ subject, failures: 1, lastAt: tx.now })
    .onConflictDoUpdate({
      target: attempts.subject,
      set: { failures: sql`${attempts.failures} + 1`, lastAt: tx.now },
      setWhere: or(isNull(attempts.lockedUntil), lte(attempts.lockedUntil, tx.now)),
    })
    .returning({ failures: attempts.failures });
  if (!counted) return false;
  if (counted.failures % every !== 0) return true;
  const closed = max !== undefined && counted.failures >= max;
  const wait = closed ? century : Math.min(firstWait * 2 ** (counted.failures / every - 1), maxWait);
  const lockedUntil = new Date(tx.now.getTime() + wait);
  await tx.update(attempts).set({ lockedUntil }).where(eq(attempts.subject, subject));
  return true;
}

export async function deleteFailures(tx: Writer, [account, source]: Subjects) {
  await deleteBoth(tx, { account, source });
}

const deleteBoth = prepared<{ account: string; source: string }, Promise<unknown>>("forget_failures", (db) =>
  db.delete(attempts).where(oneOfSubjects),
);

/**
 * Forgets subjects without a failure since `before`, but never how often in a row the password of an address was wrong.
 * Whether the address has an account makes no difference, or what is forgotten would tell.
 */
export async function pruneAttempts(tx: Writer, before: Date) {
  await tx.delete(attempts).where(and(lt(attempts.lastAt, before), notLike(attempts.subject, passwordOf("%"))));
}

/** The subject of all guesses at the password of an address, wherever they come from. */
export const passwordOf = (email: string) => `password:${email}`;

/** The subject of those that come from one source. */
export const passwordFrom = (source: string, email: string) => `guess:${source}|${email}`;
