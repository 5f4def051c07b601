import { and, asc, eq, gt } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { memberships, organizations } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";
import type { PageOf } from "../paging";

export type OrganizationRow = typeof organizations.$inferSelect;

/** Undefined when the slug is taken. */
export async function insertOrganization(
  tx: Writer,
  organization: OrganizationRow,
): Promise<OrganizationRow | undefined> {
  return (await tx.insert(organizations).values(organization).onConflictDoNothing().returning())[0];
}

export async function findOrganization(db: Reader, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (await db.select().from(organizations).where(eq(organizations.id, id)))[0];
}

/** @throws UniqueViolation when the slug is another organization's */
export async function updateOrganization(
  tx: Writer,
  id: OrganizationId,
  change: { name?: string; slug?: string },
): Promise<OrganizationRow | undefined> {
  return (await tx.update(organizations).set(change).where(eq(organizations.id, id)).returning())[0];
}

export async function deleteOrganization(tx: Writer, id: OrganizationId): Promise<boolean> {
  const deleted = await tx.delete(organizations).where(eq(organizations.id, id)).returning({ id: organizations.id });
  if (deleted.length > 0) await tx.announce({ topic: "organization", subject: id });
  return deleted.length > 0;
}

/** Holds every other change to who belongs to an organization, and as what, until the transaction ends. */
export async function lockOrganization(tx: Writer, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (await tx.update(organizations).set({ id }).where(eq(organizations.id, id)).returning())[0];
}

/** The plans of the organizations a person belongs to. */
export async function plansOf(db: Reader, userId: UserId): Promise<OrganizationRow["plan"][]> {
  const rows = await db
    .selectDistinct({ plan: organizations.plan })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(eq(memberships.userId, userId));
  return rows.map(({ plan }) => plan);
}

/** A person's organizations with their role in each. */
export async function listOrganizationsOf(db: Reader, userId: UserId, { after, limit }: PageOf) {
  const rows = await db
    .select({ organization: organizations, role: memberships.role })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(
      and(
        eq(memberships.userId, userId),
        after === undefined ? undefined : gt(organizations.id, after as OrganizationId),
      ),
    )
    .orderBy(asc(organizations.id))
    .limit(limit);
  return rows.map(({ organization, role }) => ({ ...organization, role }));
}
