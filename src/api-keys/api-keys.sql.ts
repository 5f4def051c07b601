import { and, asc, count, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { apiKeys, memberships, organizations } from "../db/tables";
import type { ApiKeyId, OrganizationId } from "../ids";
import type { PageOf } from "../organizations/organizations.sql";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

export async function insertApiKey(tx: Writer, key: typeof apiKeys.$inferInsert): Promise<ApiKeyRow> {
  return (await tx.insert(apiKeys).values(key).returning())[0]!;
}

/** Holds every other writer of this organization's keys until the transaction ends, so that counting and adding are one. */
export async function lockKeys(tx: Writer, organizationId: OrganizationId) {
  return (
    await tx
      .update(organizations)
      .set({ id: organizationId })
      .where(eq(organizations.id, organizationId))
      .returning({ plan: organizations.plan })
  )[0];
}

export async function countActiveKeys(db: Reader, organizationId: OrganizationId, now: Date): Promise<number> {
  const [row] = await db
    .select({ keys: count() })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
      ),
    );
  return row!.keys;
}

export async function findApiKey(
  db: Reader,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  return (
    await db
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, id)))
  )[0];
}

/** The keys of an organization that are not revoked, in the order they were made. */
export async function listApiKeys(
  db: Reader,
  organizationId: OrganizationId,
  { after = "", limit }: PageOf,
): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(
      and(eq(apiKeys.organizationId, organizationId), isNull(apiKeys.revokedAt), gt(apiKeys.id, after as ApiKeyId)),
    )
    .orderBy(asc(apiKeys.id))
    .limit(limit);
}

/** Revokes for good; undefined when there is no such key, or it was revoked before. */
export async function revokeApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  const [revoked] = await tx
    .update(apiKeys)
    .set({ revokedAt: tx.now })
    .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning();
  if (revoked) await tx.announce({ topic: "api-key", subject: id });
  return revoked;
}

/** A key by its hash, with what bounds it: its organization's plan and its creator's role, if they still belong. */
export async function findKeyByHash(db: Reader, hash: string) {
  return (await keyByHash(db, { hash }))[0];
}

const keyByHash = prepared<
  { hash: string },
  Promise<
    {
      key: ApiKeyRow;
      plan: (typeof organizations.$inferSelect)["plan"];
      role: (typeof memberships.$inferSelect)["role"];
    }[]
  >
>("key_by_hash", (db) =>
  db
    .select({ key: apiKeys, plan: organizations.plan, role: memberships.role })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .innerJoin(
      memberships,
      and(eq(memberships.organizationId, apiKeys.organizationId), eq(memberships.userId, apiKeys.creatorId)),
    )
    .where(and(eq(apiKeys.hash, sql.placeholder("hash")), isNull(apiKeys.revokedAt))),
);
