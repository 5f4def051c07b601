import type { Operator } from "../access/actor";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { OrganizationId, UserId } from "../ids";

/** What an operator did to a user or an organization. */
interface Act {
  action: AuditAction;
  target: UserId | OrganizationId;
  details: Record<string, unknown>;
}

/**
 * Records what an operator did in two logs: in that of the user or organization concerned, who do not learn from where operators work, and
 * in the operator's own, with their IP and user agent. Who acts on the machine itself has no log of their own.
 */
export async function recordAct(tx: Writer, operator: Operator, { action, target, details }: Act) {
  if (operator.kind === "system") return record(tx, operator, { action, chain: target, target, details });
  const { userId, origin } = operator;
  await record(tx, { kind: "operator", userId, origin }, { action, chain: target, target, details });
  await record(tx, operator, {
    action: "operator.acted",
    chain: userId,
    target,
    details: { action, ...details },
  });
}
