import type { Actor } from "../access/actor";
import type { Permit } from "../access/permit";
import { disableApiKey, updateApiKey } from "../api-keys/api-keys.sql";
import { requireManageableKey } from "../api-keys/management";
import { recordAll } from "../audit/audit";
import { updateAuditStream } from "../audit-streams/audit-streams.sql";
import type { Writer } from "../db/database";
import { enqueueEmail } from "../mail/outbox";
import { Problem } from "../problems";
import { findUser } from "../users/users.sql";
import { disableWebhook } from "../webhooks/health";
import { adminEmails, type Membership } from "./members.sql";
import { type Decision, hasRemaining, type RemainingAccess } from "./remaining-access";
import { deleteTrusts } from "./remaining-access.sql";

/** How members lost what they could do. */
export type Loss = "removed" | "demoted";

/** Tells those who run an organization that a member who leaves it, or lowered their own role, could still use something. */
export async function reportRemainingAccess(
  tx: Writer,
  { organizationId, userId }: Membership,
  remaining: RemainingAccess,
  loss: Loss,
) {
  if (!hasRemaining(remaining)) return;
  const { email, emailVerifiedAt } = (await findUser(tx, userId))!;
  const values = {
    member: emailVerifiedAt ? email : null,
    keys: String(remaining.knownKeys.length),
    trusts: String(remaining.trusts.length),
    webhooks: String(remaining.webhooks.length + (remaining.auditStream ? 1 : 0)),
  };
  for (const to of await adminEmails(tx, organizationId)) {
    if (to !== email) await enqueueEmail(tx, { to, template: reports[loss], values, cause: organizationId });
  }
}

const reports = { removed: "member-left", demoted: "member-demoted" } as const;

/**
 * Ends or keeps what people could still use, as the actor decides.
 * @throws Problem CONFLICT without a decision, FORBIDDEN for an actor who may not manage what would end
 */
export async function decideRemainingAccess(
  tx: Writer,
  actor: Actor,
  permitted: Permit,
  remaining: RemainingAccess,
  decision: Decision | undefined,
  loss: Loss,
) {
  if (!hasRemaining(remaining)) return;
  if (decision === undefined) throw new Problem("CONFLICT", { reason: "access_remains" });
  if (decision === "end") await endRemainingAccess(tx, actor, permitted, remaining, reasons[loss]);
}

const reasons = {
  removed: { known: "secret_known_to_former_member", setUp: "set_up_by_former_member" },
  demoted: { known: "secret_known_to_demoted_member", setUp: "set_up_by_demoted_member" },
} as const;

/**
 * Disables the keys that they know and the webhooks they set up, and deletes the trusts they created, as far as the actor may manage all of them.
 * Keys that are disabled already say from now on why they should stay so.
 * @throws Problem FORBIDDEN
 */
async function endRemainingAccess(
  tx: Writer,
  actor: Actor,
  permitted: Permit,
  { knownKeys, trusts, webhooks, auditStream }: RemainingAccess,
  { known: because, setUp }: (typeof reasons)[Loss],
) {
  const { organizationId, permissions } = permitted;
  const needed = [
    ...(knownKeys.length + trusts.length > 0 ? (["api-keys:update"] as const) : []),
    ...(webhooks.length > 0 ? (["webhooks:update"] as const) : []),
    ...(auditStream ? (["audit-logs:stream"] as const) : []),
  ];
  if (!needed.every((permission) => permissions.has(permission))) throw new Problem("FORBIDDEN");
  for (const id of new Set([...knownKeys.map(({ id }) => id), ...trusts.map(({ keyId }) => keyId)]))
    await requireManageableKey(tx, actor, permitted, id);

  for (const { id } of knownKeys)
    if (!(await disableApiKey(tx, organizationId, id, because)))
      await updateApiKey(tx, organizationId, id, { disabledBecause: because });
  if (trusts.length > 0)
    await deleteTrusts(
      tx,
      trusts.map(({ id }) => id),
    );
  for (const webhook of webhooks) if (!webhook.disabledAt) await disableWebhook(tx, webhook, setUp);
  if (auditStream && !auditStream.disabledAt)
    await updateAuditStream(tx, organizationId, { disabledAt: tx.now, disabledBecause: setUp });
  await recordAll(tx, actor, organizationId, [
    ...knownKeys.map(({ id, name }) => ({
      action: "api_key.disabled" as const,
      target: id,
      details: { name, because },
    })),
    ...trusts.map(({ id, keyId, issuer, claims }) => ({
      action: "api_key.trust_removed" as const,
      target: keyId,
      details: { trust: id, issuer, claims },
    })),
    ...webhooks.map(({ id }) => ({
      action: "webhook.disabled" as const,
      target: id,
      details: { because: setUp },
    })),
    ...(auditStream
      ? [{ action: "audit_stream.disabled" as const, target: organizationId, details: { because: setUp } }]
      : []),
  ]);
}
