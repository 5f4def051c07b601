import type { Origin } from "../access/actor";
import type { App } from "../app";
import type { Writer } from "../db/database";
import {
  countFailure,
  deleteFailures,
  type Lockout,
  lockAttempts,
  lockedUntil,
  passwordFrom,
  passwordOf,
  type Subjects,
} from "../limits/attempts.sql";
import { networkOf } from "../limits/network";
import { Problem } from "../problems";

const minute = 60_000;

/** One source that guesses at one address; nobody else is kept waiting. */
const perSource: Lockout = { every: 5, firstWait: minute, maxWait: 60 * minute };
/**
 * All sources together. A hundred wrong passwords in a row close the password for good (NIST SP 800-63B-4, 3.2.2): its owner
 * chooses a new one by letter, and sessions go on meanwhile.
 */
const perAccount: Lockout = { every: 20, firstWait: 15 * minute, maxWait: 24 * 60 * minute, max: 100 };

/**
 * Refuses to look at a password while too many were wrong. Addresses without an account are counted alike.
 * @throws Problem ACCOUNT_TEMPORARILY_LOCKED
 */
export async function requireUnlocked(app: App, email: string, origin: Origin) {
  const now = app.clock.date();
  const until = await lockedUntil(app.db.reader, subjectsOf(email, origin), now);
  if (until) throw lockedProblem(until, now);
}

/**
 * Counts a password that was looked at. A right one is worth nothing when others were wrong too often meanwhile, so that
 * guesses made at the same time bring no more than guesses made one after the other.
 * @returns the refusal, to be thrown after the commit, or it would not count
 */
export async function recordAttempt(
  tx: Writer,
  email: string,
  origin: Origin,
  right: boolean,
): Promise<Problem | undefined> {
  const subjects = subjectsOf(email, origin);
  const until = await lockAttempts(tx, subjects);
  if (until) return lockedProblem(until, tx.now);
  if (right) {
    await deleteFailures(tx, subjects);
    return undefined;
  }
  const counted = (await countFailure(tx, subjects[0], perAccount)) && (await countFailure(tx, subjects[1], perSource));
  if (!counted) return lockedProblem((await lockedUntil(tx, subjects, tx.now))!, tx.now);
  return new Problem("INVALID_CREDENTIALS");
}

/** Forgets the wrong guesses, for an owner who proved to be one in another way. */
export const clearAttempts = (tx: Writer, email: string, origin: Origin) =>
  deleteFailures(tx, subjectsOf(email, origin));

function lockedProblem(until: Date, now: Date): Problem {
  const wait = until.getTime() - now.getTime();
  if (wait <= perAccount.maxWait) {
    return new Problem("ACCOUNT_TEMPORARILY_LOCKED", { retryAfter: Math.ceil(wait / 1000) });
  }
  return new Problem("ACCOUNT_TEMPORARILY_LOCKED", {
    reason: "password_locked",
  });
}

function subjectsOf(email: string, { ip }: Origin): Subjects {
  return [passwordOf(email), passwordFrom(networkOf(ip), email)];
}
