import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { type InvitationId, isId, newId, type UserId } from "../ids";
import { takeAttempt } from "../limits/attempts.sql";
import { planOf } from "../limits/plans";
import { enqueueEmail } from "../mail/outbox";
import { countMembers, findMembership } from "../members/members.sql";
import { lockOrganization, type OrganizationRow } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { requireAssignableRole } from "../roles/roles";
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
  listInvitations,
  renewInvitation,
} from "./invitations.sql";

/** Seven days, in milliseconds, as the email says. */
const lifetime = 7 * 86_400_000;
/** Emails an hour that invitations can send to one recipient. */
const maxEmails = 5;

/**
 * Invites a person by email, whether or not they have an account. Members and pending invitations together stay within the plan.
 * @throws Problem CONFLICT for a member or a pending invitation, PLAN_LIMIT_REACHED, VALIDATION_ERROR for a role beyond the
 * actor's permissions, EMAIL_NOT_VERIFIED
 */
export async function invite(app: App, actor: Actor, organization: string, input: { email: string; role: string }) {
  const { organizationId } = await permit(app, actor, organization, "invitations:create");
  await requireVerified(app, actor);
  const invitation = await app.db.write(async (tx) => {
    const locked = await lockOrganization(tx, organizationId);
    const permitted = await permit(app, actor, organizationId, "invitations:create", tx);
    await requireAssignableRole(tx, permitted, input.role);
    const user = await findUserByEmail(tx, input.email);
    if (user && (await findMembership(tx, { organizationId, userId: user.id })))
      throw new Problem("CONFLICT", { reason: "member_exists" });
    await closeExpired(tx, organizationId, input.email);
    const invitation = await insertInvitation(tx, {
      id: newId("inv", tx.now.getTime()),
      organizationId,
      email: input.email,
      role: input.role,
      inviterId: inviterOf(actor),
      state: "open",
      createdAt: tx.now,
      ...fresh(tx),
    });
    if (!invitation) throw new Problem("CONFLICT", { reason: "invitation_pending" });
    await requireSeat(tx, locked!);
    await send(tx, invitation);
    const { email, role } = invitation;
    await record(tx, actor, {
      action: "invitation.created",
      chain: organizationId,
      target: invitation.id,
      details: { email, role },
    });
    return invitation;
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
  const { organizationId } = await permit(app, actor, organization, "invitations:delete");
  const id = parseInvitationId(invitationId);
  const verdict = await app.db.write(async (tx) => {
    const canceled = await closeInvitation(tx, organizationId, id);
    if (!canceled) return (await findInvitation(tx, organizationId, id)) ? "answered" : "unknown";
    const { email, role } = canceled;
    await record(tx, actor, {
      action: "invitation.canceled",
      chain: organizationId,
      target: id,
      details: { email, role },
    });
    return "canceled";
  });
  if (verdict === "unknown") throw new Problem("NOT_FOUND");
  if (verdict === "answered") throw answered();
}

/**
 * Sends an invitation again, with a new link and expiry; the earlier link stops working.
 * @throws Problem CONFLICT when it is closed, RATE_LIMITED after five emails to the recipient within an hour
 */
export async function resendInvitation(app: App, actor: Actor, organization: string, invitationId: string) {
  const { organizationId } = await permit(app, actor, organization, "invitations:create");
  const id = parseInvitationId(invitationId);
  const invitation = await app.db.write(async (tx) => {
    const locked = await lockOrganization(tx, organizationId);
    const permitted = await permit(app, actor, organizationId, "invitations:create", tx);
    const before = await findInvitation(tx, organizationId, id);
    if (!before) throw new Problem("NOT_FOUND");
    await requireAssignableRole(tx, permitted, before.role);
    const renewed = await renewInvitation(tx, organizationId, id, fresh(tx));
    if (!renewed) throw answered();
    await requireSeat(tx, locked!);
    await send(tx, renewed);
    const { email, role } = renewed;
    await record(tx, actor, {
      action: "invitation.resent",
      chain: organizationId,
      target: id,
      details: { email, role },
    });
    return renewed;
  });
  return presentInvitation(app, invitation);
}

/** Called after the invitation is written, so it counts itself. */
async function requireSeat(tx: Writer, organization: OrganizationRow) {
  const { id } = organization;
  const seats = (await countMembers(tx, id)) + (await countPending(tx, id, tx.now));
  const limit = planOf(organization).members;
  if (seats > limit) throw new Problem("PLAN_LIMIT_REACHED", { reason: "members", values: { limit } });
}

async function send(tx: Writer, { email, ticket, inviterId }: InvitationRow) {
  if (!(await takeAttempt(tx, `invitations:${email}`, maxEmails, 3_600_000))) {
    throw new Problem("RATE_LIMITED", {
      reason: "invitations",
      retryAfter: 3_600,
    });
  }
  const inviter = (await findUser(tx, inviterId))!.email;
  await enqueueEmail(tx, { to: email, template: "invitation", values: { ticket, inviter } });
}

const fresh = (tx: Writer) => ({
  ticket: newId("ivt", tx.now.getTime()),
  expiresAt: new Date(tx.now.getTime() + lifetime),
});

/** The inviter of an invitation that a key creates is the key's creator. */
const inviterOf = (actor: Actor): UserId => (actor.kind === "user" ? actor.userId : actor.creatorId);

function parseInvitationId(id: string): InvitationId {
  if (!isId("inv", id)) throw new Problem("NOT_FOUND");
  return id;
}

function presentInvitation(app: App, { state, ...row }: InvitationRow) {
  const expired = row.expiresAt.getTime() <= app.clock.now();
  const status: InvitationStatus = state !== "open" ? state : expired ? "expired" : "pending";
  return { ...row, status };
}

const answered = () => new Problem("CONFLICT", { reason: "invitation_closed" });
