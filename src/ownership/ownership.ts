import type { Actor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import { fieldMessages } from "../field-messages.contract";
import { isId, type OrganizationId } from "../ids";
import { enqueueEmail } from "../mail/outbox";
import { findMember, findMembership, setRole } from "../members/members.sql";
import { lockOrganization } from "../organizations/organizations.sql";
import { invalid, Problem } from "../problems";
import { findUser } from "../users/users.sql";
import { requireVerified } from "../users/verification";
import { deleteTransfer, findTransfer, insertTransfer } from "./ownership.sql";

/** Seven days, in milliseconds, as the email says. */
const lifetime = 7 * 86_400_000;

/**
 * Offers ownership to another member. Nothing changes until they accept.
 * @throws Problem FORBIDDEN for everyone but the owner, CONFLICT while an offer is pending
 */
export async function offerOwnership(app: App, actor: UserActor, organization: string, input: { memberId: string }) {
  const { organizationId, role } = await permit(app, actor, organization, "organization:delete");
  if (role !== "owner") throw new Problem("FORBIDDEN");
  return app.db.write(async (tx) => {
    await lockOrganization(tx, organizationId);
    const owner = await findMembership(tx, { organizationId, userId: actor.userId });
    if (owner?.role !== "owner") throw new Problem("FORBIDDEN");
    const member = isId("mem", input.memberId) ? await findMember(tx, organizationId, input.memberId) : undefined;
    if (!member || member.id === owner.id) throw invalid("memberId", fieldMessages.otherMember);
    const transfer = await insertTransfer(tx, {
      organizationId,
      fromUserId: actor.userId,
      toUserId: member.userId,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + lifetime),
    });
    if (!transfer) {
      throw new Problem("CONFLICT", { reason: "transfer_pending" });
    }
    await enqueueEmail(tx, {
      to: (await findUser(tx, member.userId))!.email,
      template: "ownership-offered",
      values: {},
    });
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

/** Cancels the actor's offer. @throws Problem NOT_FOUND when there is none */
export async function cancelTransfer(app: App, actor: UserActor, organization: string) {
  await endTransfer(app, actor, organization, { fromUserId: actor.userId }, "ownership.offer_canceled");
}

/** @throws Problem NOT_FOUND when nothing is offered to the actor */
export async function declineOwnership(app: App, actor: UserActor, organization: string) {
  await endTransfer(app, actor, organization, { toUserId: actor.userId }, "ownership.declined");
}

/**
 * Makes the actor the owner and the previous owner an admin, in one transaction.
 * @throws Problem NOT_FOUND when nothing is offered to the actor
 */
export async function acceptOwnership(app: App, actor: UserActor, organization: string) {
  const organizationId = parseOrganizationId(organization);
  await requireVerified(app, actor);
  const accepted = await app.db.write(async (tx) => {
    if (!(await lockOrganization(tx, organizationId))) return false;
    const transfer = await deleteTransfer(tx, organizationId, { toUserId: actor.userId });
    const before = transfer && (await findMembership(tx, { organizationId, userId: transfer.fromUserId }));
    const after = transfer && (await findMembership(tx, { organizationId, userId: transfer.toUserId }));
    if (before?.role !== "owner" || !after) return false;
    await setRole(tx, before, "admin");
    await setRole(tx, after, "owner");
    await record(tx, actor, {
      action: "ownership.transferred",
      chain: organizationId,
      target: actor.userId,
      details: { from: before.userId, to: after.userId },
    });
    return true;
  });
  if (!accepted) throw new Problem("NOT_FOUND");
}

async function endTransfer(
  app: App,
  actor: UserActor,
  organization: string,
  party: Parameters<typeof deleteTransfer>[2],
  action: AuditAction,
) {
  const organizationId = parseOrganizationId(organization);
  const ended = await app.db.write(async (tx) => {
    const transfer = await deleteTransfer(tx, organizationId, party);
    if (transfer) await record(tx, actor, { action, chain: organizationId, target: transfer.toUserId });
    return transfer;
  });
  if (!ended) throw new Problem("NOT_FOUND");
}

function parseOrganizationId(organization: string): OrganizationId {
  if (!isId("org", organization)) throw new Problem("NOT_FOUND");
  return organization;
}
