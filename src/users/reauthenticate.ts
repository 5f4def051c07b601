import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { Problem } from "../problems";
import { findOpenSession, markConfirmed, type SessionRow } from "../sessions/sessions.sql";
import { consumeCode } from "../two-factor/codes";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { confirmPassword } from "./users";
import { findUser, type UserRow } from "./users.sql";

/** How long a sign-in, or a confirmation after it, counts as proof of identity, in milliseconds. */
const freshness = 10 * 60_000;
/** How far the clock of the process that signed the user in may be ahead: a sign-in in the future is not recent. */
const clockSkew = 5_000;

/** Proof of identity that is sent with a sensitive request. */
export interface Identity {
  password?: string | undefined;
  twoFactorCode?: string | undefined;
}

/**
 * Requires recent proof of identity before something sensitive: a sign-in within the last ten minutes, or the password now with a two-factor
 * code where the second factor is on. A password that is sent is always verified.
 * @param sent `now` where a recent sign-in is not enough for an account that has a password
 * @throws Problem REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED
 */
export async function reauthenticate(
  app: App,
  actor: UserActor,
  identity: Identity,
  sent: "now" | "recently" = "recently",
): Promise<UserRow> {
  const twoFactor = await isTwoFactorOn(app.db.reader, actor.userId);
  const isFresh = await isFreshlyConfirmed(app, actor, twoFactor);
  if (identity.password !== undefined) return verifyNow(app, actor, identity, twoFactor && !isFresh);
  const user = isFresh ? await findUser(app.db.reader, actor.userId) : undefined;
  if (!user || (sent === "now" && user.passwordHash !== null)) throw new Problem("REAUTHENTICATION_REQUIRED");
  return user;
}

/**
 * Confirms the user's identity with everything their account asks for at a sign-in, so that this session counts as just signed in to.
 * @throws Problem as `reauthenticate`
 */
export async function confirmIdentity(app: App, actor: UserActor, identity: Identity) {
  if (identity.password === undefined) throw new Problem("REAUTHENTICATION_REQUIRED");
  const twoFactor = await isTwoFactorOn(app.db.reader, actor.userId);
  await verifyNow(app, actor, identity, twoFactor);
  await app.db.write(async (tx) => {
    if (!(await markConfirmed(tx, actor.sessionId, twoFactor))) return;
    await record(tx, actor, { action: "session.confirmed", chain: actor.userId, target: actor.sessionId });
  });
}

/**
 * Requires the first factor of an account before its second one is changed: the password where there is one, else a sign-in within the last
 * ten minutes.
 * @throws Problem REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, ACCOUNT_TEMPORARILY_LOCKED
 */
export async function requireFirstFactor(app: App, actor: UserActor, { password }: Identity): Promise<UserRow> {
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
  { password, twoFactorCode }: Identity,
  twoFactor: boolean,
): Promise<UserRow> {
  const user = await confirmPassword(app, actor, actor.sessionId, password!);
  if (!twoFactor) return user;
  if (twoFactorCode === undefined) throw new Problem("TWO_FACTOR_REQUIRED");
  const refused = await app.db.write((tx) => consumeCode(app, tx, actor, twoFactorCode));
  if (refused) throw refused;
  return user;
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
