import type { Actor, UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { Permit } from "../access/permit";
import { findMembershipContext } from "../access/permit.sql";
import { underLock } from "../access/under-lock";
import { type KeysOfLeaver, reassignOrDisableKeys } from "../api-keys/creators";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, type OrganizationId } from "../ids";
import { cancelUnauthorizedInvitations } from "../invitations/authority";
import { endAndRecord } from "../oauth/grants";
import { lockAnyOrganization } from "../organizations/organizations.sql";
import { deleteTransfer } from "../ownership/ownership.sql";
import { endTokensOfLeaver } from "../personal-tokens/access";
import { invalid, Problem } from "../problems";
import { isSelf, requireLowerMember } from "./members";
import { deleteMembership, findMember, findMembership, type Membership } from "./members.sql";
import { accessOf, type Decision, peopleOf, summaryOf } from "./remaining-access";
import { decideRemainingAccess, reportRemainingAccess } from "./remaining-access-decision";

/** What to do with what a removed member leaves behind. */
interface Removal {
  handKeysTo?: string | undefined;
  remainingAccess?: Decision | undefined;
}

/**
 * Removes a member with a lower role, or the actor. Their keys are disabled, or handed over to another member with at most what they could
 * do and the actor may; their pending invitations are canceled. What else they could still use, the keys of others that they know and the
 * trusts they created, is ended or kept as the actor decides.
 * @throws Problem FORBIDDEN, VALIDATION_ERROR when the keys cannot be handed over, CONFLICT when a decision about what remains is missing
 */
export async function removeMember(
  app: App,
  actor: Actor,
  organization: string,
  memberId: string,
  { handKeysTo, remainingAccess }: Removal = {},
) {
  await underLock(app, actor, organization, "members:remove", async (tx, permitted) => {
    const member = await requireLowerMember(tx, actor, permitted, memberId);
    const newOwner = handKeysTo === undefined ? undefined : await newOwnerOfKeys(tx, permitted, handKeysTo, member);
    const remaining = await accessOf(tx, peopleOf(member), tx.now);
    if (isSelf(actor, member)) await reportRemainingAccess(tx, member, remaining, "removed");
    else await decideRemainingAccess(tx, actor, permitted, remaining, remainingAccess, "removed");
    await endMembership(
      tx,
      actor,
      member,
      newOwner ? { handOverTo: newOwner.userId, within: permitted.permissions } : "disable",
    );
    await record(tx, actor, {
      action: "member.removed",
      chain: permitted.organizationId,
      target: member.userId,
      details: { role: member.role, ...summaryOf(remaining, remainingAccess) },
    });
  });
}

/**
 * Leaves an organization. Neither its policy nor its suspension keeps a member from leaving.
 * @throws Problem CONFLICT for its owner, who must transfer ownership first
 */
export async function leaveOrganization(app: App, actor: UserActor, organization: string) {
  if (!isId("org", organization)) throw new Problem("NOT_FOUND");
  const of = { organizationId: organization, userId: actor.userId };
  const context = await findMembershipContext(app.db.reader, of);
  if (!context || context.deletedAt) throw new Problem("NOT_FOUND");
  const verdict = await app.db.write(async (tx) => {
    await lockAnyOrganization(tx, organization);
    await lockLiveUser(tx, actor);
    return leave(tx, actor, organization);
  });
  if (verdict === "not a member") throw new Problem("NOT_FOUND");
  if (verdict === "owner") throw new Problem("CONFLICT", { reason: "owner_cannot_leave" });
}

/**
 * Ends the actor's membership in an organization that the caller has locked. What they could still use stays, for no one decides about it: the
 * organization's admins are told by email.
 */
export async function leave(tx: Writer, actor: UserActor, organizationId: OrganizationId) {
  const member = await findMembership(tx, { organizationId, userId: actor.userId });
  if (!member) return "not a member";
  if (member.role === "owner") return "owner";
  const remaining = await accessOf(tx, peopleOf(member), tx.now);
  await endMembership(tx, actor, member, "disable");
  await reportRemainingAccess(tx, member, remaining, "removed");
  await record(tx, actor, {
    action: "member.left",
    chain: organizationId,
    target: actor.userId,
    details: { role: member.role, ...summaryOf(remaining) },
  });
  return "left";
}

/** Deletes a membership with all that depends on it. */
async function endMembership(tx: Writer, actor: Actor, member: Membership, keys: KeysOfLeaver) {
  const { organizationId, userId } = member;
  await deleteMembership(tx, member);
  await deleteTransfer(tx, organizationId, { toUserId: userId });
  await cancelUnauthorizedInvitations(tx, actor, organizationId, userId);
  await reassignOrDisableKeys(tx, actor, member, keys);
  await endAndRecord(tx, actor, { organizationId, userId }, "member_left");
  await endTokensOfLeaver(tx, actor, member);
}

/** The member who takes over the keys. @throws Problem VALIDATION_ERROR, FORBIDDEN */
async function newOwnerOfKeys(tx: Writer, permitted: Permit, id: string, leaving: Membership): Promise<Membership> {
  if (!permitted.permissions.has("api-keys:update")) throw new Problem("FORBIDDEN");
  const newOwner = isId("mem", id) ? await findMember(tx, permitted.organizationId, id) : undefined;
  if (!newOwner || newOwner.id === leaving.id) throw invalid("handKeysTo", fieldMessages.otherMember);
  return newOwner;
}
