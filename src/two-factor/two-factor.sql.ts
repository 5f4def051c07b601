import { and, type Column, eq, gte, isNotNull, isNull, lt, ne, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { backupCodes, passkeys, twoFactors } from "../db/tables";
import { type BackupCodeId, newId, type SessionId, type UserId } from "../ids";
import { deleteDevices } from "./devices.sql";

export type TwoFactorRow = typeof twoFactors.$inferSelect;

export async function findTwoFactor(db: Reader, userId: UserId): Promise<TwoFactorRow | undefined> {
  return (await twoFactorOf(db, { userId }))[0];
}

const twoFactorOf = prepared<{ userId: UserId }, Promise<TwoFactorRow[]>>("two_factor_of", (db) =>
  db
    .select()
    .from(twoFactors)
    .where(eq(twoFactors.userId, sql.placeholder("userId"))),
);

/** Since when a user can sign in with two factors, by an authenticator app or a passkey, in a query with their id; null while they cannot. */
export const twoFactorSince = (userId: Column): SQL<Date | null> =>
  sql`coalesce((select ${twoFactors.enabledAt} from ${twoFactors} where ${twoFactors.userId} = ${userId}),
    (select min(${passkeys.createdAt}) from ${passkeys} where ${passkeys.userId} = ${userId}))`.mapWith(
    twoFactors.enabledAt,
  ) as SQL<Date | null>;

/** Whether a user's authenticator app is on. */
export async function isTwoFactorOn(db: Reader, userId: UserId): Promise<boolean> {
  return (await findTwoFactor(db, userId))?.enabledAt != null;
}

/**
 * Starts an enrollment, or continues the one that the same session started since a time.
 * @returns the enrollment, or the active second factor, which is never replaced
 */
export async function startEnrollment(
  tx: Writer,
  enrollment: { userId: UserId; sessionId: SessionId; sealedSecret: string },
  since: Date,
): Promise<TwoFactorRow> {
  const row = { ...enrollment, enabledAt: null, lastStep: 0, createdAt: tx.now };
  const isOther = or(ne(twoFactors.sessionId, enrollment.sessionId), lt(twoFactors.createdAt, since));
  const started = await tx
    .insert(twoFactors)
    .values(row)
    .onConflictDoUpdate({ target: twoFactors.userId, set: row, setWhere: and(isNull(twoFactors.enabledAt), isOther) })
    .returning();
  return started[0] ?? (await findTwoFactor(tx, enrollment.userId))!;
}

/** Turns on the enrollment with this secret and consumes the step of its first code. Of concurrent calls, one returns true. */
export async function enableTwoFactor(
  tx: Writer,
  userId: UserId,
  sealedSecret: string,
  step: number,
): Promise<boolean> {
  const enabled = await tx
    .update(twoFactors)
    .set({ enabledAt: tx.now, lastStep: step })
    .where(and(eq(twoFactors.userId, userId), eq(twoFactors.sealedSecret, sealedSecret), isNull(twoFactors.enabledAt)))
    .returning({ userId: twoFactors.userId });
  if (enabled.length > 0) await tx.invalidate({ topic: "user", subject: userId });
  return enabled.length > 0;
}

/** Consumes a time step; false when it, or a later one, was consumed before. */
export async function consumeStep(tx: Writer, userId: UserId, step: number): Promise<boolean> {
  const consumed = await tx
    .update(twoFactors)
    .set({ lastStep: step })
    .where(and(eq(twoFactors.userId, userId), isNotNull(twoFactors.enabledAt), lt(twoFactors.lastStep, step)))
    .returning({ userId: twoFactors.userId });
  return consumed.length > 0;
}

/** The backup codes that are left. */
export async function listBackupCodes(db: Reader, userId: UserId): Promise<{ id: BackupCodeId; hash: string }[]> {
  return db
    .select({ id: backupCodes.id, hash: backupCodes.hash })
    .from(backupCodes)
    .where(and(eq(backupCodes.userId, userId), isNull(backupCodes.usedAt)))
    .orderBy(backupCodes.id);
}

/** Consumes a backup code. Of concurrent calls, one returns true. */
export async function consumeBackupCode(tx: Writer, userId: UserId, id: BackupCodeId): Promise<boolean> {
  const consumed = await tx
    .update(backupCodes)
    .set({ usedAt: tx.now })
    .where(and(eq(backupCodes.userId, userId), eq(backupCodes.id, id), isNull(backupCodes.usedAt)))
    .returning({ id: backupCodes.id });
  return consumed.length > 0;
}

/** How many backup codes are left. */
export async function countBackupCodes(db: Reader, userId: UserId): Promise<number> {
  return db.$count(backupCodes, and(eq(backupCodes.userId, userId), isNull(backupCodes.usedAt)));
}

/** Replaces all backup codes. */
export async function replaceBackupCodes(tx: Writer, userId: UserId, hashes: string[]) {
  await tx.delete(backupCodes).where(eq(backupCodes.userId, userId));
  await tx
    .insert(backupCodes)
    .values(hashes.map((hash) => ({ id: newId("bck", tx.now.getTime()), userId, hash, createdAt: tx.now })));
}

/** Deletes backup codes that were created at this time or later; how many there were. */
export async function deleteBackupCodesSince(tx: Writer, userId: UserId, since: Date): Promise<number> {
  const deleted = await tx
    .delete(backupCodes)
    .where(and(eq(backupCodes.userId, userId), gte(backupCodes.createdAt, since)))
    .returning({ id: backupCodes.id });
  return deleted.length;
}

/** Deletes a user's second factor, its backup codes and the trusted devices. */
export async function deleteTwoFactor(tx: Writer, userId: UserId) {
  await tx.delete(twoFactors).where(eq(twoFactors.userId, userId));
  await tx.delete(backupCodes).where(eq(backupCodes.userId, userId));
  await deleteDevices(tx, userId);
  await tx.invalidate({ topic: "user", subject: userId });
}
