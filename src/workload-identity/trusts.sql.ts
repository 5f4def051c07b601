import { and, asc, count, eq, gte, lt } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { consumedIdentities, keyTrusts } from "../db/tables";
import type { ApiKeyId, TrustId, UserId } from "../ids";

export type TrustRow = typeof keyTrusts.$inferSelect;
type ConsumedIdentity = typeof consumedIdentities.$inferSelect;

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

/** Deletes the trusts that a user created at this time or later; how many there were. */
export async function deleteTrustsSince(tx: Writer, createdById: UserId, since: Date): Promise<number> {
  const deleted = await tx
    .delete(keyTrusts)
    .where(and(eq(keyTrusts.createdById, createdById), gte(keyTrusts.createdAt, since)))
    .returning({ id: keyTrusts.id });
  return deleted.length;
}

/** Consumes an identity token; false when it was consumed before. */
export async function consumeIdentity(tx: Writer, identity: ConsumedIdentity): Promise<boolean> {
  const consumed = await tx
    .insert(consumedIdentities)
    .values(identity)
    .onConflictDoNothing()
    .returning({ id: consumedIdentities.id });
  return consumed.length > 0;
}

export async function findConsumed(db: Reader, id: string): Promise<ConsumedIdentity | undefined> {
  return (await db.select().from(consumedIdentities).where(eq(consumedIdentities.id, id)))[0];
}

/** Deletes tokens that have expired. */
export const pruneIdentities = (tx: Writer, max: number) =>
  deleteSome(tx, consumedIdentities, lt(consumedIdentities.expiresAt, tx.now), max);
