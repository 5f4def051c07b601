import type { Actor } from "../access/actor";
import { permissionsOfRole, rank } from "../access/permissions";
import { type Permit, permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { isId } from "../ids";
import { cancelUnauthorizedInvitations } from "../invitations/authority";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { requireAssignableRole } from "../roles/assignment";
import { findUser } from "../users/users.sql";
import { findMember, findMembers, listMembers, type MemberFilter, type Membership, setRole } from "./members.sql";
import { accessBeyondChange, type Decision, peopleOf, summaryOf } from "./remaining-access";
import { decideRemainingAccess, reportRemainingAccess } from "./remaining-access-decision";

export async function listOrganizationMembers(
  app: App,
  actor: Actor,
  organization: string,
  { limit, cursor, search, users }: PageInput & MemberFilter,
) {
  const { organizationId } = await permit(app, actor, organization, "members:read");
  const page = { after: afterCursor(cursor), limit: limit + 1 };
  const rows =
    search === undefined && users === undefined
      ? await listMembers(app.db.reader, organizationId, page)
      : await findMembers(app.db.reader, organizationId, { search, users }, page);
  return toPage(rows, limit);
}

/**
 * Gives a member another role, with at most the actor's own permissions; also to oneself, to step down. Their keys are narrowed at once,
 * and invitations that they could no longer send are canceled. What they could use beyond a lower role, the keys of others that they know
 * and what they set up, is ended or kept as the actor decides.
 * @throws Problem FORBIDDEN for a member whose role is not lower than the actor's, VALIDATION_ERROR for a role beyond the actor's permissions,
 * CONFLICT when a decision about what remains is missing
 */
export async function updateMember(
  app: App,
  actor: Actor,
  organization: string,
  memberId: string,
  input: { role: string; remainingAccess?: Decision | undefined },
) {
  return underLock(app, actor, organization, "members:update", async (tx, permitted) => {
    const member = await requireLowerMember(tx, actor, permitted, memberId);
    const role = await requireAssignableRole(tx, permitted, input.role);
    const change = { from: permissionsOfRole(member.role, member.grants), to: role.permissions };
    const remaining = await accessBeyondChange(tx, peopleOf(member), change, tx.now);
    if (isSelf(actor, member)) await reportRemainingAccess(tx, member, remaining, "demoted");
    else await decideRemainingAccess(tx, actor, permitted, remaining, input.remainingAccess, "demoted");
    await setRole(tx, member, role);
    await cancelUnauthorizedInvitations(tx, actor, permitted.organizationId, member.userId);
    await record(tx, actor, {
      action: "member.role_changed",
      chain: permitted.organizationId,
      target: member.userId,
      details: { from: member.role, to: input.role, ...summaryOf(remaining, input.remainingAccess) },
    });
    const { email, fullName } = (await findUser(tx, member.userId))!;
    return { ...member, email, fullName, role: input.role, joinedAt: member.createdAt };
  });
}

/**
 * A member with a lower role than the actor's, or the actor; never the owner.
 * @throws Problem NOT_FOUND, FORBIDDEN
 */
export async function requireLowerMember(
  tx: Writer,
  actor: Actor,
  permitted: Permit,
  memberId: string,
): Promise<Membership> {
  const member = isId("mem", memberId) ? await findMember(tx, permitted.organizationId, memberId) : undefined;
  if (!member) throw new Problem("NOT_FOUND");
  if (member.role === "owner" || !(isSelf(actor, member) || outranks(permitted, member))) {
    throw new Problem("FORBIDDEN", { reason: "lower_role_required" });
  }
  return member;
}

export const isSelf = (actor: Actor, { userId }: Membership) => actor.kind === "user" && actor.userId === userId;

/** The owner ranks above every other member; for others `rank` decides. */
const outranks = ({ role, permissions }: Permit, member: Membership): boolean =>
  role === "owner" || rank(permissions) > rank(permissionsOfRole(member.role, member.grants));
