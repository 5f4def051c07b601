import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { consumeAssertion, verifyAssertion } from "../passkeys/assertions";
import { Problem, type ProblemCode } from "../problems";
import { findOpenSession, markConfirmed, type SessionRow } from "../sessions/sessions.sql";
import { consumeCode } from "../two-factor/codes";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { confirmPassword } from "./users";
import { findUser, lockUser, type UserRow } from "./users.sql";

/** How long a sign-in, or a confirmation after it, counts as proof of identity, in milliseconds. */
const freshness = 10 * 60_000;
/** How far the clock of the process that signed the user in may be ahead: a sign-in in the future is not recent. */
const clockSkew = 5_000;

/** What routes that ask for proof of identity can refuse with. */
export const identityErrors = [
  "INVALID_CREDENTIALS",
  "TWO_FACTOR_REQUIRED",
  "INVALID_TWO_FACTOR_CODE",
  "INVALID_PASSKEY",
  "REAUTHENTICATION_REQUIRED",
  "ACCOUNT_TEMPORARILY_LOCKED",
] as const satisfies ProblemCode[];

/** Proof of identity that is sent with a sensitive request. */
export interface Identity {
  password?: string | undefined;
  twoFactorCode?: string | undefined;
  /** The use of a passkey, which is both factors. */
  passkey?: AuthenticationResponseJSON | undefined;
}

/**
 * Requires recent proof of identity before something sensitive: a sign-in within the last ten minutes, a passkey now, or the password now with a
 * two-factor code where the second factor is on. What is sent is always verified.
 * @param sent `now` where a recent sign-in is not enough for an account that has a password
 * @throws Problem REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, INVALID_PASSKEY,
 * ACCOUNT_TEMPORARILY_LOCKED
 */
export async function reauthenticate(
  app: App,
  actor: UserActor,
  identity: Identity,
  sent: "now" | "recently" = "recently",
): Promise<UserRow> {
  const twoFactor = await isTwoFactorOn(app.db.reader, actor.userId);
  const isFresh = await isFreshlyConfirmed(app, actor, twoFactor);
  if (isSent(identity)) return verifyNow(app, actor, identity, twoFactor && !isFresh);
  const user = isFresh ? await findUser(app.db.reader, actor.userId) : undefined;
  if (!user || (sent === "now" && user.passwordHash !== null)) throw new Problem("REAUTHENTICATION_REQUIRED");
  return user;
}

/**
 * Confirms the user's identity with everything their account asks for at a sign-in, so that this session counts as just signed in to.
 * @throws Problem as `reauthenticate`
 */
export async function confirmIdentity(app: App, actor: UserActor, identity: Identity) {
  if (!isSent(identity)) throw new Problem("REAUTHENTICATION_REQUIRED");
  const twoFactor = await isTwoFactorOn(app.db.reader, actor.userId);
  await verifyNow(app, actor, identity, twoFactor);
  await app.db.write((tx) => confirmSession(tx, actor, twoFactor || identity.passkey !== undefined));
}

/** Makes a session count as just signed in to, and where that was shown, as one with a second factor. */
export async function confirmSession(tx: Writer, actor: UserActor, twoFactor: boolean) {
  if (!(await markConfirmed(tx, actor.sessionId, twoFactor))) return;
  await record(tx, actor, { action: "session.confirmed", chain: actor.userId, target: actor.sessionId });
}

/**
 * Requires the first factor of an account before its second one is changed: a passkey, the password where there is one, or else a sign-in
 * within the last ten minutes.
 * @throws Problem REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, ACCOUNT_TEMPORARILY_LOCKED
 */
export async function requireFirstFactor(
  app: App,
  actor: UserActor,
  { password, passkey }: Identity,
): Promise<UserRow> {
  if (passkey) return confirmPasskey(app, actor, passkey);
  if (password !== undefined) return confirmPassword(app, actor, actor.sessionId, password);
  const user = await findUser(app.db.reader, actor.userId);
  if (!user || user.passwordHash !== null || !(await isFreshlyConfirmed(app, actor, false))) {
    throw new Problem("REAUTHENTICATION_REQUIRED");
  }
  return user;
}

async function verifyNow(
  app: App,
  actor: UserActor,
  { password, twoFactorCode, passkey }: Identity,
  twoFactor: boolean,
): Promise<UserRow> {
  if (passkey) return confirmPasskey(app, actor, passkey);
  const user = await confirmPassword(app, actor, actor.sessionId, password!);
  if (!twoFactor) return user;
  if (twoFactorCode === undefined) throw new Problem("TWO_FACTOR_REQUIRED");
  const refused = await app.db.write((tx) => consumeCode(app, tx, actor, twoFactorCode));
  if (refused) throw refused;
  return user;
}

const isSent = ({ password, passkey }: Identity): boolean => password !== undefined || passkey !== undefined;

async function confirmPasskey(app: App, actor: UserActor, passkey: AuthenticationResponseJSON): Promise<UserRow> {
  const assertion = await verifyAssertion(app, passkey);
  const verdict = await app.db.write(async (tx) => {
    const user = await lockUser(tx, actor.userId);
    if (!user || user.suspendedAt) return new Problem("UNAUTHORIZED");
    return (await consumeAssertion(tx, assertion, user.id, actor.origin)) ?? user;
  });
  if (verdict instanceof Problem) throw verdict;
  return verdict;
}

async function isFreshlyConfirmed(app: App, { sessionId }: UserActor, twoFactor: boolean): Promise<boolean> {
  const session = await findOpenSession(app.db.reader, sessionId);
  if (!session) return false;
  const age = app.clock.now() - confirmedAt(session).getTime();
  return age > -clockSkew && age < freshness && (session.twoFactor || !twoFactor);
}

/** When the user of a session has proven their identity last. */
export const confirmedAt = (session: Pick<SessionRow, "confirmedAt" | "createdAt">): Date =>
  session.confirmedAt ?? session.createdAt;
