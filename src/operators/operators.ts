import type { App } from "../app";
import { record } from "../audit/audit";
import { findUserByEmail } from "../users/users.sql";
import { setOperator } from "./operators.sql";

/** How granting the operator role ended. */
export type GrantOutcome = "granted" | "already an operator" | "no account" | "email not verified";

/**
 * Makes a user with a verified email an operator: an unverified one might be someone who only registered an email that
 * OPERATOR_EMAILS names. Only people who can run programs on the machine reach this.
 */
export async function grantOperator(app: App, email: string): Promise<GrantOutcome> {
  return app.db.write(async (tx) => {
    const user = await findUserByEmail(tx, email);
    if (!user) return "no account";
    if (!user.emailVerifiedAt) return "email not verified";
    if (!(await setOperator(tx, user.id, true))) return "already an operator";
    await record(tx, { kind: "system" }, { action: "operator.granted", chain: user.id, target: user.id });
    return "granted";
  });
}

/** Ends a user's operator role; false when they had none. */
export async function revokeOperator(app: App, email: string): Promise<boolean> {
  return app.db.write(async (tx) => {
    const user = await findUserByEmail(tx, email);
    if (!user || !(await setOperator(tx, user.id, false))) return false;
    await record(tx, { kind: "system" }, { action: "operator.revoked", chain: user.id, target: user.id });
    return true;
  });
}

/** Makes the users whom OPERATOR_EMAILS names operators, as far as they have accounts. */
export async function grantConfiguredOperators(app: App) {
  for (const email of app.config.operatorEmails) {
    const outcome = await grantOperator(app, email);
    if (outcome !== "already an operator") app.log.info({ email, outcome }, "OPERATOR_EMAILS");
  }
}
