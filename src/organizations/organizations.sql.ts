import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { prepared } from "../db/prepared";
import { withFolded } from "../db/search";
import {
  apiKeys,
  invitations,
  keyNetworks,
  keyUsage,
  memberships,
  organizations,
  roles,
  webhookDeliveries,
  webhooks,
} from "../db/tables";
import type { OrganizationId, UserId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { entitlements } from "../limits/plans.sql";
import type { PageOf } from "../paging";

export type OrganizationRow = typeof organizations.$inferSelect;

const notDeleted = isNull(organizations.deletedAt);

/** Undefined when the slug is taken. */
export async function insertOrganization(
  tx: Writer,
  organization: Omit<typeof organizations.$inferInsert, "nameFolded">,
): Promise<OrganizationRow | undefined> {
  const row = withFolded(organization, "name");
  return (await tx.insert(organizations).values(row).onConflictDoNothing().returning())[0];
}

export async function findOrganization(db: Reader, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (
    await db
      .select()
      .from(organizations)
      .where(and(eq(organizations.id, id), notDeleted))
  )[0];
}

/** @throws UniqueViolation when the slug is another organization's */
export async function updateOrganizationRow(
  tx: Writer,
  id: OrganizationId,
  change: { name?: string; slug?: string },
): Promise<OrganizationRow | undefined> {
  return (
    await tx
      .update(organizations)
      .set(withFolded(change, "name"))
      .where(and(eq(organizations.id, id), notDeleted))
      .returning()
  )[0];
}

/** Marks an organization as deleted: its slug is free and its keys stop working, but its rows stay. False when it was deleted before. */
export async function markOrganizationDeleted(tx: Writer, id: OrganizationId): Promise<boolean> {
  const deleted = await tx
    .update(organizations)
    .set({ deletedAt: tx.now })
    .where(and(eq(organizations.id, id), notDeleted))
    .returning({ id: organizations.id });
  if (deleted.length > 0) await tx.invalidate({ topic: "organization", subject: id });
  return deleted.length > 0;
}

/** An organization that this user owns and that was deleted after `since`. */
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

/** Restores a deleted organization under this slug; undefined when it is not deleted. @throws UniqueViolation when the slug is taken */
export async function undeleteOrganization(
  tx: Writer,
  id: OrganizationId,
  slug: string,
): Promise<OrganizationRow | undefined> {
  const [restored] = await tx
    .update(organizations)
    .set({ deletedAt: null, slug })
    .where(and(eq(organizations.id, id), isNotNull(organizations.deletedAt)))
    .returning();
  if (restored) await tx.invalidate({ topic: "organization", subject: id });
  return restored;
}

/**
 * Deletes the organizations that were deleted before this time, with everything in them except their audit logs: first, as far as there are many,
 * the rows that refer to them, so that no step is long. No one can restore them any more.
 */
export async function purgeOrganizations(tx: Writer, before: Date, max: number): Promise<number> {
  const [gone] = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(lt(organizations.deletedAt, before))
    .limit(1);
  if (!gone) return 0;
  const of = eq(apiKeys.organizationId, gone.id);
  const keys = tx.select({ id: apiKeys.id }).from(apiKeys).where(of).limit(max);
  const hooks = tx.select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.organizationId, gone.id));
  return (
    (await deleteSome(tx, webhookDeliveries, inArray(webhookDeliveries.webhookId, hooks), max)) ||
    (await deleteSome(tx, keyUsage, inArray(keyUsage.keyId, keys), max)) ||
    (await deleteSome(tx, keyNetworks, inArray(keyNetworks.keyId, keys), max)) ||
    (await deleteSome(tx, apiKeys, of, max)) ||
    (await deleteSome(tx, invitations, eq(invitations.organizationId, gone.id), max)) ||
    (await deleteSome(tx, memberships, eq(memberships.organizationId, gone.id), max)) ||
    (await deleteSome(tx, organizations, eq(organizations.id, gone.id), 1))
  );
}

/** Which of these slugs are taken. */
export async function takenSlugs(db: Reader, slugs: string[]): Promise<Set<string>> {
  const rows = await db
    .select({ slug: organizations.slug })
    .from(organizations)
    .where(and(inArray(organizations.slug, slugs), notDeleted));
  return new Set(rows.map(({ slug }) => slug));
}

/**
 * Locks an organization until the transaction ends: every change to its members, roles, invitations and policy takes this lock first.
 * Undefined for one that is deleted or suspended.
 */
export async function lockOrganization(tx: Writer, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (await organizationLocked(tx, { id }))[0];
}

const organizationLocked = prepared<{ id: OrganizationId }, Promise<OrganizationRow[]>>("lock_organization", (db) =>
  db
    .update(organizations)
    .set({ createdAt: sql`${organizations.createdAt}` }) // not the id: the database would check every table that refers to it
    .where(and(eq(organizations.id, sql.placeholder("id")), notDeleted, isNull(organizations.suspendedAt)))
    .returning(),
);

/** As `lockOrganization`, for one in any state: leaving works also while an organization is suspended or deleted. */
export async function lockAnyOrganization(tx: Writer, id: OrganizationId): Promise<OrganizationRow | undefined> {
  return (
    await tx
      .update(organizations)
      .set({ createdAt: sql`${organizations.createdAt}` })
      .where(eq(organizations.id, id))
      .returning()
  )[0];
}

/** The names of the organizations a user belongs to. */
export async function organizationNamesOf(db: Reader, userId: UserId): Promise<string[]> {
  const rows = await db
    .selectDistinct({ name: organizations.name })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(eq(memberships.userId, userId));
  return rows.map(({ name }) => name);
}

/** The entitlements of the organizations a user belongs to, each once. */
export async function entitlementsOf(db: Reader, userId: UserId): Promise<Entitlements[]> {
  return entitlementsOfMember(db, { userId });
}

const entitlementsOfMember = prepared<{ userId: UserId }, Promise<Entitlements[]>>("entitlements_of_member", (db) =>
  db
    .selectDistinct(entitlements)
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(memberships.userId, sql.placeholder("userId")), notDeleted)),
);

/** A user's organizations with their role in each, and what it grants if it is a custom one; with `deletedSince`, those they own that were deleted after it. */
export async function listOrganizationsOf(db: Reader, userId: UserId, { after, limit }: PageOf, deletedSince?: Date) {
  const rows = await db
    .select({ organization: organizations, role: memberships.role, grants: roles.permissions })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .leftJoin(roles, eq(roles.id, memberships.roleId))
    .where(
      and(
        eq(memberships.userId, userId),
        deletedSince ? and(eq(memberships.role, "owner"), gt(organizations.deletedAt, deletedSince)) : notDeleted,
        after === undefined ? undefined : gt(organizations.id, after as OrganizationId),
      ),
    )
    .orderBy(asc(organizations.id))
    .limit(limit);
  return rows.map(({ organization, role, grants }) => ({ ...organization, role, grants }));
}
