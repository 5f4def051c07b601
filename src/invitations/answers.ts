import type { UserActor } from "../access/actor";
import { permissionsOfRole } from "../access/permissions";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import { type InvitationId, type InvitationTicketId, isId, newId } from "../ids";
import { findMembership, insertMembership } from "../members/members.sql";
import { lockOrganization } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { whyNotAssignable } from "../roles/roles";
import { findUser } from "../users/users.sql";
import { requireVerified } from "../users/verification";
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
 * Joins an organization. An invitation admits one person once, and only while its inviter may still assign its role.
 * @throws Problem NOT_FOUND, INVALID_TOKEN, FORBIDDEN for an invitation to another email, CONFLICT, EMAIL_NOT_VERIFIED
 */
export async function acceptInvitation(app: App, actor: UserActor, input: AnswerInput) {
  await requireVerified(app, actor);
  return answer(app, actor, input, async (tx, invitation) => {
    const { organizationId, role } = invitation;
    const locked = await lockOrganization(tx, organizationId);
    if (!locked || !(await mayStillInvite(tx, invitation))) {
      throw new Problem("CONFLICT", { reason: "inviter_lost_permission" });
    }
    if (!(await consumeInvitation(tx, invitation, "accepted"))) throw gone(input);
    if (await findMembership(tx, { organizationId, userId: actor.userId }))
      throw new Problem("CONFLICT", { reason: "already_member" });
    const id = newId("mem", tx.now.getTime());
    await insertMembership(tx, { id, organizationId, userId: actor.userId, role, createdAt: tx.now });
    await record(tx, actor, {
      action: "invitation.accepted",
      chain: organizationId,
      target: invitation.id,
      details: { role },
    });
    return { organizationId, memberId: id, role };
  });
}

/** @throws Problem as `acceptInvitation` */
export async function declineInvitation(app: App, actor: UserActor, input: AnswerInput) {
  await answer(app, actor, input, async (tx, invitation) => {
    if (!(await consumeInvitation(tx, invitation, "declined"))) throw gone(input);
    await record(tx, actor, {
      action: "invitation.declined",
      chain: invitation.organizationId,
      target: invitation.id,
    });
  });
}

/** Finds the invitation the actor answers and requires that it is theirs: by the token of the email, or by its id and a verified email. */
async function answer<T>(
  app: App,
  actor: UserActor,
  input: AnswerInput,
  decide: (tx: Writer, invitation: InvitationRow) => Promise<T>,
): Promise<T> {
  const lookup = lookupOf(app, input);
  return app.db.write(async (tx) => {
    const invitation = await findInvitationBy(tx, lookup);
    const user = (await findUser(tx, actor.userId))!;
    if (invitation?.state !== "open") throw gone(input);
    if ("id" in lookup && (!user.emailVerifiedAt || user.email !== invitation.email)) throw gone(input);
    if (user.email !== invitation.email) {
      throw new Problem("FORBIDDEN", { reason: "other_email" });
    }
    return decide(tx, invitation);
  });
}

function lookupOf(app: App, input: AnswerInput): { id: InvitationId } | { ticket: InvitationTicketId } {
  if (input.token === undefined) {
    if (!isId("inv", input.invitationId!)) throw gone(input);
    return { id: input.invitationId! as InvitationId };
  }
  const ticket = app.mailedTokens.read("ivt", input.token);
  if (!ticket) throw gone(input);
  return { ticket };
}

async function mayStillInvite(db: Reader, { organizationId, inviterId, role }: InvitationRow): Promise<boolean> {
  const inviter = await findMembership(db, { organizationId, userId: inviterId });
  const permissions = inviter && permissionsOfRole(inviter.role, inviter.grants);
  if (!permissions?.has("invitations:create")) return false;
  return (await whyNotAssignable(db, { organizationId, permissions, role: inviter!.role }, role)) === undefined;
}

const gone = ({ token }: AnswerInput) => new Problem(token === undefined ? "NOT_FOUND" : "INVALID_TOKEN");
