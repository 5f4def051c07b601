import type { PersonalTokenRow } from "../access/personal-tokens.sql";
import type { AuditAction } from "../audit/actions.contract";
import { type AuditActor, record } from "../audit/audit";
import type { Writer } from "../db/database";

/** Records what became of a token in the log of its user and, where it reaches one organization, in the log of that. */
export async function recordToken(
  tx: Writer,
  auditActor: AuditActor,
  action: AuditAction,
  { id, userId, organizationId, name }: PersonalTokenRow,
  details?: Record<string, unknown>,
) {
  for (const chain of organizationId ? [organizationId, userId] : [userId])
    await record(tx, auditActor, { action, chain, target: id, details: { name, ...details } });
}
