import { and, asc, eq, gte, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { passkeys } from "../db/tables";
import type { PasskeyId, UserId } from "../ids";

export type PasskeyRow = typeof passkeys.$inferSelect;

/** The passkey with a credential id, of any user. */
export async function findPasskeyByCredential(db: Reader, credentialId: string): Promise<PasskeyRow | undefined> {
  return (await passkeyByCredential(db, { credentialId }))[0];
}

const passkeyByCredential = prepared<{ credentialId: string }, Promise<PasskeyRow[]>>("passkey_by_credential", (db) =>
  db
    .select()
    .from(passkeys)
    .where(eq(passkeys.credentialId, sql.placeholder("credentialId"))),
);

/** A user's passkeys, the oldest first. */
export async function listPasskeyRows(db: Reader, userId: UserId): Promise<PasskeyRow[]> {
  return db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.id));
}

export const countPasskeys = (db: Reader, userId: UserId): Promise<number> =>
  db.$count(passkeys, eq(passkeys.userId, userId));

/** @throws UniqueViolation when the credential is registered already */
export async function insertPasskey(tx: Writer, passkey: PasskeyRow): Promise<PasskeyRow> {
  const [inserted] = await tx.insert(passkeys).values(passkey).returning();
  await tx.invalidate({ topic: "user", subject: passkey.userId });
  return inserted!;
}

/** Changes one of a user's passkeys, and locks its row until the transaction ends; undefined when there is no such passkey. */
export async function updatePasskey(
  tx: Writer,
  userId: UserId,
  id: PasskeyId,
  change: Partial<Pick<PasskeyRow, "name" | "counter" | "backedUp" | "lastUsedAt">>,
): Promise<PasskeyRow | undefined> {
  const updated = await tx
    .update(passkeys)
    .set(change)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning();
  return updated[0];
}

export async function deletePasskey(tx: Writer, userId: UserId, id: PasskeyId) {
  await tx.delete(passkeys).where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)));
  await tx.invalidate({ topic: "user", subject: userId });
}

/** Deletes a user's passkeys, all of them or those that were created at this time or later; how many there were. */
export async function deletePasskeys(tx: Writer, userId: UserId, since?: Date): Promise<number> {
  const deleted = await tx
    .delete(passkeys)
    .where(and(eq(passkeys.userId, userId), since && gte(passkeys.createdAt, since)))
    .returning({ id: passkeys.id });
  if (deleted.length > 0) await tx.invalidate({ topic: "user", subject: userId });
  return deleted.length;
}
