import { and, asc, eq } from "drizzle-orm";
import type { Grant } from "../access/permissions";
import type { Reader, Writer } from "../db/database";
import { roles } from "../db/tables";
import type { OrganizationId, RoleId } from "../ids";

export type RoleRow = typeof roles.$inferSelect;

const named = (organizationId: OrganizationId, name: string) =>
  and(eq(roles.organizationId, organizationId), eq(roles.name, name));

/** Undefined when the organization has a role with this name. */
export async function insertRole(tx: Writer, role: RoleRow): Promise<RoleRow | undefined> {
  return (await tx.insert(roles).values(role).onConflictDoNothing().returning())[0];
}

export async function findRole(db: Reader, organizationId: OrganizationId, name: string): Promise<RoleRow | undefined> {
  return (await db.select().from(roles).where(named(organizationId, name)))[0];
}

export async function findRoleById(
  db: Reader,
  organizationId: OrganizationId,
  id: RoleId,
): Promise<RoleRow | undefined> {
  return (
    await db
      .select()
      .from(roles)
      .where(and(eq(roles.organizationId, organizationId), eq(roles.id, id)))
  )[0];
}

export async function listRoles(db: Reader, organizationId: OrganizationId): Promise<RoleRow[]> {
  return db.select().from(roles).where(eq(roles.organizationId, organizationId)).orderBy(asc(roles.name));
}

/** Updates a role, and invalidates what caches hold of its members' permissions. */
export async function updateRoleRow(
  tx: Writer,
  { organizationId, name }: RoleRow,
  change: { description?: string | null; permissions?: Grant[] },
): Promise<RoleRow> {
  const [updated] = await tx.update(roles).set(change).where(named(organizationId, name)).returning();
  await tx.invalidate({ topic: "organization", subject: organizationId });
  return updated!;
}

export async function deleteRoleRow(tx: Writer, { organizationId, name }: RoleRow) {
  await tx.delete(roles).where(named(organizationId, name));
}
