import { and, eq, isNull, sql } from "drizzle-orm";
import type { Reader } from "../db/database";
import { prepared } from "../db/prepared";
import { memberships, organizations, roles, twoFactors } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";
import { roleOfMember } from "../members/members.sql";
import type { Grant } from "./permissions";
import type { Policy } from "./policy";

/** All that decides whether a person may do something in an organization. */
export interface Belonging {
  role: string;
  grants: Grant[] | null;
  policy: Policy | null;
  suspendedAt: Date | null;
  twoFactorSince: Date | null;
}

/** What a person is in an organization that is not deleted. */
export async function findBelonging(
  db: Reader,
  of: { organizationId: OrganizationId; userId: UserId },
): Promise<Belonging | undefined> {
  return (await belonging(db, of))[0];
}

const belonging = prepared<{ organizationId: OrganizationId; userId: UserId }, Promise<Belonging[]>>(
  "belonging",
  (db) =>
    db
      .select({
        role: memberships.role,
        grants: roles.permissions,
        policy: organizations.policy,
        suspendedAt: organizations.suspendedAt,
        twoFactorSince: twoFactors.enabledAt,
      })
      .from(memberships)
      .innerJoin(organizations, and(eq(organizations.id, memberships.organizationId), isNull(organizations.deletedAt)))
      .leftJoin(roles, roleOfMember)
      .leftJoin(twoFactors, eq(twoFactors.userId, memberships.userId))
      .where(
        and(
          eq(memberships.organizationId, sql.placeholder("organizationId")),
          eq(memberships.userId, sql.placeholder("userId")),
        ),
      ),
);
