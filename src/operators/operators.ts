import type { App } from "../app";
import { record } from "../audit/audit";
import { findUserByEmail } from "../users/users.sql";
import { setOperator } from "./operators.sql";

/** What became of an appointment. */
export type GrantOutcome = "appointed" | "was one already" | "has no account" | "has not confirmed the address";

/**
 * Makes somebody an operator who has proven their address, or a name in OPERATOR_EMAILS would be an office for whoever
 * registers it first. Only whoever can run programs on the machine gets here.
 */
export async function grantOperator(app: App, email: string): Promise<GrantOutcome> {
  return app.db.write(async (tx) => {
    const user = await findUserByEmail(tx, email);
    if (!user) return "has no account";
    if (!user.emailVerifiedAt) return "has not confirmed the address";
    if (!(await setOperator(tx, user.id, true))) return "was one already";
    await record(tx, { kind: "system" }, { action: "operator.granted", chain: user.id, target: user.id });
    return "appointed";
  });
}

/** Takes the office away; false when the person did not hold it. */
export async function revokeOperator(app: App, email: string): Promise<boolean> {
  return app.db.write(async (tx) => {
    const user = await findUserByEmail(tx, email);
    if (!user || !(await setOperator(tx, user.id, false))) return false;
    await record(tx, { kind: "system" }, { action: "operator.revoked", chain: user.id, target: user.id });
    return true;
  });
}

/** Appoints those whom OPERATOR_EMAILS names, as far as they have an account by now. */
export async function grantConfiguredOperators(app: App) {
  for (const email of app.config.operatorEmails) {
    const outcome = await grantOperator(app, email);
    if (outcome !== "was one already") app.log.info({ email, outcome }, "OPERATOR_EMAILS");
  }
}
