import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { memberships, organizations } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { entitlements } from "../limits/plans.sql";
import type { PageOf } from "../paging";

export type OrganizationRow = typeof organizations.$inferSelect;

const isThere = isNull(organizations.deletedAt);

/** Undefined when the slug is taken. */
export async function insertOrganization(
  tx: Writer,
  organization: typeof organizations.$inferInsert,
): Promise<OrganizationRow | undefined> {
  return (await tx.insert(organizations).values(organization).onConflictDoNothing().returning())[0];
}

export async function findOrganization(db: Reader, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (
    await db
      .select()
      .from(organizations)
      .where(and(eq(organizations.id, id), isThere))
  )[0];
}

/** @throws UniqueViolation when the slug is another organization's */
export async function updateOrganization(
  tx: Writer,
  id: OrganizationId,
  change: { name?: string; slug?: string },
): Promise<OrganizationRow | undefined> {
  return (
    await tx
      .update(organizations)
      .set(change)
      .where(and(eq(organizations.id, id), isThere))
      .returning()
  )[0];
}

/** Deletes an organization so that it can come back; its slug is free and its keys are dead. False when it was deleted before. */
export async function deleteOrganization(tx: Writer, id: OrganizationId): Promise<boolean> {
  const deleted = await tx
    .update(organizations)
    .set({ deletedAt: tx.now })
    .where(and(eq(organizations.id, id), isThere))
    .returning({ id: organizations.id });
  if (deleted.length > 0) await tx.invalidate({ topic: "organization", subject: id });
  return deleted.length > 0;
}

/** An organization that was deleted since a moment, for the person who owns it. */
export async function findDeleted(
  db: Reader,
  id: OrganizationId,
  ownerId: UserId,
  since: Date,
): Promise<OrganizationRow | undefined> {
  const [found] = await db
    .select({ organization: organizations })
    .from(organizations)
    .innerJoin(memberships, eq(memberships.organizationId, organizations.id))
    .where(
      and(
        eq(organizations.id, id),
        gt(organizations.deletedAt, since),
        eq(memberships.userId, ownerId),
        eq(memberships.role, "owner"),
      ),
    );
  return found?.organization;
}

/** Brings a deleted organization back under a slug; undefined when it is there already. @throws UniqueViolation when the slug is taken */
export async function undeleteOrganization(
  tx: Writer,
  id: OrganizationId,
  slug: string,
): Promise<OrganizationRow | undefined> {
  const [back] = await tx
    .update(organizations)
    .set({ deletedAt: null, slug })
    .where(and(eq(organizations.id, id), isNotNull(organizations.deletedAt)))
    .returning();
  if (back) await tx.invalidate({ topic: "organization", subject: id });
  return back;
}

/** Removes for good what was deleted before a moment, with everything in it; its audit log stays. */
export async function purgeOrganizations(tx: Writer, before: Date) {
  await tx.delete(organizations).where(lt(organizations.deletedAt, before));
}

/** Those of some slugs that are taken. */
export async function takenSlugs(db: Reader, slugs: string[]): Promise<Set<string>> {
  const rows = await db
    .select({ slug: organizations.slug })
    .from(organizations)
    .where(and(inArray(organizations.slug, slugs), isThere));
  return new Set(rows.map(({ slug }) => slug));
}

/**
 * Holds every other change to who belongs to an organization, and as what, until the transaction ends.
 * Undefined for one that is deleted or suspended.
 */
export async function lockOrganization(tx: Writer, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (
    await tx
      .update(organizations)
      .set({ createdAt: sql`${organizations.createdAt}` }) // not the id: the tables that refer to it would be looked at
      .where(and(eq(organizations.id, id), isThere, isNull(organizations.suspendedAt)))
      .returning()
  )[0];
}

/** The names of the organizations a person belongs to. */
export async function organizationNamesOf(db: Reader, userId: UserId): Promise<string[]> {
  const rows = await db
    .selectDistinct({ name: organizations.name })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(eq(memberships.userId, userId));
  return rows.map(({ name }) => name);
}

/** The terms of the organizations a person belongs to. */
export async function entitlementsOf(db: Reader, userId: UserId): Promise<Entitlements[]> {
  return entitlementsOfMember(db, { userId });
}

const entitlementsOfMember = prepared<{ userId: UserId }, Promise<Entitlements[]>>("terms_of_member", (db) =>
  db
    .selectDistinct(entitlements)
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(memberships.userId, sql.placeholder("userId")), isThere)),
);

/** A person's organizations with their role in each; with `deletedSince`, those they own that were deleted since. */
export async function listOrganizationsOf(db: Reader, userId: UserId, { after, limit }: PageOf, deletedSince?: Date) {
  const rows = await db
    .select({ organization: organizations, role: memberships.role })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(
      and(
        eq(memberships.userId, userId),
        deletedSince ? and(eq(memberships.role, "owner"), gt(organizations.deletedAt, deletedSince)) : isThere,
        after === undefined ? undefined : gt(organizations.id, after as OrganizationId),
      ),
    )
    .orderBy(asc(organizations.id))
    .limit(limit);
  return rows.map(({ organization, role }) => ({ ...organization, role }));
}
