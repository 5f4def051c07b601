import type { Actor, UserActor } from "../access/actor";
import { type Permission, permissionsOfRole, rank } from "../access/permissions";
import { type Permit, permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import { reassignOrDisableKeys } from "../api-keys/creators";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, type OrganizationId } from "../ids";
import { lockOrganization } from "../organizations/organizations.sql";
import { deleteTransfer } from "../ownership/ownership.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { invalid, Problem } from "../problems";
import { requireAssignableRole } from "../roles/roles";
import { findUser } from "../users/users.sql";
import {
  deleteMembership,
  findMember,
  findMembership,
  listMembers,
  type Membership,
  searchMembers,
  setRole,
} from "./members.sql";

export async function listOrganizationMembers(
  app: App,
  actor: Actor,
  organization: string,
  { limit, cursor, search }: PageInput & { search?: string | undefined },
) {
  const { organizationId } = await permit(app, actor, organization, "members:read");
  const page = { after: afterCursor(cursor), limit: limit + 1 };
  const rows =
    search === undefined
      ? await listMembers(app.db.reader, organizationId, page)
      : await searchMembers(app.db.reader, organizationId, search, page);
  return toPage(rows, limit);
}

/**
 * Gives a member another role, with at most the actor's own permissions. Their keys are narrowed at once.
 * @throws Problem FORBIDDEN for a member whose role is not lower than the actor's, VALIDATION_ERROR for a role beyond the actor's permissions
 */
export async function updateMember(
  app: App,
  actor: Actor,
  organization: string,
  memberId: string,
  input: { role: string },
) {
  return changeLowerRankedMember(
    app,
    actor,
    organization,
    memberId,
    "members:update",
    async (tx, permitted, member) => {
      await requireAssignableRole(tx, permitted, input.role);
      await setRole(tx, member, input.role);
      await record(tx, actor, {
        action: "member.role_changed",
        chain: permitted.organizationId,
        target: member.userId,
        details: { from: member.role, to: input.role },
      });
      const { email, fullName } = (await findUser(tx, member.userId))!;
      return { ...member, email, fullName, role: input.role, joinedAt: member.createdAt };
    },
  );
}

/**
 * Removes a member with a lower role. Their keys are disabled, or handed over to another member.
 * @throws Problem FORBIDDEN, VALIDATION_ERROR when the keys cannot be handed over
 */
export async function removeMember(
  app: App,
  actor: Actor,
  organization: string,
  memberId: string,
  input: { handKeysTo?: string | undefined } = {},
) {
  await changeLowerRankedMember(app, actor, organization, memberId, "members:remove", async (tx, permitted, member) => {
    const { organizationId } = permitted;
    const newOwner =
      input.handKeysTo === undefined ? undefined : await newOwnerOfKeys(tx, permitted, input.handKeysTo, member);
    await deleteMembership(tx, organizationId, member);
    await deleteTransfer(tx, organizationId, { toUserId: member.userId });
    await reassignOrDisableKeys(
      tx,
      actor,
      organizationId,
      member.userId,
      newOwner ? { handOverTo: newOwner.userId } : "disable",
    );
    await record(tx, actor, {
      action: "member.removed",
      chain: organizationId,
      target: member.userId,
      details: { role: member.role },
    });
  });
}

/** Leaves an organization. @throws Problem CONFLICT for its owner, who must transfer ownership first */
export async function leaveOrganization(app: App, actor: UserActor, organization: string) {
  if (!isId("org", organization)) throw new Problem("NOT_FOUND");
  const verdict = await app.db.write((tx) => leave(tx, actor, organization));
  if (verdict === "not a member") throw new Problem("NOT_FOUND");
  if (verdict === "owner") throw new Problem("CONFLICT", { reason: "owner_cannot_leave" });
}

/** Ends the actor's membership and disables their keys, in the caller's transaction. */
export async function leave(tx: Writer, actor: UserActor, organizationId: OrganizationId) {
  const { userId } = actor;
  await lockOrganization(tx, organizationId);
  const left = await deleteMembership(tx, organizationId, { userId });
  if (!left) return (await findMembership(tx, { organizationId, userId })) ? "owner" : "not a member";
  await deleteTransfer(tx, organizationId, { toUserId: userId });
  await reassignOrDisableKeys(tx, actor, organizationId, userId, "disable");
  await record(tx, actor, {
    action: "member.left",
    chain: organizationId,
    target: userId,
    details: { role: left.role },
  });
  return "left";
}

/**
 * Changes a member whose role is lower than the actor's, under the organization's lock: of two members who remove each other, one succeeds.
 */
async function changeLowerRankedMember<T>(
  app: App,
  actor: Actor,
  organization: string,
  memberId: string,
  permission: Permission,
  change: (tx: Writer, permitted: Permit, member: Membership) => Promise<T>,
): Promise<T> {
  if (!isId("mem", memberId)) throw new Problem("NOT_FOUND");
  return underLock(app, actor, organization, permission, async (tx, permitted) => {
    const member = await findMember(tx, permitted.organizationId, memberId);
    if (!member) throw new Problem("NOT_FOUND");
    if (!outranks(permitted, member)) throw new Problem("FORBIDDEN", { reason: "lower_role_required" });
    return change(tx, permitted, member);
  });
}

/** The member who takes over the keys. @throws Problem VALIDATION_ERROR, FORBIDDEN */
async function newOwnerOfKeys(tx: Writer, permitted: Permit, id: string, leaving: Membership): Promise<Membership> {
  if (!permitted.permissions.has("api-keys:update")) throw new Problem("FORBIDDEN");
  const newOwner = isId("mem", id) ? await findMember(tx, permitted.organizationId, id) : undefined;
  if (!newOwner || newOwner.id === leaving.id) throw invalid("handKeysTo", fieldMessages.otherMember);
  return newOwner;
}

/** The owner ranks above every other member; for others `rank` decides. */
function outranks(permitted: Permit, member: Membership): boolean {
  if (member.role === "owner") return false;
  return (
    permitted.role === "owner" || rank(permitted.permissions) > rank(permissionsOfRole(member.role, member.grants))
  );
}
