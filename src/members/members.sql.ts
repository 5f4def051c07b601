import { and, asc, count, eq, gt, inArray, isNull, ne, or, sql } from "drizzle-orm";
import type { Grant } from "../access/permissions";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { contains, fold } from "../db/search";
import { memberships, organizations, roles, users } from "../db/tables";
import type { MembershipId, OrganizationId, RoleId, UserId } from "../ids";
import type { PageOf } from "../paging";

export type MembershipRow = typeof memberships.$inferSelect;

/** A membership, with the grants of its role where that is a custom one. */
export interface Membership extends MembershipRow {
  grants: Grant[] | null;
}

/** Joins `roles` to `memberships`; built-in roles have no row in `roles`. */
export const roleOfMember = and(eq(roles.id, memberships.roleId), eq(roles.organizationId, memberships.organizationId));

export async function insertMembership(tx: Writer, membership: typeof memberships.$inferInsert) {
  await tx.insert(memberships).values(membership);
  await tx.invalidate({ topic: "user", subject: membership.userId });
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
export async function setRole(
  tx: Writer,
  { organizationId, id, userId }: MembershipRow,
  { role, roleId }: Pick<MembershipRow, "role" | "roleId">,
) {
  await tx
    .update(memberships)
    .set({ role, roleId })
    .where(and(eq(memberships.organizationId, organizationId), eq(memberships.id, id)));
  await tx.invalidate({ topic: "user", subject: userId });
}

/** Deletes the membership of a member who is not the owner, and invalidates what caches hold of their permissions. */
export async function deleteMembership(tx: Writer, { organizationId, id, userId }: MembershipRow) {
  await tx
    .delete(memberships)
    .where(and(eq(memberships.organizationId, organizationId), eq(memberships.id, id), ne(memberships.role, "owner")));
  await tx.invalidate({ topic: "user", subject: userId });
}

/** The members of an organization, or those with a custom role. */
export async function countMembers(db: Reader, organizationId: OrganizationId, roleId?: RoleId): Promise<number> {
  const [row] = await db
    .select({ members: count() })
    .from(memberships)
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        roleId === undefined ? undefined : eq(memberships.roleId, roleId),
      ),
    );
  return row!.members;
}

/** The ids of the users who have a custom role, as a part of another query. */
export const holdersOf = (db: Reader, organizationId: OrganizationId, roleId: RoleId) =>
  db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organizationId, organizationId), eq(memberships.roleId, roleId)));

/** The organizations a user belongs to, deleted ones included. */
export const countMembershipsOf = (db: Reader, userId: UserId): Promise<number> =>
  db.$count(memberships, eq(memberships.userId, userId));

/** The organizations a user must leave or delete before their account can be: all but the deleted ones they own. */
export async function listMembershipsToEnd(db: Reader, userId: UserId): Promise<OrganizationId[]> {
  const rows = await db
    .select({ id: organizations.id })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(memberships.userId, userId), or(isNull(organizations.deletedAt), ne(memberships.role, "owner"))))
    .orderBy(asc(organizations.id));
  return rows.map(({ id }) => id);
}

/** Whether a user owns an organization with other members that is not deleted. */
export async function ownsSharedOrganization(db: Reader, userId: UserId): Promise<boolean> {
  const owned = db
    .select({ id: memberships.organizationId })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(and(eq(memberships.userId, userId), eq(memberships.role, "owner"), isNull(organizations.deletedAt)));
  const others = await db
    .select({ id: memberships.id })
    .from(memberships)
    .where(and(inArray(memberships.organizationId, owned), ne(memberships.userId, userId)))
    .limit(1);
  return others.length > 0;
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

export interface MemberFilter {
  /** What their name or email contains, ignoring case. */
  search?: string | undefined;
  /** Which users they are among. */
  users?: string[] | undefined;
}

/** Those of the members who pass a filter. */
export async function findMembers(
  db: Reader,
  organizationId: OrganizationId,
  { search, users: among }: MemberFilter,
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
        among && inArray(users.id, among as UserId[]),
        search === undefined
          ? undefined
          : or(contains(users.fullNameFolded, fold(search)), contains(users.email, search.toLowerCase())),
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
