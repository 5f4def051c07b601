import { and, asc, count, eq, gt, isNotNull, isNull, or } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { contains, fold } from "../db/search";
import { apiKeys, memberships, organizations, twoFactors, users } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";
import type { Entitlements } from "../limits/plans";
import type { PageOf } from "../paging";

const userColumns = {
  id: users.id,
  email: users.email,
  fullName: users.fullName,
  emailVerifiedAt: users.emailVerifiedAt,
  twoFactorSince: twoFactors.enabledAt,
  operatorSince: users.operatorSince,
  suspendedAt: users.suspendedAt,
  createdAt: users.createdAt,
};

/** Users in the order they registered, or those whose name or email contains a text. */
export async function listUserRows(db: Reader, search: string | undefined, { after = "", limit }: PageOf) {
  return db
    .select(userColumns)
    .from(users)
    .leftJoin(twoFactors, eq(twoFactors.userId, users.id))
    .where(
      and(
        gt(users.id, after as UserId),
        search === undefined
          ? undefined
          : or(contains(users.fullNameFolded, fold(search)), contains(users.email, search.toLowerCase())),
      ),
    )
    .orderBy(asc(users.id))
    .limit(limit);
}

export async function findUserForOperator(db: Reader, id: UserId) {
  const [found] = await db
    .select(userColumns)
    .from(users)
    .leftJoin(twoFactors, eq(twoFactors.userId, users.id))
    .where(eq(users.id, id));
  return found;
}

export async function listMembershipsOf(db: Reader, userId: UserId) {
  return db
    .select({ id: organizations.id, name: organizations.name, slug: organizations.slug, role: memberships.role })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(organizations.id));
}

/** Organizations in the order they were created, deleted ones included, or those whose name or slug contains a text. */
export async function listAllOrganizations(db: Reader, search: string | undefined, { after = "", limit }: PageOf) {
  return db
    .select()
    .from(organizations)
    .where(
      and(
        gt(organizations.id, after as OrganizationId),
        search === undefined
          ? undefined
          : or(contains(organizations.nameFolded, fold(search)), contains(organizations.slug, search.toLowerCase())),
      ),
    )
    .orderBy(asc(organizations.id))
    .limit(limit);
}

/** An organization, deleted or not. */
export async function findAnyOrganization(db: Reader, id: OrganizationId) {
  return (await db.select().from(organizations).where(eq(organizations.id, id)))[0];
}

export async function countKeys(db: Reader, id: OrganizationId): Promise<number> {
  const [row] = await db
    .select({ keys: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, id), isNull(apiKeys.revokedAt)));
  return row!.keys;
}

/** Suspends a user, or restores them; false when nothing changed. */
export async function setUserSuspended(tx: Writer, id: UserId, suspended: boolean): Promise<boolean> {
  const changed = await tx
    .update(users)
    .set({ suspendedAt: suspended ? tx.now : null })
    .where(and(eq(users.id, id), suspended ? isNull(users.suspendedAt) : isNotNull(users.suspendedAt)))
    .returning({ id: users.id });
  if (changed.length > 0) await tx.invalidate({ topic: "user", subject: id });
  return changed.length > 0;
}

/** Suspends an organization, or restores it; false when nothing changed. */
export async function setOrganizationSuspended(tx: Writer, id: OrganizationId, suspended: boolean): Promise<boolean> {
  const changed = await tx
    .update(organizations)
    .set({ suspendedAt: suspended ? tx.now : null })
    .where(
      and(
        eq(organizations.id, id),
        suspended ? isNull(organizations.suspendedAt) : isNotNull(organizations.suspendedAt),
      ),
    )
    .returning({ id: organizations.id });
  if (changed.length > 0) await tx.invalidate({ topic: "organization", subject: id });
  return changed.length > 0;
}

/** Sets an organization's plan and overrides, and invalidates what caches hold of its keys' limits. */
export async function setEntitlements(tx: Writer, id: OrganizationId, entitlements: Entitlements) {
  await tx.update(organizations).set(entitlements).where(eq(organizations.id, id));
  await tx.invalidate({ topic: "organization", subject: id });
}

/** Makes a user an operator, or ends that; false when nothing changed. */
export async function setOperator(tx: Writer, id: UserId, isOperator: boolean): Promise<boolean> {
  const changed = await tx
    .update(users)
    .set({ operatorSince: isOperator ? tx.now : null })
    .where(and(eq(users.id, id), isOperator ? isNull(users.operatorSince) : isNotNull(users.operatorSince)))
    .returning({ id: users.id });
  return changed.length > 0;
}

export async function listOperators(db: Reader) {
  return db
    .select({ id: users.id, email: users.email, fullName: users.fullName, operatorSince: users.operatorSince })
    .from(users)
    .where(isNotNull(users.operatorSince))
    .orderBy(asc(users.email));
}
