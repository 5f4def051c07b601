import { and, asc, count, eq, gte, inArray, lt } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { apiKeys, consumedIdentities, keyTrusts } from "../db/tables";
import type { ApiKeyId, TrustId, UserId } from "../ids";

export type TrustRow = typeof keyTrusts.$inferSelect;

export async function insertTrust(tx: Writer, trust: TrustRow): Promise<TrustRow> {
  return (await tx.insert(keyTrusts).values(trust).returning())[0]!;
}

/** The trusts of a key, in the order they were created. */
export async function listTrusts(db: Reader, keyId: ApiKeyId): Promise<TrustRow[]> {
  return db.select().from(keyTrusts).where(eq(keyTrusts.keyId, keyId)).orderBy(asc(keyTrusts.id));
}

export async function countTrusts(db: Reader, keyId: ApiKeyId): Promise<number> {
  const [row] = await db.select({ trusts: count() }).from(keyTrusts).where(eq(keyTrusts.keyId, keyId));
  return row!.trusts;
}

export async function deleteTrust(tx: Writer, keyId: ApiKeyId, id: TrustId): Promise<TrustRow | undefined> {
  return (
    await tx
      .delete(keyTrusts)
      .where(and(eq(keyTrusts.keyId, keyId), eq(keyTrusts.id, id)))
      .returning()
  )[0];
}

/** Deletes the trusts that were added at this time or later to keys that a user created; how many there were. */
export async function deleteTrustsSince(tx: Writer, creatorId: UserId, since: Date): Promise<number> {
  const theirs = tx.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.creatorId, creatorId));
  const deleted = await tx
    .delete(keyTrusts)
    .where(and(inArray(keyTrusts.keyId, theirs), gte(keyTrusts.createdAt, since)))
    .returning({ id: keyTrusts.id });
  return deleted.length;
}

/** Consumes a token of an issuer, by a hash of its issuer and id; false when it was consumed before. */
export async function consumeIdentity(tx: Writer, id: string, expiresAt: Date): Promise<boolean> {
  const consumed = await tx
    .insert(consumedIdentities)
    .values({ id, expiresAt })
    .onConflictDoNothing()
    .returning({ id: consumedIdentities.id });
  return consumed.length > 0;
}

/** Deletes tokens that have expired. */
export async function pruneIdentities(tx: Writer, before: Date) {
  await tx.delete(consumedIdentities).where(lt(consumedIdentities.expiresAt, before));
}
