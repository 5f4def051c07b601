import type { Actor } from "../access/actor";
import { grantable } from "../access/grants";
import { expandAll, type Grant, isBuiltIn, permissionsOfRole, rolePermissions, roles } from "../access/permissions";
import { type Permit, permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Reader } from "../db/database";
import { newId } from "../ids";
import { cancelUnauthorizedInvitations } from "../invitations/authority";
import { countPending } from "../invitations/invitations.sql";
import { countMembers, holdersOf } from "../members/members.sql";
import { accessBeyondChange, type Decision, presentRemaining, summaryOf } from "../members/remaining-access";
import { decideRemainingAccess } from "../members/remaining-access-decision";
import { Problem } from "../problems";
import { deleteRoleRow, findRole, insertRole, listRoles, type RoleRow, updateRoleRow } from "./roles.sql";

/** Custom roles an organization can have. */
const maxRoles = 50;

/** The built-in roles, then the custom ones by name. */
export async function listOrganizationRoles(app: App, actor: Actor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "roles:read");
  const builtIn = roles.map((name) => ({
    name,
    description: null,
    permissions: [...rolePermissions[name]],
    builtIn: true,
  }));
  return { data: [...builtIn, ...(await listRoles(app.db.reader, organizationId)).map(presentRole)], nextCursor: null };
}

/**
 * Creates a role with at most the actor's own permissions.
 * @throws Problem CONFLICT when the name is taken, VALIDATION_ERROR, PLAN_LIMIT_REACHED at 50 roles
 */
export async function createRole(
  app: App,
  actor: Actor,
  organization: string,
  input: { name: string; description?: string | null | undefined; permissions: string[] },
) {
  return underLock(app, actor, organization, "roles:create", async (tx, { organizationId, permissions }) => {
    if (isBuiltIn(input.name)) throw nameTaken();
    const grants = grantable(input.permissions, permissions, "permissions");
    if ((await listRoles(tx, organizationId)).length >= maxRoles) {
      throw new Problem("PLAN_LIMIT_REACHED", {
        reason: "roles",
        values: { limit: maxRoles },
      });
    }
    const role = await insertRole(tx, {
      id: newId("rol", tx.now.getTime()),
      organizationId,
      name: input.name,
      description: input.description ?? null,
      permissions: grants,
      createdAt: tx.now,
    });
    if (!role) throw nameTaken();
    await record(tx, actor, {
      action: "role.created",
      chain: organizationId,
      target: role.id,
      details: { name: role.name, permissions: grants },
    });
    return presentRole(role);
  });
}

/**
 * What the members who have a role could use beyond other permissions, for who decides about giving it these.
 * @throws Problem CONFLICT for a built-in role, FORBIDDEN, NOT_FOUND, VALIDATION_ERROR
 */
export async function getRoleAccess(
  app: App,
  actor: Actor,
  organization: string,
  name: string,
  input: { permissions: string[] },
) {
  const permitted = await permit(app, actor, organization, "roles:update");
  const { reader } = app.db;
  const role = await requireEditableRole(reader, permitted, name);
  const grants = grantable(input.permissions, permitted.permissions, "permissions");
  return presentRemaining(await accessBeyondRole(reader, role, grants, app.clock.date()));
}

const accessBeyondRole = (db: Reader, role: RoleRow, grants: Grant[], now: Date) =>
  accessBeyondChange(
    db,
    { organizationId: role.organizationId, userIds: holdersOf(db, role.organizationId, role.id) },
    { from: expandAll(role.permissions), to: expandAll(grants) },
    now,
  );

/**
 * Updates a role, for all members who have it and at once. Its permissions may exceed the actor's neither before nor after. What members could use
 * beyond fewer permissions, the keys of others that they know and what they set up, is ended or kept as the actor decides.
 * @throws Problem CONFLICT for a built-in role and when a decision about what remains is missing, FORBIDDEN, NOT_FOUND, VALIDATION_ERROR
 */
export async function updateRole(
  app: App,
  actor: Actor,
  organization: string,
  name: string,
  input: {
    description?: string | null | undefined;
    permissions?: string[] | undefined;
    remainingAccess?: Decision | undefined;
  },
) {
  return underLock(app, actor, organization, "roles:update", async (tx, permitted) => {
    const role = await requireEditableRole(tx, permitted, name);
    const grants = input.permissions && grantable(input.permissions, permitted.permissions, "permissions");
    const change = {
      ...(input.description !== undefined && { description: input.description }),
      ...(grants && { permissions: grants }),
    };
    if (Object.keys(change).length === 0) return presentRole(role);
    const remaining = await accessBeyondRole(tx, role, grants ?? role.permissions, tx.now);
    await decideRemainingAccess(tx, actor, permitted, remaining, input.remainingAccess, "demoted");
    const updated = await updateRoleRow(tx, role, change);
    if (grants) await cancelUnauthorizedInvitations(tx, actor, permitted.organizationId);
    await record(tx, actor, {
      action: "role.updated",
      chain: permitted.organizationId,
      target: role.id,
      details: {
        name,
        from: role.permissions,
        to: updated.permissions,
        ...summaryOf(remaining, input.remainingAccess),
      },
    });
    return presentRole(updated);
  });
}

/** @throws Problem CONFLICT while a member has the role, a pending invitation gives it, or the policy names it */
export async function deleteRole(app: App, actor: Actor, organization: string, name: string) {
  await underLock(app, actor, organization, "roles:delete", async (tx, permitted, { policy }) => {
    const role = await requireEditableRole(tx, permitted, name);
    const { organizationId, id } = role;
    if ((await countMembers(tx, organizationId, id)) > 0) throw new Problem("CONFLICT", { reason: "role_in_use" });
    if ((await countPending(tx, organizationId, tx.now, id)) > 0) {
      throw new Problem("CONFLICT", { reason: "role_invited" });
    }
    if (policy?.keyCreators?.includes(name)) throw new Problem("CONFLICT", { reason: "role_in_policy" });
    await deleteRoleRow(tx, role);
    await record(tx, actor, {
      action: "role.deleted",
      chain: organizationId,
      target: id,
      details: { name },
    });
  });
}

/** A custom role with at most the actor's permissions. @throws Problem CONFLICT, NOT_FOUND, FORBIDDEN */
async function requireEditableRole(
  db: Reader,
  { organizationId, permissions }: Permit,
  name: string,
): Promise<RoleRow> {
  if (isBuiltIn(name)) throw new Problem("CONFLICT", { reason: "role_built_in" });
  const role = await findRole(db, organizationId, name);
  if (!role) throw new Problem("NOT_FOUND");
  if (!permissionsOfRole(name, role.permissions).isSubsetOf(permissions)) {
    throw new Problem("FORBIDDEN", { reason: "role_beyond_permissions" });
  }
  return role;
}

const presentRole = ({ name, description, permissions }: RoleRow) => ({
  name,
  description,
  permissions,
  builtIn: false,
});
const nameTaken = () => new Problem("CONFLICT", { reason: "role_taken" });
