import { and, asc, eq, isNull } from "drizzle-orm";
import type { Policy } from "../access/policy";
import type { Reader, Writer } from "../db/database";
import { memberships, organizations, users } from "../db/tables";
import type { OrganizationId } from "../ids";
import { twoFactorSince } from "../two-factor/two-factor.sql";

export async function policyOf(db: Reader, id: OrganizationId): Promise<Policy | null> {
  const [row] = await db.select({ policy: organizations.policy }).from(organizations).where(eq(organizations.id, id));
  return row?.policy ?? null;
}

/** Sets an organization's policy, and invalidates what caches hold of its keys' permissions. */
export async function setPolicy(tx: Writer, id: OrganizationId, policy: Policy) {
  await tx.update(organizations).set({ policy }).where(eq(organizations.id, id));
  await tx.invalidate({ topic: "organization", subject: id });
}

/** Members who can sign in with one factor only. */
export async function listWithoutTwoFactor(db: Reader, organizationId: OrganizationId, limit: number) {
  return db
    .select({ memberId: memberships.id, email: users.email, fullName: users.fullName })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.organizationId, organizationId), isNull(twoFactorSince(memberships.userId))))
    .orderBy(asc(memberships.id))
    .limit(limit);
}
