import type { Origin } from "../access/actor";
import type { App } from "../app";
import type { HashCause } from "../crypto/hash-queue";
import type { Writer } from "../db/database";
import { type DeviceId, noUser, type SessionId, type TicketId } from "../ids";
import { networkOf } from "../limits/network";
import { Problem } from "../problems";
import { isKnownNetwork } from "../sessions/known-sources.sql";
import { isAwaitingEmail } from "./activation";
import {
  createFailures,
  deleteFailures,
  findFailures,
  type LoginFailures,
  lockFailures,
  saveFailures,
} from "./login-attempts.sql";
import type { UserRow } from "./users.sql";

/** How wrong passwords are slowed down: after every so many in a row, for a time that doubles. Milliseconds. */
interface Lockout {
  every: number;
  firstWait: number;
  maxWait: number;
  /** How long a lock is remembered after it has ended, so that the next one is longer. */
  memory: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** One source that guesses at one account. */
const perSource: Lockout = { every: 5, firstWait: minute, maxWait: 60 * minute, memory: day };
/**
 * All sources together that the account does not know: at most a hundred guesses in the first eight hours, and twenty a day later on (NIST
 * SP 800-63B-4, 3.2.2). Sources that the account knows are not affected, and every lock ends by itself.
 */
const perAccount: Lockout = { every: 20, firstWait: 15 * minute, maxWait: day, memory: 30 * day };
/** What the failures of all unknown sources are counted under. */
const strangers = "strangers";

/** Whom a password is tried for, and by whom. */
export interface LoginAttempt {
  /** The user's id, or the email where no account can be signed in to. */
  account: string;
  /** What the failures are counted for besides the account: what the client holds of the account, or the network it is in. */
  source: string;
  /** Whether the account knows the source. Then strangers who guess do not lock it out. */
  isKnown: boolean;
}

/** What a client has already shown to hold of the account. */
export type Possession = SessionId | DeviceId | TicketId | undefined;

/**
 * Identifies an attempt. What the client holds of the account, a live session or a trusted device, counts for more than its network. An account that waits for its first email is counted like an email without one, so that a lock does not tell them
 * apart, and so that guesses from before an account existed do not lock out its user.
 */
export async function identifyAttempt(
  app: App,
  email: string,
  user: UserRow | undefined,
  { ip }: Origin,
  possession: Possession,
): Promise<LoginAttempt> {
  const network = networkOf(ip);
  const account = user && !isAwaitingEmail(app, user) ? user.id : undefined;
  const knowsNetwork = await isKnownNetwork(app.db.reader, account ?? noUser, network);
  return {
    account: account ?? email,
    source: possession ?? network,
    isKnown: possession !== undefined || knowsNetwork,
  };
}

/**
 * Refuses to verify a password after too many wrong ones. Emails without an account are counted alike.
 * @throws Problem ACCOUNT_TEMPORARILY_LOCKED
 */
export async function requireUnlocked(app: App, attempt: LoginAttempt) {
  const now = app.clock.date();
  const until = lockEnd(await findFailures(app.db.reader, attempt.account, sourcesOf(attempt)), now);
  if (until !== undefined) throw locked(until, now);
}

/**
 * Counts a password that was verified. A correct one is refused when others locked the source meanwhile, so that concurrent guesses gain nothing
 * over guesses made one after the other.
 * @returns the refusal, to be thrown after the commit, because a rollback would undo the counting
 */
export async function recordAttempt(
  tx: Writer,
  attempt: LoginAttempt,
  isCorrect: boolean,
): Promise<Problem | undefined> {
  const { account, source } = attempt;
  const rows: LoginFailures[] = [];
  for (const subject of sourcesOf(attempt)) {
    const row = await (isCorrect ? lockFailures : createFailures)(tx, account, subject);
    if (row) rows.push(row);
  }
  const until = lockEnd(rows, tx.now);
  if (until !== undefined) return locked(until, tx.now);
  if (isCorrect) {
    if (rows.some((row) => row.source === source)) await deleteFailures(tx, account, source);
    return undefined;
  }
  for (const row of rows) await saveFailures(tx, row, afterFailure(row, tx.now));
  return new Problem("INVALID_CREDENTIALS");
}

/**
 * Takes the count of a wrong password back if it was the one from before the last change: a script that still sends it must not lock its user
 * out. To be called for every password that was refused, because the second hash takes as long with an account as without.
 */
export async function forgivePreviousPassword(
  app: App,
  attempt: LoginAttempt,
  user: UserRow | undefined,
  password: string,
  cause: HashCause,
  refused: Problem | undefined,
) {
  const isPrevious = await app.passwords.verify(user?.previousPasswordHash, password, cause);
  if (!isPrevious || refused?.code !== "INVALID_CREDENTIALS") return;
  await app.db.write(async (tx) => {
    for (const source of sourcesOf(attempt)) {
      const row = await lockFailures(tx, attempt.account, source);
      if (row) await saveFailures(tx, row, beforeFailure(row));
    }
  });
}

/** Forgets the wrong passwords of all sources, for a user who proved their identity in another way. */
export const clearAttempts = (tx: Writer, { id }: UserRow) => deleteFailures(tx, id);

const sourcesOf = ({ source, isKnown }: LoginAttempt) => (isKnown ? [source] : [strangers, source]);
const lockoutOf = (source: string) => (source === strangers ? perAccount : perSource);

/** When the last of these locks ends; milliseconds. One that is too far away was set while the clock was wrong. */
function lockEnd(rows: LoginFailures[], now: Date): number | undefined {
  const ends = rows.flatMap(({ source, lockedUntil }) => {
    const wait = (lockedUntil?.getTime() ?? 0) - now.getTime();
    return wait > 0 && wait <= lockoutOf(source).maxWait ? [now.getTime() + wait] : [];
  });
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function afterFailure(row: LoginFailures, now: Date) {
  const { every, firstWait, maxWait, memory } = lockoutOf(row.source);
  const failures = row.expiresAt > now ? row.failures + 1 : 1;
  const expiresAt = Math.max(now.getTime() + day, row.expiresAt.getTime());
  if (failures % every !== 0) return { failures, lockedUntil: null, expiresAt: new Date(expiresAt) };
  const lockedUntil = now.getTime() + Math.min(firstWait * 2 ** (failures / every - 1), maxWait);
  return {
    failures,
    lockedUntil: new Date(lockedUntil),
    expiresAt: new Date(Math.max(expiresAt, lockedUntil + memory)),
  };
}

function beforeFailure({ source, failures, lockedUntil, expiresAt }: LoginFailures) {
  const setLock = failures % lockoutOf(source).every === 0;
  return { failures: Math.max(failures - 1, 0), lockedUntil: setLock ? null : lockedUntil, expiresAt };
}

function locked(until: number, now: Date): Problem {
  return new Problem("ACCOUNT_TEMPORARILY_LOCKED", { retryAfter: Math.ceil((until - now.getTime()) / 1000) });
}
