import type { Operator, OperatorActor, UserActor } from "../access/actor";
import type { App } from "../app";
import type { Reader, Writer } from "../db/database";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { findUser } from "../users/users.sql";

/**
 * Requires a user who was made an operator on the machine, has two-factor authentication on, and used it for this session.
 * @throws Problem FORBIDDEN, TWO_FACTOR_SETUP_REQUIRED, REAUTHENTICATION_REQUIRED
 */
export async function requireOperator(app: App, actor: UserActor): Promise<OperatorActor> {
  await requireOperatorSession(app.db.reader, actor);
  return { ...actor, isOperator: true };
}

/**
 * Requires once more, in the transaction that acts, that who asks is an operator: one who lost that role, or whose session was ended, changes nothing.
 * @throws Problem as `requireOperator`
 */
export async function requireStillOperator(tx: Writer, operator: Operator) {
  if (operator.kind === "user") await requireOperatorSession(tx, operator);
}

async function requireOperatorSession(db: Reader, { userId, sessionId }: UserActor) {
  const user = await findUser(db, userId);
  if (!user?.operatorSince) throw new Problem("FORBIDDEN", { reason: "operator_required" });
  if (!(await isTwoFactorOn(db, userId))) throw new Problem("TWO_FACTOR_SETUP_REQUIRED");
  if (!(await findOpenSession(db, sessionId))?.twoFactor) {
    throw new Problem("REAUTHENTICATION_REQUIRED", { reason: "second_factor" });
  }
}
