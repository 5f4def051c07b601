import type { Origin } from "../access/actor";
import type { App } from "../app";
import type { Writer } from "../db/database";
import {
  countFailure,
  forgetFailures,
  holdAttempts,
  type Lockout,
  lockedUntil,
  passwordOf,
} from "../limits/attempts.sql";
import { networkOf } from "../limits/network";
import { Problem } from "../problems";

const minute = 60_000;

/** One source that guesses at one address; nobody else is kept waiting. */
const perSource: Lockout = { every: 5, firstWait: minute, longestWait: 60 * minute };
/** All sources together. A hundred wrong passwords in a row close the password, until a new one is set by letter. */
const perAccount: Lockout = { every: 20, firstWait: 15 * minute, longestWait: 24 * 60 * minute, most: 100 };

/**
 * Refuses to look at a password while too many were wrong. Addresses without an account are counted alike.
 * @throws Problem ACCOUNT_TEMPORARILY_LOCKED
 */
export async function refuseLocked(app: App, email: string, origin: Origin) {
  const now = app.clock.date();
  const until = await lockedUntil(app.db.reader, subjectsOf(email, origin), now);
  if (until) throw lockedProblem(until, now);
}

/**
 * Counts a password that was looked at. A right one is worth nothing when others were wrong too often meanwhile, so that
 * guesses made at the same time bring no more than guesses made one after the other.
 * @returns the refusal, to be thrown after the commit, or it would not count
 */
export async function judgeGuess(
  tx: Writer,
  email: string,
  origin: Origin,
  right: boolean,
): Promise<Problem | undefined> {
  const subjects = subjectsOf(email, origin);
  const until = await holdAttempts(tx, subjects);
  if (until) return lockedProblem(until, tx.now);
  if (right) {
    await forgetFailures(tx, subjects);
    return undefined;
  }
  const counted = (await countFailure(tx, subjects[0], perAccount)) && (await countFailure(tx, subjects[1], perSource));
  if (!counted) return lockedProblem((await lockedUntil(tx, subjects, tx.now))!, tx.now);
  return new Problem("INVALID_CREDENTIALS");
}

/** Forgets the wrong guesses, for an owner who proved to be one in another way. */
export const forgetGuesses = (tx: Writer, email: string, origin: Origin) =>
  forgetFailures(tx, subjectsOf(email, origin));

function lockedProblem(until: Date, now: Date): Problem {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000);
  return new Problem("ACCOUNT_TEMPORARILY_LOCKED", { retryAfter: Math.min(seconds, 86_400) });
}

function subjectsOf(email: string, { address }: Origin): [account: string, source: string] {
  return [passwordOf(email), `${passwordOf(email)}|${networkOf(address)}`];
}
