import { and, type Column, eq, type SQL, sql, type Table } from "drizzle-orm";
import type { Reader } from "../db/database";
import { prepared } from "../db/prepared";
import { memberships, organizations, roles, twoFactors } from "../db/tables";
import type { OrganizationId, SessionId, UserId } from "../ids";
import { roleOfMember } from "../members/members.sql";
import { findOpenSession } from "../sessions/sessions.sql";
import type { Grant } from "./permissions";
import type { Policy, SessionProof } from "./policy";

/** Everything that decides whether a user may do something in an organization. */
export interface MembershipContext {
  role: string;
  grants: Grant[] | null;
  policy: Policy | null;
  suspendedAt: Date | null;
  deletedAt: Date | null;
  twoFactorSince: Date | null;
}

/** A user's membership in an organization, also in one that was deleted. */
export async function findMembershipContext(
  db: Reader,
  of: { organizationId: OrganizationId; userId: UserId },
): Promise<MembershipContext | undefined> {
  return (await membershipContext(db, of))[0];
}

/** What an open session has proven about its user. */
export async function findSessionProof(db: Reader, id: SessionId): Promise<SessionProof | undefined> {
  const session = await findOpenSession(db, id);
  return session && { ...session, confirmedAt: session.confirmedAt ?? session.createdAt };
}

const ofOrganization = eq(organizations.id, memberships.organizationId);

const membershipContext = prepared<{ organizationId: OrganizationId; userId: UserId }, Promise<MembershipContext[]>>(
  "membership_context",
  (db) =>
    db
      .select({
        role: memberships.role,
        grants: one<Grant[]>(roles.permissions, roles, roleOfMember),
        policy: one<Policy>(organizations.policy, organizations, ofOrganization),
        suspendedAt: one<Date>(organizations.suspendedAt, organizations, ofOrganization),
        deletedAt: one<Date>(organizations.deletedAt, organizations, ofOrganization),
        twoFactorSince: one<Date>(twoFactors.enabledAt, twoFactors, eq(twoFactors.userId, memberships.userId)),
      })
      .from(memberships)
      .where(
        and(
          eq(memberships.organizationId, sql.placeholder("organizationId")),
          eq(memberships.userId, sql.placeholder("userId")),
        ),
      ),
);

/** A value of the one row that belongs to a membership. On SQLite these subqueries are eight times as fast as joins. */
const one = <Value>(column: Column, table: Table, belongs: SQL | undefined) =>
  sql`(select ${column} from ${table} where ${belongs})`.mapWith(column) as SQL<Value | null>;
