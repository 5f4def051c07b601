import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import { consumeCode } from "../two-factor/codes";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { confirmPassword } from "./users";
import { findUser, type UserRow } from "./users.sql";

/** How long a sign-in counts as proof of identity, in milliseconds. */
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
 * @throws Problem REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED
 */
export async function reauthenticate(
  app: App,
  actor: UserActor,
  { password, twoFactorCode }: Identity,
): Promise<UserRow> {
  const twoFactor = await isTwoFactorOn(app.db.reader, actor.userId);
  const isFresh = await hasFreshLogin(app, actor, twoFactor);
  if (password === undefined) {
    const user = isFresh ? await findUser(app.db.reader, actor.userId) : undefined;
    if (!user) throw new Problem("REAUTHENTICATION_REQUIRED");
    return user;
  }
  const user = await confirmPassword(app, actor, actor.sessionId, password);
  if (!twoFactor || isFresh) return user;
  if (twoFactorCode === undefined) throw new Problem("TWO_FACTOR_REQUIRED");
  const refused = await app.db.write((tx) => consumeCode(app, tx, actor, twoFactorCode));
  if (refused) throw refused;
  return user;
}

async function hasFreshLogin(app: App, { sessionId }: UserActor, twoFactor: boolean): Promise<boolean> {
  const session = await findOpenSession(app.db.reader, sessionId);
  if (!session) return false;
  const age = app.clock.now() - session.createdAt.getTime();
  return age > -clockSkew && age < freshness && (session.twoFactor || !twoFactor);
}
