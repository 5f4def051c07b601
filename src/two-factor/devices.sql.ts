import { and, desc, eq, gt, gte, lte } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { trustedDevices } from "../db/tables";
import type { DeviceId, UserId } from "../ids";

export type DeviceRow = typeof trustedDevices.$inferSelect;

export async function insertDevice(tx: Writer, device: DeviceRow) {
  await tx.insert(trustedDevices).values(device);
}

/** Updates the last use of a user's trusted device; false when the device is not trusted, or no longer. */
export async function touchDevice(tx: Writer, userId: UserId, id: DeviceId): Promise<boolean> {
  const touched = await tx
    .update(trustedDevices)
    .set({ lastUsedAt: tx.now })
    .where(isTrustedBy(userId, id, tx.now))
    .returning({ id: trustedDevices.id });
  return touched.length > 0;
}

export async function isDeviceTrusted(db: Reader, userId: UserId, id: DeviceId, now: Date): Promise<boolean> {
  return (await db.$count(trustedDevices, isTrustedBy(userId, id, now))) > 0;
}

const isTrustedBy = (userId: UserId, id: DeviceId, now: Date) =>
  and(eq(trustedDevices.id, id), eq(trustedDevices.userId, userId), gt(trustedDevices.expiresAt, now));

export async function listDevices(db: Reader, userId: UserId, now: Date): Promise<DeviceRow[]> {
  return db
    .select()
    .from(trustedDevices)
    .where(and(eq(trustedDevices.userId, userId), gt(trustedDevices.expiresAt, now)))
    .orderBy(desc(trustedDevices.id));
}

export async function deleteDevice(tx: Writer, userId: UserId, id: DeviceId): Promise<boolean> {
  const deleted = await tx
    .delete(trustedDevices)
    .where(and(eq(trustedDevices.id, id), eq(trustedDevices.userId, userId)))
    .returning({ id: trustedDevices.id });
  return deleted.length > 0;
}

/** Ends the trust in a user's devices, in all or in those that were trusted at this time or later; how many there were. */
export async function deleteDevices(tx: Writer, userId: UserId, since?: Date): Promise<number> {
  const deleted = await tx
    .delete(trustedDevices)
    .where(and(eq(trustedDevices.userId, userId), since && gte(trustedDevices.createdAt, since)))
    .returning({ id: trustedDevices.id });
  return deleted.length;
}

export const pruneDevices = (tx: Writer, max: number) =>
  deleteSome(tx, trustedDevices, lte(trustedDevices.expiresAt, tx.now), max);
