import type { Actor } from "../access/actor";
import { expandAll, type Permission } from "../access/permissions";
import { permit } from "../access/permit";
import type { App } from "../app";
import type { AuditStreamRow } from "../audit-streams/audit-streams.sql";
import type { Reader } from "../db/database";
import { isId, type OrganizationId, type UserId } from "../ids";
import { mayInvite } from "../invitations/authority";
import { listPendingInvitations } from "../invitations/invitations.sql";
import { countTokensIn } from "../personal-tokens/personal-tokens.sql";
import { Problem } from "../problems";
import { requireAssignableRole } from "../roles/assignment";
import type { WebhookRow } from "../webhooks/webhooks.sql";
import { findMember } from "./members.sql";
import {
  findStreamSetUpBy,
  type KnownKey,
  listKnownKeys,
  listOwnKeys,
  listTrustsOf,
  listWebhooksSetUpBy,
  type People,
} from "./remaining-access.sql";

/** What people could use in an organization without being its members, or beyond what their role allows. */
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

/** Whether what remains ends. */
export type Decision = "end" | "keep";

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
  const remaining = accessBeyond(left, await accessOf(reader, peopleOf(member), now));
  const ownKeys = await listOwnKeys(reader, member, now);
  const invitations = await listPendingInvitations(reader, organizationId, now, member.userId);
  const ending = await Promise.all(invitations.map(async (invitation) => !(await mayInvite(reader, left, invitation))));
  return {
    ownKeys: ownKeys.map(presentKey),
    ...presentRemaining(remaining),
    pendingInvitations: ending.filter(Boolean).length,
    personalTokens: await countTokensIn(reader, member, now),
  };
}

/** It as who decides about it sees it. */
export const presentRemaining = ({ knownKeys, trusts, webhooks, auditStream }: RemainingAccess) => ({
  knownKeys: knownKeys.map(presentKey),
  trusts,
  webhooks: webhooks.map((webhook) => ({ id: webhook.id, ...presentTarget(webhook) })),
  auditStream: auditStream ? presentTarget(auditStream) : null,
});

const presentKey = ({ creatorId, disabledAt, scopes: _, ...key }: KnownKey) => ({
  ...key,
  createdBy: creatorId,
  disabled: disabledAt !== null,
});

const presentTarget = ({ url, disabledAt }: Pick<WebhookRow, "url" | "disabledAt">) => ({
  host: new URL(url).host,
  disabled: disabledAt !== null,
});

/** A member alone. */
export const peopleOf = ({ organizationId, userId }: { organizationId: OrganizationId; userId: UserId }): People => ({
  organizationId,
  userIds: [userId],
});

/** The keys of others that people know, and what they set up that works without them. */
export async function accessOf(db: Reader, people: People, now: Date): Promise<RemainingAccess> {
  return {
    knownKeys: await listKnownKeys(db, people, now),
    trusts: await listTrustsOf(db, people, now),
    webhooks: await listWebhooksSetUpBy(db, people),
    auditStream: await findStreamSetUpBy(db, people),
  };
}

/** What removed members may do. */
export const nothing: ReadonlySet<Permission> = new Set();

/**
 * What of it someone with these permissions could not set up or learn. A key counts by its scopes, however little it can do at the moment: its
 * creator may get a higher role.
 */
function accessBeyond(permissions: ReadonlySet<Permission>, remaining: RemainingAccess): RemainingAccess {
  const isBeyond = (scopes: readonly string[]) => !expandAll(scopes).isSubsetOf(permissions);
  return {
    knownKeys: remaining.knownKeys.filter(({ scopes }) => isBeyond(scopes)),
    trusts: remaining.trusts.filter(({ keyScopes }) => isBeyond(keyScopes)),
    webhooks: permissions.has("webhooks:update") ? [] : remaining.webhooks,
    auditStream: permissions.has("audit-logs:stream") ? undefined : remaining.auditStream,
  };
}

/** What people could use beyond a change of what they may do; nothing where they lose none of it. */
export async function accessBeyondChange(
  db: Reader,
  people: People,
  { from, to }: Record<"from" | "to", ReadonlySet<Permission>>,
  now: Date,
): Promise<RemainingAccess> {
  if (from.isSubsetOf(to)) return { knownKeys: [], trusts: [], webhooks: [], auditStream: undefined };
  return accessBeyond(to, await accessOf(db, people, now));
}

export const hasRemaining = ({ knownKeys, trusts, webhooks, auditStream }: RemainingAccess) =>
  knownKeys.length > 0 || trusts.length > 0 || webhooks.length > 0 || auditStream !== undefined;

/** What an event in the audit log lists of it, with what was decided. */
export const summaryOf = (remaining: RemainingAccess, decision?: Decision) =>
  hasRemaining(remaining) && {
    knownKeys: idsOf(remaining.knownKeys),
    trusts: idsOf(remaining.trusts),
    webhooks: idsOf(remaining.webhooks),
    auditStream: remaining.auditStream !== undefined,
    ...(decision && { remainingAccess: decision }),
  };

const maxListed = 100;
const idsOf = (listed: { id: string }[]) => listed.slice(0, maxListed).map(({ id }) => id);
