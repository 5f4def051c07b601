import { isBuiltIn, type Permission, permissionsOfRole, permissionsToAssign } from "../access/permissions";
import type { Permit } from "../access/permit";
import type { Reader } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import type { RoleId } from "../ids";
import { invalid } from "../problems";
import { findRole, findRoleById, type RoleRow } from "./roles.sql";

/** A role as memberships and invitations hold it: a custom one by its id, so that another role with its name is not mistaken for it. */
export interface RoleReference {
  role: string;
  roleId: RoleId | null;
}

/**
 * The role with this name, which the actor may assign: any but owner, with at most their own permissions; and what it allows.
 * @throws Problem VALIDATION_ERROR
 */
export async function requireAssignableRole(
  db: Reader,
  permitted: Permit,
  name: string,
): Promise<RoleReference & { permissions: ReadonlySet<Permission> }> {
  const custom = isBuiltIn(name) ? undefined : await findRole(db, permitted.organizationId, name);
  const why = whyNotAssignable(permitted.permissions, name, custom);
  if (why) throw invalid("role", why);
  return {
    role: name,
    roleId: custom?.id ?? null,
    permissions: permissionsOfRole(name, custom?.permissions ?? null),
  };
}

/** Whether a role may be assigned with these permissions; never one that was deleted. */
export async function isAssignable(
  db: Reader,
  { organizationId, permissions }: Pick<Permit, "organizationId" | "permissions">,
  { role, roleId }: RoleReference,
): Promise<boolean> {
  const custom = roleId ? await findRoleById(db, organizationId, roleId) : undefined;
  return whyNotAssignable(permissions, role, custom) === undefined;
}

function whyNotAssignable(permissions: ReadonlySet<Permission>, name: string, custom: RoleRow | undefined) {
  if (name === "owner") return fieldMessages.ownerRole;
  if (!isBuiltIn(name) && !custom) return fieldMessages.unknownRole;
  const granted = permissionsToAssign(name, custom?.permissions ?? null);
  return granted.isSubsetOf(permissions) ? undefined : fieldMessages.beyondPermissions;
}
