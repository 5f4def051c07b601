import { and, asc, eq, gte, type SQL, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { bind, prepared } from "../db/prepared";
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

/** Renames one of a user's passkeys; undefined when there is no such passkey. */
export async function updatePasskeyName(
  tx: Writer,
  userId: UserId,
  id: PasskeyId,
  name: string,
): Promise<PasskeyRow | undefined> {
  const renamed = await tx.update(passkeys).set({ name }).where(theirs({ id, userId })).returning();
  return renamed[0];
}

const theirs = ({ id, userId }: { id: PasskeyId | SQL; userId: UserId | SQL }) =>
  and(eq(passkeys.id, id), eq(passkeys.userId, userId));
const thisOne = theirs({ id: sql`${sql.placeholder("id")}`, userId: sql`${sql.placeholder("userId")}` });

type Use = Pick<PasskeyRow, "id" | "userId" | "backedUp">;

/** Locks one of a user's passkeys until the transaction ends, with whether it is backed up now; undefined when there is no such passkey. */
export async function lockPasskey(tx: Writer, use: Use): Promise<PasskeyRow | undefined> {
  return (await passkeyLocked(tx, use))[0];
}

const passkeyLocked = prepared<Use, Promise<PasskeyRow[]>>("lock_passkey", (db) =>
  db
    .update(passkeys)
    .set({ backedUp: sql`${bind(passkeys.backedUp, "backedUp")}` })
    .where(thisOne)
    .returning(),
);

/** Notes a use of a passkey. */
export async function markPasskeyUsed(tx: Writer, use: Pick<PasskeyRow, "id" | "userId" | "counter">) {
  await passkeyUsed(tx, { id: use.id, userId: use.userId, counter: use.counter, now: tx.now });
}

const passkeyUsed = prepared<Pick<PasskeyRow, "id" | "userId" | "counter"> & { now: Date }, Promise<unknown>>(
  "mark_passkey_used",
  (db) =>
    db
      .update(passkeys)
      .set({
        counter: sql`${bind(passkeys.counter, "counter")}`,
        lastUsedAt: sql`${bind(passkeys.lastUsedAt, "now")}`,
      })
      .where(thisOne),
);

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
