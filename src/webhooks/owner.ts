import { type Actor, type Operator, userIdOf } from "../access/actor";
import type { Permission } from "../access/permissions";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import { type Notice, notifyAdmins } from "../api-keys/notices";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { ApiKeyId, OrganizationId, UserId } from "../ids";
import { lockInstallation } from "../installation/installation.sql";
import { planOf } from "../limits/plans";
import { enqueueEmail, type OutgoingEmail } from "../mail/outbox";
import { listOperators } from "../operators/operators.sql";
import { requireStillOperator } from "../operators/require-operator";
import { lockAnyOrganization } from "../organizations/organizations.sql";

/** Webhooks that the installation itself may have. */
const maxOfInstallation = 20;

/** Whose webhooks a rule is about, and who asks: an organization's, by permission, or any and those of the installation, by an operator. */
export type WebhookOwner =
  | { actor: Actor; organization: string }
  | { operator: Operator; organizationId: OrganizationId | null };

/** The organization, or null for the installation. @throws Problem as `permit` */
export async function permitOn(app: App, owner: WebhookOwner, permission: Permission): Promise<OrganizationId | null> {
  if ("operator" in owner) return owner.organizationId;
  return (await permit(app, owner.actor, owner.organization, permission)).organizationId;
}

/**
 * Changes webhooks while nothing else changes who may, as `underLock` does; an operator who lost that role meanwhile changes nothing.
 * @param change `limit`: webhooks that the owner may have
 * @throws Problem as `permit`
 */
export function underOwnerLock<T>(
  app: App,
  owner: WebhookOwner,
  permission: Permission,
  change: (tx: Writer, organizationId: OrganizationId | null, limit: number) => Promise<T>,
): Promise<T> {
  if ("actor" in owner) {
    return underLock(app, owner.actor, owner.organization, permission, (tx, { organizationId }, row) =>
      change(tx, organizationId, planOf(row).webhooks),
    );
  }
  const { operator, organizationId } = owner;
  return app.db.write(async (tx) => {
    if (organizationId) await lockAnyOrganization(tx, organizationId);
    else await lockInstallation(tx);
    await requireStillOperator(tx, operator);
    return change(tx, organizationId, maxOfInstallation);
  });
}

/** Records a change of a webhook: in the organization's log, or, for one of the installation, in the operator's own. */
export function recordFor(
  tx: Writer,
  owner: WebhookOwner,
  action: AuditAction,
  { organizationId, id }: { organizationId: OrganizationId | null; id: string },
  details: Record<string, unknown> = {},
): Promise<void> | undefined {
  const auditActor = "actor" in owner ? owner.actor : owner.operator;
  if (organizationId) return record(tx, auditActor, { action, chain: organizationId, target: id, details });
  if (auditActor.kind !== "user") return undefined;
  return record(tx, auditActor, {
    action: "operator.acted",
    chain: auditActor.userId,
    target: id,
    details: { action, ...details },
  });
}

/** Sends an email to those who run the owner of a webhook: the admins of its organization, or the operators. */
export async function notifyOwner(tx: Writer, organizationId: OrganizationId | null, notice: Notice) {
  if (organizationId) return notifyAdmins(tx, organizationId, notice);
  for (const { email: to } of await listOperators(tx)) await enqueueEmail(tx, { ...notice, to } as OutgoingEmail);
}

/** Who chose a URL or saw a secret, for those who decide what a member who leaves could still use. */
export function setUpBy(owner: WebhookOwner): { setUpById: UserId | null; setUpByKeyId: ApiKeyId | null } {
  const by = "actor" in owner ? owner.actor : owner.operator;
  return { setUpById: by.kind === "system" ? null : userIdOf(by), setUpByKeyId: by.kind === "key" ? by.keyId : null };
}
