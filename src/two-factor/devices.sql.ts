import { and, desc, eq, gt, lte } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
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
    .where(and(eq(trustedDevices.id, id), eq(trustedDevices.userId, userId), gt(trustedDevices.expiresAt, tx.now)))
    .returning({ id: trustedDevices.id });
  return touched.length > 0;
}

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

export async function deleteDevices(tx: Writer, userId: UserId) {
  await tx.delete(trustedDevices).where(eq(trustedDevices.userId, userId));
}

export async function pruneDevices(tx: Writer) {
  await tx.delete(trustedDevices).where(lte(trustedDevices.expiresAt, tx.now));
}
