import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { memberships, organizations, users } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";

export type OrganizationRow = typeof organizations.$inferSelect;
export type MembershipRow = typeof memberships.$inferSelect;

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

export async function insertMembership(tx: Writer, membership: MembershipRow) {
  await tx.insert(memberships).values(membership);
}

export async function findMembership(
  db: Reader,
  of: { organizationId: OrganizationId; userId: UserId },
): Promise<MembershipRow | undefined> {
  return (await membershipOf(db, of))[0];
}

const membershipOf = prepared<{ organizationId: OrganizationId; userId: UserId }, Promise<MembershipRow[]>>(
  "membership_of",
  (db) =>
    db
      .select()
      .from(memberships)
      .where(
        and(
          eq(memberships.organizationId, sql.placeholder("organizationId")),
          eq(memberships.userId, sql.placeholder("userId")),
        ),
      ),
);

export interface PageOf {
  after: string | undefined;
  limit: number;
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

/** The members of an organization, in the order they joined. */
export async function listMembers(db: Reader, organizationId: OrganizationId, { after = "", limit }: PageOf) {
  return membersOf(db, { organizationId, after, limit });
}

const membersOf = prepared<
  { organizationId: OrganizationId; after: string; limit: number },
  Promise<
    { id: string; userId: string; email: string; fullName: string; role: MembershipRow["role"]; joinedAt: Date }[]
  >
>("members_of", (db) =>
  db
    .select({
      id: memberships.id,
      userId: memberships.userId,
      email: users.email,
      fullName: users.fullName,
      role: memberships.role,
      joinedAt: memberships.createdAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, sql.placeholder("organizationId")),
        gt(memberships.id, sql.placeholder("after")),
      ),
    )
    .orderBy(asc(memberships.id))
    .limit(sql.placeholder("limit")),
);
