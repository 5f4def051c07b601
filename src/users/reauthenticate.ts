import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import { codeProblem, consumeCode } from "../two-factor/codes";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { confirmPassword } from "./users";
import { findUser, type UserRow } from "./users.sql";

/** How long a login counts as proof, in milliseconds. */
const fresh = 10 * 60_000;

/** What shows again who one is. */
export interface Identity {
  password?: string | undefined;
  twoFactorCode?: string | undefined;
}

/**
 * Demands before something sensitive that the person has just shown who they are: by a login within ten minutes, or now by
 * the password and, where it is on, a two-factor code. A password that is sent is always looked at.
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
  const user = await confirmPassword(app, actor, password);
  if (!twoFactor || isFresh) return user;
  if (twoFactorCode === undefined) throw new Problem("TWO_FACTOR_REQUIRED");
  const outcome = await app.db.write((tx) => consumeCode(app, tx, actor, twoFactorCode));
  if (outcome !== "accepted") throw codeProblem(outcome);
  return user;
}

async function hasFreshLogin(app: App, { sessionId }: UserActor, twoFactor: boolean): Promise<boolean> {
  const session = await findOpenSession(app.db.reader, sessionId);
  return (
    session !== undefined && app.clock.now() - session.createdAt.getTime() < fresh && (session.twoFactor || !twoFactor)
  );
}
