import type { OperatorActor, UserActor } from "../access/actor";
import type { App } from "../app";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { findUser } from "../users/users.sql";

/**
 * Requires a user who was made an operator on the machine, has two-factor authentication on, and used it for this session.
 * @throws Problem FORBIDDEN, TWO_FACTOR_SETUP_REQUIRED, REAUTHENTICATION_REQUIRED
 */
export async function requireOperator(app: App, actor: UserActor): Promise<OperatorActor> {
  const { reader } = app.db;
  const user = await findUser(reader, actor.userId);
  if (!user?.operatorSince) throw new Problem("FORBIDDEN", { reason: "operator_required" });
  if (!(await isTwoFactorOn(reader, actor.userId))) throw new Problem("TWO_FACTOR_SETUP_REQUIRED");
  if (!(await findOpenSession(reader, actor.sessionId))?.twoFactor) {
    throw new Problem("REAUTHENTICATION_REQUIRED", { reason: "second_factor" });
  }
  return { ...actor, isOperator: true };
}
