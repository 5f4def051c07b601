import { and, asc, eq, gte, inArray } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { identities } from "../db/tables";
import type { IdentityId, UserId } from "../ids";

export type IdentityRow = typeof identities.$inferSelect;

/** The account at a provider, if someone signs in with it. */
export async function findIdentity(db: Reader, issuer: string, subject: string): Promise<IdentityRow | undefined> {
  const found = await db
    .select()
    .from(identities)
    .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)));
  return found[0];
}

/** A user's identities, the oldest first. */
export async function listIdentityRows(db: Reader, userId: UserId): Promise<IdentityRow[]> {
  return db.select().from(identities).where(eq(identities.userId, userId)).orderBy(asc(identities.id));
}

/** How many of a user's identities are at these issuers. */
export async function countIdentities(db: Reader, userId: UserId, issuers: readonly string[]): Promise<number> {
  if (issuers.length === 0) return 0;
  return db.$count(identities, and(eq(identities.userId, userId), inArray(identities.issuer, [...issuers])));
}

/** False when someone signs in with this account already. */
export async function insertIdentity(tx: Writer, identity: IdentityRow): Promise<boolean> {
  const inserted = await tx.insert(identities).values(identity).onConflictDoNothing().returning({ id: identities.id });
  return inserted.length > 0;
}

export async function touchIdentity(tx: Writer, id: IdentityId) {
  await tx.update(identities).set({ lastUsedAt: tx.now }).where(eq(identities.id, id));
}

export async function deleteIdentity(tx: Writer, userId: UserId, id: IdentityId) {
  await tx.delete(identities).where(and(eq(identities.id, id), eq(identities.userId, userId)));
}

/** Deletes a user's identities, all of them or those that were linked at this time or later; how many there were. */
export async function deleteIdentities(tx: Writer, userId: UserId, since?: Date): Promise<number> {
  const deleted = await tx
    .delete(identities)
    .where(and(eq(identities.userId, userId), since && gte(identities.createdAt, since)))
    .returning({ id: identities.id });
  return deleted.length;
}
