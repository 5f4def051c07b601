import { and, asc, count, eq, lt } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { consumedIdentities, keyTrusts } from "../db/tables";
import type { ApiKeyId, TrustId } from "../ids";

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
