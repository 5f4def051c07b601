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
import { whyNotGiven } from "../roles/roles";
import { findUser } from "../users/users.sql";
import { requireVerified } from "../users/verification";
import { consumeInvitation, findInvitationBy, type InvitationRow, listInvitationsTo } from "./invitations.sql";

export interface AnswerInput {
  token?: string | undefined;
  invitationId?: string | undefined;
}

/** What waits for a person; nothing for an address that they have not proven to be theirs. */
export async function listMyInvitations(app: App, actor: UserActor, { limit, cursor }: PageInput) {
  const user = await findUser(app.db.reader, actor.userId);
  if (!user?.emailVerifiedAt) return { data: [], nextCursor: null };
  const part = { after: afterCursor(cursor), limit: limit + 1 };
  return toPage(await listInvitationsTo(app.db.reader, user.email, app.clock.date(), part), limit);
}

/**
 * Joins an organization. An invitation admits one person once, and is worth what its inviter may give at that moment.
 * @throws Problem NOT_FOUND, INVALID_TOKEN, FORBIDDEN for the token of another address, CONFLICT, EMAIL_NOT_VERIFIED
 */
export async function acceptInvitation(app: App, actor: UserActor, input: AnswerInput) {
  await requireVerified(app, actor);
  return answer(app, actor, input, async (tx, invitation) => {
    const { organizationId, role } = invitation;
    const locked = await lockOrganization(tx, organizationId);
    if (!locked || !(await mayStillGive(tx, invitation))) {
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

/** Finds the invitation somebody answers, and sees that it is theirs: by the letter's token, or by its id and a proven address. */
async function answer<T>(
  app: App,
  actor: UserActor,
  input: AnswerInput,
  decide: (tx: Writer, invitation: InvitationRow) => Promise<T>,
): Promise<T> {
  const held = heldOf(app, input);
  return app.db.write(async (tx) => {
    const invitation = await findInvitationBy(tx, held);
    const user = (await findUser(tx, actor.userId))!;
    if (invitation?.state !== "open") throw gone(input);
    if ("id" in held && (!user.emailVerifiedAt || user.email !== invitation.email)) throw gone(input);
    if (user.email !== invitation.email) {
      throw new Problem("FORBIDDEN", { reason: "other_email" });
    }
    return decide(tx, invitation);
  });
}

function heldOf(app: App, input: AnswerInput): { id: InvitationId } | { ticket: InvitationTicketId } {
  if (input.token === undefined) {
    if (!isId("inv", input.invitationId!)) throw gone(input);
    return { id: input.invitationId! as InvitationId };
  }
  const ticket = app.mailedTokens.read("ivt", input.token);
  if (!ticket) throw gone(input);
  return { ticket };
}

async function mayStillGive(db: Reader, { organizationId, inviterId, role }: InvitationRow): Promise<boolean> {
  const inviter = await findMembership(db, { organizationId, userId: inviterId });
  const permissions = inviter && permissionsOfRole(inviter.role, inviter.grants);
  if (!permissions?.has("invitations:create")) return false;
  return (await whyNotGiven(db, { organizationId, permissions, role: inviter!.role }, role)) === undefined;
}

const gone = ({ token }: AnswerInput) => new Problem(token === undefined ? "NOT_FOUND" : "INVALID_TOKEN");
