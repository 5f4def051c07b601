import type { Actor } from "../access/actor";
import { type Permission, permissionsOfRole } from "../access/permissions";
import { recordAll } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import type { OrganizationId, UserId } from "../ids";
import { findMembership } from "../members/members.sql";
import { isAssignable } from "../roles/assignment";
import { closeInvitations, type InvitationRow, listPendingInvitations } from "./invitations.sql";

type Promised = Pick<InvitationRow, "organizationId" | "inviterId" | "role" | "roleId">;

/** Whether the inviter could still send this invitation: they are a member who may invite and may assign its role. */
export async function mayStillInvite(
  db: Reader,
  { organizationId, inviterId, role, roleId }: Promised,
): Promise<boolean> {
  const inviter = await findMembership(db, { organizationId, userId: inviterId });
  if (!inviter) return false;
  return mayInvite(db, permissionsOfRole(inviter.role, inviter.grants), { organizationId, role, roleId });
}

/** Whether someone with these permissions could send an invitation. */
export const mayInvite = async (
  db: Reader,
  permissions: ReadonlySet<Permission>,
  { organizationId, role, roleId }: Omit<Promised, "inviterId">,
): Promise<boolean> =>
  permissions.has("invitations:create") && isAssignable(db, { organizationId, permissions }, { role, roleId });

/**
 * Cancels the pending invitations that their inviter could no longer send, in the transaction that removes or demotes them or
 * changes a role: they free their seats, and a member who was removed lets no one in.
 * @param inviterId only those of this user
 */
export async function cancelUnauthorizedInvitations(
  tx: Writer,
  actor: Actor,
  organizationId: OrganizationId,
  inviterId?: UserId,
) {
  const verdicts = new Map<string, boolean>();
  const canceled: InvitationRow[] = [];
  for (const invitation of await listPendingInvitations(tx, organizationId, tx.now, inviterId)) {
    const promise = `${invitation.inviterId} ${invitation.roleId ?? invitation.role}`;
    if (!verdicts.has(promise)) verdicts.set(promise, await mayStillInvite(tx, invitation));
    if (!verdicts.get(promise)) canceled.push(invitation);
  }
  const ids = canceled.map(({ id }) => id);
  await closeInvitations(tx, organizationId, ids);
  const events = canceled.map(({ id, email, role }) => ({
    action: "invitation.canceled" as const,
    target: id,
    details: { email, role, reason: "inviter_lost_permission" },
  }));
  await recordAll(tx, actor, organizationId, events);
}
