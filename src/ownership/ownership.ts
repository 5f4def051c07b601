import type { Actor, UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import { rolePermissions } from "../access/permissions";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, type OrganizationId, type UserId } from "../ids";
import { cancelUnauthorizedInvitations } from "../invitations/authority";
import { maySendUnsolicited } from "../invitations/unsolicited";
import { enqueueEmail } from "../mail/outbox";
import { findMember, findMembership, setRole } from "../members/members.sql";
import { accessBeyondChange, type Decision, peopleOf, presentRemaining, summaryOf } from "../members/remaining-access";
import { decideRemainingAccess } from "../members/remaining-access-decision";
import { invalid, Problem } from "../problems";
import { findUser } from "../users/users.sql";
import { requireVerified } from "../users/verification";
import { deleteTransfer, findTransfer, insertTransfer } from "./ownership.sql";

/** Seven days, in milliseconds, as the email says. */
const lifetime = 7 * 86_400_000;

/**
 * Offers ownership to another member. Nothing changes until they accept. The offer exists also when its email is held back.
 * @throws Problem FORBIDDEN for everyone but the owner, CONFLICT while an offer is pending,
 * RATE_LIMITED
 */
export async function offerOwnership(app: App, actor: UserActor, organization: string, input: { memberId: string }) {
  return underOwnersLock(app, actor, organization, async (tx, organizationId) => {
    const member = isId("mem", input.memberId) ? await findMember(tx, organizationId, input.memberId) : undefined;
    if (!member || member.userId === actor.userId) throw invalid("memberId", fieldMessages.otherMember);
    const transfer = await insertTransfer(tx, {
      organizationId,
      fromUserId: actor.userId,
      toUserId: member.userId,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + lifetime),
    });
    if (!transfer) throw new Problem("CONFLICT", { reason: "transfer_pending" });
    const { email } = (await findUser(tx, member.userId))!;
    const parties = { sender: actor.userId, organization: organizationId, recipient: email };
    if (await maySendUnsolicited(tx, parties)) {
      const about = organizationId;
      await enqueueEmail(tx, { to: email, template: "ownership-offered", values: {}, cause: organizationId, about });
    }
    await record(tx, actor, { action: "ownership.offered", chain: organizationId, target: member.userId });
    return transfer;
  });
}

export async function getTransfer(app: App, actor: Actor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "members:read");
  const transfer = await findTransfer(app.db.reader, organizationId, app.clock.date());
  if (!transfer) throw new Problem("NOT_FOUND");
  return transfer;
}

/** Cancels the pending offer. @throws Problem FORBIDDEN for everyone but the owner, NOT_FOUND when there is none */
export async function cancelTransfer(app: App, actor: UserActor, organization: string) {
  await underOwnersLock(app, actor, organization, async (tx, organizationId) => {
    const transfer = await deleteTransfer(tx, organizationId, { fromUserId: actor.userId });
    if (!transfer) throw new Problem("NOT_FOUND");
    await record(tx, actor, {
      action: "ownership.offer_canceled",
      chain: organizationId,
      target: transfer.toUserId,
    });
  });
}

/** @throws Problem NOT_FOUND when nothing is offered to the actor */
export async function declineOwnership(app: App, actor: UserActor, organization: string) {
  await underLock(app, actor, organization, "membership", async (tx, { organizationId }) => {
    const transfer = await deleteTransfer(tx, organizationId, { toUserId: actor.userId });
    if (!transfer) throw new Problem("NOT_FOUND");
    await record(tx, actor, { action: "ownership.declined", chain: organizationId, target: transfer.toUserId });
  });
}

/**
 * What the owner could use beyond the role they get, for the actor to whom ownership is offered.
 * @throws Problem NOT_FOUND when nothing is offered to the actor
 */
export async function getPreviousOwnerAccess(app: App, actor: UserActor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "membership");
  await requireVerified(app, actor);
  const now = app.clock.date();
  const transfer = await findTransfer(app.db.reader, organizationId, now);
  if (transfer?.toUserId !== actor.userId) throw new Problem("NOT_FOUND");
  return presentRemaining(await accessBeyondAdmin(app.db.reader, organizationId, transfer.fromUserId, now));
}

const accessBeyondAdmin = (db: Reader, organizationId: OrganizationId, userId: UserId, now: Date) =>
  accessBeyondChange(
    db,
    peopleOf({ organizationId, userId }),
    { from: rolePermissions.owner, to: rolePermissions.admin },
    now,
  );

/**
 * Makes the actor the owner and the previous owner an admin, in one transaction. What the latter could use beyond that role, the keys of others
 * that they know, is ended or kept as the actor decides.
 * @throws Problem NOT_FOUND when nothing is offered to the actor, CONFLICT when a decision about what remains is missing
 */
export async function acceptOwnership(
  app: App,
  actor: UserActor,
  organization: string,
  { remainingAccess }: { remainingAccess?: Decision | undefined },
) {
  await underLock(app, actor, organization, "membership", async (tx, { organizationId }) => {
    await requireVerified(app, actor, tx);
    await lockLiveUser(tx, actor);
    const transfer = await deleteTransfer(tx, organizationId, { toUserId: actor.userId });
    const before = transfer && (await findMembership(tx, { organizationId, userId: transfer.fromUserId }));
    const after = transfer && (await findMembership(tx, { organizationId, userId: transfer.toUserId }));
    if (before?.role !== "owner" || !after) throw new Problem("NOT_FOUND");
    await setRole(tx, before, { role: "admin", roleId: null });
    await setRole(tx, after, { role: "owner", roleId: null });
    await cancelUnauthorizedInvitations(tx, actor, organizationId, before.userId);
    const remaining = await accessBeyondAdmin(tx, organizationId, before.userId, tx.now);
    const asOwner = await permit(app, actor, organizationId, "organization:delete", undefined, tx);
    await decideRemainingAccess(tx, actor, asOwner, remaining, remainingAccess, "demoted");
    await record(tx, actor, {
      action: "ownership.transferred",
      chain: organizationId,
      target: actor.userId,
      details: { from: before.userId, to: after.userId, ...summaryOf(remaining, remainingAccess) },
    });
  });
}

/** Changes something that only the owner can. @throws Problem as `permit`, FORBIDDEN for others who may delete the organization */
async function underOwnersLock<T>(
  app: App,
  actor: UserActor,
  organization: string,
  change: (tx: Writer, organizationId: OrganizationId) => Promise<T>,
): Promise<T> {
  return underLock(app, actor, organization, "organization:delete", async (tx, { organizationId, role }) => {
    if (role !== "owner") throw new Problem("FORBIDDEN");
    return change(tx, organizationId);
  });
}
