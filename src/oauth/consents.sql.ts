import { and, asc, eq, isNull } from "drizzle-orm";
import type { Reader } from "../db/database";
import { memberships, organizations, roles } from "../db/tables";
import type { UserId } from "../ids";
import { roleOfMember } from "../members/members.sql";
import { twoFactorSince } from "../two-factor/two-factor.sql";

/** Organizations that a page offers at most. */
const maxOrganizations = 200;

/** The organizations in which a user may let an app act, with what decides about it. */
export async function listOrganizationsToChoose(db: Reader, userId: UserId) {
  return db
    .select({
      id: organizations.id,
      name: organizations.name,
      role: memberships.role,
      grants: roles.permissions,
      policy: organizations.policy,
      suspendedAt: organizations.suspendedAt,
      twoFactorSince: twoFactorSince(memberships.userId),
    })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .leftJoin(roles, roleOfMember)
    .where(and(eq(memberships.userId, userId), isNull(organizations.deletedAt)))
    .orderBy(asc(organizations.id))
    .limit(maxOrganizations);
}
