import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { type InvitationId, type InvitationTicketId, isId, newId } from "../ids";
import { planOf } from "../limits/plans";
import { requireRoomForMembership } from "../members/joining";
import { countMembers, findMembership, insertMembership } from "../members/members.sql";
import { lockAnyOrganization, type OrganizationRow } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { findUser, type UserRow } from "../users/users.sql";
import { requireVerified } from "../users/verification";
import { mayStillInvite } from "./authority";
import { consumeInvitation, findInvitationBy, type InvitationRow, listInvitationsTo } from "./invitations.sql";

export interface AnswerInput {
  token?: string | undefined;
  invitationId?: string | undefined;
}

/** The invitations a user can accept; none while their email is not verified. */
export async function listMyInvitations(app: App, actor: UserActor, { limit, cursor }: PageInput) {
  const user = await findUser(app.db.reader, actor.userId);
  if (!user?.emailVerifiedAt) return { data: [], nextCursor: null };
  const part = { after: afterCursor(cursor), limit: limit + 1 };
  return toPage(await listInvitationsTo(app.db.reader, user.email, app.clock.date(), part), limit);
}

/**
 * Joins an organization. An invitation admits one person once, and only while its inviter may still assign its role. Accepting again
 * gives the same answer while the membership lasts.
 * @throws Problem NOT_FOUND, FORBIDDEN for an invitation to another email, CONFLICT for one that is closed, expired, was replaced or
 * whose inviter could no longer send it, PLAN_LIMIT_REACHED, ORGANIZATION_SUSPENDED, EMAIL_NOT_VERIFIED
 */
export async function acceptInvitation(app: App, actor: UserActor, input: AnswerInput) {
  await requireVerified(app, actor);
  return answer(app, actor, input, async (tx, invitation, organization) => {
    const { organizationId, role, roleId } = invitation;
    const { userId } = actor;
    const member = await findMembership(tx, { organizationId, userId });
    if (member && invitation.state === "accepted") return { organizationId, memberId: member.id, role: member.role };
    requireOpen(tx, invitation);
    if (organization.suspendedAt) throw new Problem("ORGANIZATION_SUSPENDED");
    if (member) throw new Problem("CONFLICT", { reason: "already_member" });
    if (!(await mayStillInvite(tx, invitation)) || (await findUser(tx, invitation.inviterId))!.suspendedAt) {
      throw new Problem("CONFLICT", { reason: "inviter_lost_permission" });
    }
    if ((await countMembers(tx, organizationId)) >= planOf(organization).members) {
      throw new Problem("PLAN_LIMIT_REACHED", { reason: "no_free_seat" });
    }
    await requireRoomForMembership(app, tx, userId);
    if (!(await consumeInvitation(tx, invitation, "accepted"))) throw closed();
    const id = newId("mem", tx.now.getTime());
    await insertMembership(tx, { id, organizationId, userId, role, roleId, createdAt: tx.now });
    await record(tx, actor, {
      action: "invitation.accepted",
      chain: organizationId,
      target: invitation.id,
      details: { role },
    });
    return { organizationId, memberId: id, role };
  });
}

/** Declines an invitation; declining again changes nothing. @throws Problem NOT_FOUND, FORBIDDEN, CONFLICT as `acceptInvitation` */
export async function declineInvitation(app: App, actor: UserActor, input: AnswerInput) {
  await answer(app, actor, input, async (tx, invitation) => {
    if (invitation.state === "declined") return;
    requireOpen(tx, invitation);
    if (!(await consumeInvitation(tx, invitation, "declined"))) throw closed();
    await record(tx, actor, {
      action: "invitation.declined",
      chain: invitation.organizationId,
      target: invitation.id,
    });
  });
}

/**
 * Finds the invitation the actor answers and requires that it is theirs: by the token of the email, or by its id and a verified email.
 * The organization and the user are locked, in this order.
 */
async function answer<T>(
  app: App,
  actor: UserActor,
  input: AnswerInput,
  decide: (tx: Writer, invitation: InvitationRow, organization: OrganizationRow) => Promise<T>,
): Promise<T> {
  const lookup = lookupOf(app, input);
  return app.db.write(async (tx) => {
    const found = await findInvitationBy(tx, lookup);
    const organization = found && (await lockAnyOrganization(tx, found.organizationId));
    const user = await lockLiveUser(tx, actor);
    const invitation = await findInvitationBy(tx, lookup);
    if (!invitation || !organization || organization.deletedAt) throw missing(lookup);
    requireRecipient(user, invitation, lookup);
    return decide(tx, invitation, organization);
  });
}

type Lookup = { id: InvitationId } | { ticket: InvitationTicketId };

function lookupOf(app: App, input: AnswerInput): Lookup {
  if (input.token === undefined) {
    if (!isId("inv", input.invitationId!)) throw new Problem("NOT_FOUND");
    return { id: input.invitationId };
  }
  const ticket = app.mailedTokens.read("ivt", input.token);
  if (!ticket) throw new Problem("NOT_FOUND", { reason: "invitation" });
  return { ticket };
}

/** A token that Bask made and that leads to no invitation has been replaced by a later one, or its organization is deleted. */
const missing = (lookup: Lookup) =>
  "id" in lookup ? new Problem("NOT_FOUND") : new Problem("CONFLICT", { reason: "invitation_replaced" });

function requireRecipient(user: UserRow, { email }: InvitationRow, lookup: Lookup) {
  if ("id" in lookup && (!user.emailVerifiedAt || user.email !== email)) throw new Problem("NOT_FOUND");
  if (user.email !== email) throw new Problem("FORBIDDEN", { reason: "other_email" });
}

function requireOpen(tx: Writer, { state, expiresAt }: InvitationRow) {
  if (state !== "open") throw closed();
  if (expiresAt <= tx.now) throw new Problem("CONFLICT", { reason: "invitation_expired" });
}

const closed = () => new Problem("CONFLICT", { reason: "invitation_closed" });
