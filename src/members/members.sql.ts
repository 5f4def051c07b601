import { and, asc, count, eq, gt, inArray, ne, or, sql } from "drizzle-orm";
import type { Grant } from "../access/permissions";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { holds } from "../db/search";
import { memberships, roles, users } from "../db/tables";
import type { MembershipId, OrganizationId, UserId } from "../ids";
import type { PageOf } from "../paging";

export type MembershipRow = typeof memberships.$inferSelect;

/** A membership, with the grants of its role where that is a custom one. */
export interface Membership extends MembershipRow {
  grants: Grant[] | null;
}

/** Joins `roles` to `memberships`; built-in roles have no row in `roles`. */
export const roleOfMember = and(eq(roles.organizationId, memberships.organizationId), eq(roles.name, memberships.role));

export async function insertMembership(tx: Writer, membership: MembershipRow) {
  await tx.insert(memberships).values(membership);
}

/** A user's membership in an organization. */
export async function findMembership(
  db: Reader,
  of: { organizationId: OrganizationId; userId: UserId },
): Promise<Membership | undefined> {
  return flatten((await membershipOf(db, of))[0]);
}

interface Joined {
  membership: MembershipRow;
  grants: Grant[] | null;
}

const membershipOf = prepared<{ organizationId: OrganizationId; userId: UserId }, Promise<Joined[]>>(
  "membership_of",
  (db) =>
    db
      .select({ membership: memberships, grants: roles.permissions })
      .from(memberships)
      .leftJoin(roles, roleOfMember)
      .where(
        and(
          eq(memberships.organizationId, sql.placeholder("organizationId")),
          eq(memberships.userId, sql.placeholder("userId")),
        ),
      ),
);

export async function findMember(
  db: Reader,
  organizationId: OrganizationId,
  id: MembershipId,
): Promise<Membership | undefined> {
  const [found] = await db
    .select({ membership: memberships, grants: roles.permissions })
    .from(memberships)
    .leftJoin(roles, roleOfMember)
    .where(and(eq(memberships.organizationId, organizationId), eq(memberships.id, id)));
  return flatten(found);
}

const flatten = (found: Joined | undefined) => found && { ...found.membership, grants: found.grants };

/** Gives a member another role, and invalidates what caches hold of their permissions. */
export async function setRole(tx: Writer, { organizationId, id, userId }: MembershipRow, role: string) {
  await tx
    .update(memberships)
    .set({ role })
    .where(and(eq(memberships.organizationId, organizationId), eq(memberships.id, id)));
  await tx.invalidate({ topic: "user", subject: userId });
}

/** Deletes a membership; undefined when there is none, and for the owner, who must transfer ownership first. */
export async function deleteMembership(
  tx: Writer,
  organizationId: OrganizationId,
  member: { id: MembershipId } | { userId: UserId },
): Promise<MembershipRow | undefined> {
  const [deleted] = await tx
    .delete(memberships)
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        "id" in member ? eq(memberships.id, member.id) : eq(memberships.userId, member.userId),
        ne(memberships.role, "owner"),
      ),
    )
    .returning();
  if (deleted) await tx.invalidate({ topic: "user", subject: deleted.userId });
  return deleted;
}

export async function countMembers(db: Reader, organizationId: OrganizationId, role?: string): Promise<number> {
  const [row] = await db
    .select({ members: count() })
    .from(memberships)
    .where(
      and(eq(memberships.organizationId, organizationId), role === undefined ? undefined : eq(memberships.role, role)),
    );
  return row!.members;
}

export interface MemberRow {
  id: MembershipId;
  userId: UserId;
  email: string;
  fullName: string;
  role: string;
  joinedAt: Date;
}

const member = {
  id: memberships.id,
  userId: memberships.userId,
  email: users.email,
  fullName: users.fullName,
  role: memberships.role,
  joinedAt: memberships.createdAt,
};

/** The members of an organization, in the order they joined. */
export async function listMembers(
  db: Reader,
  organizationId: OrganizationId,
  { after = "", limit }: PageOf,
): Promise<MemberRow[]> {
  return membersOf(db, { organizationId, after, limit });
}

const membersOf = prepared<{ organizationId: OrganizationId; after: string; limit: number }, Promise<MemberRow[]>>(
  "members_of",
  (db) =>
    db
      .select(member)
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

/** The members whose name or email contains a text, ignoring case. */
export async function searchMembers(
  db: Reader,
  organizationId: OrganizationId,
  search: string,
  { after = "", limit }: PageOf,
): Promise<MemberRow[]> {
  return db
    .select(member)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        gt(memberships.id, after as MembershipId),
        or(holds(users.fullName, search), holds(users.email, search)),
      ),
    )
    .orderBy(asc(memberships.id))
    .limit(limit);
}

/** The emails of an organization's owner and admins. */
export async function adminEmails(db: Reader, organizationId: OrganizationId): Promise<string[]> {
  const rows = await db
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.organizationId, organizationId), inArray(memberships.role, ["owner", "admin"])))
    .orderBy(asc(memberships.id));
  return rows.map(({ email }) => email);
}
