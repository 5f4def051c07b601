import type { Actor } from "../access/actor";
import { expandAll, type Permission } from "../access/permissions";
import { type Permit, permit } from "../access/permit";
import { disableApiKey, updateApiKey } from "../api-keys/api-keys.sql";
import { requireManageableKey } from "../api-keys/management";
import type { App } from "../app";
import { recordAll } from "../audit/audit";
import { type AuditStreamRow, updateAuditStream } from "../audit-streams/audit-streams.sql";
import type { Reader, Writer } from "../db/database";
import { isId } from "../ids";
import { mayInvite } from "../invitations/authority";
import { listPendingInvitations } from "../invitations/invitations.sql";
import { enqueueEmail } from "../mail/outbox";
import { countTokensIn } from "../personal-tokens/personal-tokens.sql";
import { Problem } from "../problems";
import { requireAssignableRole } from "../roles/assignment";
import { findUser } from "../users/users.sql";
import { disableWebhook } from "../webhooks/health";
import type { WebhookRow } from "../webhooks/webhooks.sql";
import { adminEmails, findMember, type Membership } from "./members.sql";
import {
  deleteTrusts,
  findStreamSetUpBy,
  type KnownKey,
  listKnownKeys,
  listTrustsOf,
  listWebhooksSetUpBy,
  type Person,
} from "./remaining-access.sql";

/** What someone could use in an organization without being its member, or beyond what their role allows. */
export interface RemainingAccess {
  /** Keys of other members whose secret they saw, or which a key that they know created. */
  knownKeys: KnownKey[];
  /** Trusts on keys of other members that they, or a key that they know, created. */
  trusts: Awaited<ReturnType<typeof listTrustsOf>>;
  /** Webhooks whose URL they chose, or whose secret they saw. */
  webhooks: WebhookRow[];
  /** The audit stream, where they chose its URL. */
  auditStream: AuditStreamRow | undefined;
}

/**
 * What a member has and knows, for who decides about removing them, or about giving them another role.
 * @throws Problem NOT_FOUND, VALIDATION_ERROR for a role that the actor may not assign
 */
export async function getMemberAccess(
  app: App,
  actor: Actor,
  organization: string,
  memberId: string,
  { role }: { role?: string | undefined },
) {
  const permitted = await permit(app, actor, organization, role === undefined ? "members:remove" : "members:update");
  const { organizationId } = permitted;
  const { reader } = app.db;
  const member = isId("mem", memberId) ? await findMember(reader, organizationId, memberId) : undefined;
  if (!member) throw new Problem("NOT_FOUND");
  const left = role === undefined ? nothing : (await requireAssignableRole(reader, permitted, role)).permissions;
  const now = app.clock.date();
  const { ownKeys, ...remaining } = await accessOf(reader, member, now);
  const { knownKeys, trusts, webhooks, auditStream } = accessBeyond(left, remaining);
  const invitations = await listPendingInvitations(reader, organizationId, now, member.userId);
  const ending = await Promise.all(invitations.map(async (invitation) => !(await mayInvite(reader, left, invitation))));
  return {
    ownKeys: ownKeys.map(presentKey),
    knownKeys: knownKeys.map(presentKey),
    trusts,
    webhooks: webhooks.map((webhook) => ({ id: webhook.id, ...presentTarget(webhook) })),
    auditStream: auditStream ? presentTarget(auditStream) : null,
    pendingInvitations: ending.filter(Boolean).length,
    personalTokens: await countTokensIn(reader, member, now),
  };
}

const presentKey = ({ creatorId, disabledAt, scopes: _, ...key }: KnownKey) => ({
  ...key,
  createdBy: creatorId,
  disabled: disabledAt !== null,
});

const presentTarget = ({ url, disabledAt }: Pick<WebhookRow, "url" | "disabledAt">) => ({
  host: new URL(url).host,
  disabled: disabledAt !== null,
});

/** The keys that a member owns or knows, and what they set up that works without them. */
export async function accessOf(
  db: Reader,
  member: Person,
  now: Date,
): Promise<RemainingAccess & { ownKeys: KnownKey[] }> {
  const keys = await listKnownKeys(db, member, now);
  const isOwn = ({ creatorId }: KnownKey) => creatorId === member.userId;
  const trusts = await listTrustsOf(db, member, now);
  return {
    ownKeys: keys.filter(isOwn),
    knownKeys: keys.filter((key) => !isOwn(key)),
    trusts: trusts.filter(({ keyCreatorId }) => keyCreatorId !== member.userId),
    webhooks: await listWebhooksSetUpBy(db, member),
    auditStream: await findStreamSetUpBy(db, member),
  };
}

/** What removed members may do. */
export const nothing: ReadonlySet<Permission> = new Set();

/**
 * What of it someone with these permissions could not set up or learn. A key counts by its scopes, however little it can do at the moment: its
 * creator may get a higher role.
 */
export function accessBeyond(permissions: ReadonlySet<Permission>, remaining: RemainingAccess): RemainingAccess {
  const isBeyond = (scopes: readonly string[]) => !expandAll(scopes).isSubsetOf(permissions);
  return {
    knownKeys: remaining.knownKeys.filter(({ scopes }) => isBeyond(scopes)),
    trusts: remaining.trusts.filter(({ keyScopes }) => isBeyond(keyScopes)),
    webhooks: permissions.has("webhooks:update") ? [] : remaining.webhooks,
    auditStream: permissions.has("audit-logs:stream") ? undefined : remaining.auditStream,
  };
}

export const hasRemaining = ({ knownKeys, trusts, webhooks, auditStream }: RemainingAccess) =>
  knownKeys.length > 0 || trusts.length > 0 || webhooks.length > 0 || auditStream !== undefined;

/** What an event in the audit log lists of it. */
export const summaryOf = (remaining: RemainingAccess) =>
  hasRemaining(remaining) && {
    knownKeys: idsOf(remaining.knownKeys),
    trusts: idsOf(remaining.trusts),
    webhooks: idsOf(remaining.webhooks),
    auditStream: remaining.auditStream !== undefined,
  };

const maxListed = 100;
const idsOf = (listed: { id: string }[]) => listed.slice(0, maxListed).map(({ id }) => id);

/** How a member lost what they could do. */
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
 * Ends or keeps what a member could still use, as the actor decides.
 * @throws Problem CONFLICT without a decision, FORBIDDEN for an actor who may not manage what would end
 */
export async function decideRemainingAccess(
  tx: Writer,
  actor: Actor,
  permitted: Permit,
  remaining: RemainingAccess,
  decision: "end" | "keep" | undefined,
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
 * Disables the keys that someone knows and the webhooks they set up, and deletes the trusts they created, as far as the actor may manage all of them.
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
