import { type Actor, userIdOf } from "../access/actor";
import { isBuiltIn } from "../access/permissions";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { type InvitationId, isId, newId, type OrganizationId } from "../ids";
import { planOf } from "../limits/plans";
import { enqueueEmail } from "../mail/outbox";
import { countMembers, findMembership } from "../members/members.sql";
import type { OrganizationRow } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { isAssignable, requireAssignableRole } from "../roles/assignment";
import { findUser, findUserByEmail } from "../users/users.sql";
import { requireVerified } from "../users/verification";
import {
  closeExpired,
  closeInvitation,
  countPending,
  findInvitation,
  type InvitationRow,
  type InvitationStatus,
  insertInvitation,
  invitationLifetime,
  listInvitations,
  markEmailed,
  renewInvitation,
  statusOf,
} from "./invitations.sql";
import { maySendUnsolicited } from "./unsolicited";

/**
 * Invites a person by email, whether or not they have an account. Members and pending invitations together stay within the plan.
 * An earlier invitation that has expired is replaced. When the recipient has received too many emails, this one is not sent, but the
 * invitation exists all the same; `emailedAt` is null.
 * @throws Problem CONFLICT for a member or a pending invitation, PLAN_LIMIT_REACHED, VALIDATION_ERROR for a role beyond the
 * actor's permissions, EMAIL_NOT_VERIFIED, RATE_LIMITED for an actor or an organization that has sent too many
 */
export async function invite(app: App, actor: Actor, organization: string, input: { email: string; role: string }) {
  const invitation = await underLock(app, actor, organization, "invitations:create", async (tx, permitted, row) => {
    const { organizationId } = permitted;
    await requireVerified(app, actor, tx);
    const assigned = await requireAssignableRole(tx, permitted, input.role);
    await requireNewcomer(tx, organizationId, input.email);
    await closeExpired(tx, organizationId, input.email);
    const invitation = await insertInvitation(tx, {
      id: newId("inv", tx.now.getTime()),
      organizationId,
      email: input.email,
      ...assigned,
      inviterId: userIdOf(actor),
      state: "open",
      emailedAt: null,
      createdAt: tx.now,
      ...newTicket(tx),
    });
    if (!invitation) throw new Problem("CONFLICT", { reason: "invitation_pending" });
    await requireSeat(tx, row);
    await recordInvitation(tx, actor, "invitation.created", invitation);
    return (await send(tx, invitation)) ?? invitation;
  });
  return presentInvitation(app, invitation);
}

export async function listOrganizationInvitations(
  app: App,
  actor: Actor,
  organization: string,
  { limit, cursor, status }: PageInput & { status?: InvitationStatus | undefined },
) {
  const { organizationId } = await permit(app, actor, organization, "invitations:read");
  const part = { after: afterCursor(cursor), limit: limit + 1 };
  const page = toPage(await listInvitations(app.db.reader, organizationId, status, app.clock.date(), part), limit);
  return { ...page, data: page.data.map((row) => presentInvitation(app, row)) };
}

/** Cancels an invitation. @throws Problem CONFLICT when it is closed */
export async function cancelInvitation(app: App, actor: Actor, organization: string, invitationId: string) {
  const id = parseInvitationId(invitationId);
  await underLock(app, actor, organization, "invitations:delete", async (tx, { organizationId }) => {
    const canceled = await closeInvitation(tx, organizationId, id);
    if (!canceled) throw (await findInvitation(tx, organizationId, id)) ? closed() : new Problem("NOT_FOUND");
    await recordInvitation(tx, actor, "invitation.canceled", canceled);
  });
}

/**
 * Sends an invitation again, with a new link and expiry; the earlier link stops working. The actor becomes its inviter.
 * @throws Problem CONFLICT when it is closed or its role was deleted, FORBIDDEN for a role beyond the actor's permissions,
 * PLAN_LIMIT_REACHED, EMAIL_NOT_VERIFIED, RATE_LIMITED while no further email may be sent; the earlier link then still works
 */
export async function resendInvitation(app: App, actor: Actor, organization: string, invitationId: string) {
  const id = parseInvitationId(invitationId);
  const invitation = await underLock(app, actor, organization, "invitations:create", async (tx, permitted, row) => {
    const { organizationId } = permitted;
    await requireVerified(app, actor, tx);
    const before = await findInvitation(tx, organizationId, id);
    if (!before) throw new Problem("NOT_FOUND");
    await requireNewcomer(tx, organizationId, before.email);
    const renewed = await renewInvitation(tx, organizationId, id, { ...newTicket(tx), inviterId: userIdOf(actor) });
    if (!renewed) throw closed();
    if (!before.roleId && !isBuiltIn(before.role)) throw new Problem("CONFLICT", { reason: "role_deleted" });
    if (!(await isAssignable(tx, permitted, before))) {
      throw new Problem("FORBIDDEN", { reason: "role_beyond_permissions" });
    }
    await requireSeat(tx, row);
    await recordInvitation(tx, actor, "invitation.resent", renewed);
    const sent = await send(tx, renewed);
    if (!sent) throw new Problem("RATE_LIMITED", { reason: "invitations", retryAfter: 3_600 });
    return sent;
  });
  return presentInvitation(app, invitation);
}

/** @throws Problem CONFLICT for the email of a member */
async function requireNewcomer(tx: Writer, organizationId: OrganizationId, email: string) {
  const user = await findUserByEmail(tx, email);
  if (user && (await findMembership(tx, { organizationId, userId: user.id })))
    throw new Problem("CONFLICT", { reason: "member_exists" });
}

/** Called after the invitation is written, so it counts itself. */
async function requireSeat(tx: Writer, organization: OrganizationRow) {
  const { id } = organization;
  const seats = (await countMembers(tx, id)) + (await countPending(tx, id, tx.now));
  const limit = planOf(organization).members;
  if (seats > limit) throw new Problem("PLAN_LIMIT_REACHED", { reason: "members", values: { limit } });
}

/** Sends the email of an invitation, or undefined when it is held back. @throws Problem RATE_LIMITED */
async function send(tx: Writer, invitation: InvitationRow): Promise<InvitationRow | undefined> {
  const { id, organizationId, email, ticket, inviterId } = invitation;
  const inviter = await findUser(tx, inviterId);
  const sent =
    (await maySendUnsolicited(tx, { sender: inviterId, organization: organizationId, recipient: email })) &&
    (await enqueueEmail(tx, {
      to: email,
      template: "invitation",
      values: { ticket, inviter: inviter?.emailVerifiedAt ? inviter.email : null },
      cause: organizationId,
      about: id,
    }));
  return sent ? markEmailed(tx, invitation) : undefined;
}

const recordInvitation = (tx: Writer, actor: Actor, action: AuditAction, invitation: InvitationRow) =>
  record(tx, actor, {
    action,
    chain: invitation.organizationId,
    target: invitation.id,
    details: { email: invitation.email, role: invitation.role },
  });

const newTicket = (tx: Writer) => ({
  ticket: newId("ivt", tx.now.getTime()),
  expiresAt: new Date(tx.now.getTime() + invitationLifetime),
});

/** The inviter of an invitation that a key creates is the key's creator. */
function parseInvitationId(id: string): InvitationId {
  if (!isId("inv", id)) throw new Problem("NOT_FOUND");
  return id;
}

const presentInvitation = (app: App, row: InvitationRow) => ({ ...row, status: statusOf(row, app.clock.date()) });

const closed = () => new Problem("CONFLICT", { reason: "invitation_closed" });
