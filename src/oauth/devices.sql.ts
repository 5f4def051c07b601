import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { oauthDeviceCodes } from "../db/tables";
import type { DeviceCodeId, GrantId } from "../ids";

export type DeviceCodeRow = typeof oauthDeviceCodes.$inferSelect;

/** Inserts a code; false where another device waits for the same one to be typed. */
export async function insertDeviceCode(tx: Writer, code: DeviceCodeRow): Promise<boolean> {
  const inserted = await tx
    .insert(oauthDeviceCodes)
    .values(code)
    .onConflictDoNothing()
    .returning({ id: oauthDeviceCodes.id });
  return inserted.length > 0;
}

/** What waits for a code to be typed. */
export async function findPendingCode(db: Reader, userCode: string, now: Date): Promise<DeviceCodeRow | undefined> {
  const [code] = await db
    .select()
    .from(oauthDeviceCodes)
    .where(
      and(
        eq(oauthDeviceCodes.userCode, userCode),
        eq(oauthDeviceCodes.state, "pending"),
        gt(oauthDeviceCodes.expiresAt, now),
      ),
    );
  return code;
}

/** Decides about a code that waits: of concurrent decisions, one counts. */
export async function decideCode(tx: Writer, id: DeviceCodeId, state: "approved" | "denied"): Promise<boolean> {
  const decided = await tx
    .update(oauthDeviceCodes)
    .set({ state })
    .where(
      and(eq(oauthDeviceCodes.id, id), eq(oauthDeviceCodes.state, "pending"), gt(oauthDeviceCodes.expiresAt, tx.now)),
    )
    .returning({ id: oauthDeviceCodes.id });
  return decided.length > 0;
}

export async function setGrant(tx: Writer, id: DeviceCodeId, grantId: GrantId) {
  await tx.update(oauthDeviceCodes).set({ grantId }).where(eq(oauthDeviceCodes.id, id));
}

/** Takes what was approved: the one conditional write of a device's exchange. Only the client that asked gets it. */
export async function redeemDeviceCode(
  tx: Writer,
  { id, clientId }: Pick<DeviceCodeRow, "id" | "clientId">,
): Promise<DeviceCodeRow | undefined> {
  const [code] = await tx
    .update(oauthDeviceCodes)
    .set({ state: "redeemed" })
    .where(
      and(
        eq(oauthDeviceCodes.id, id),
        eq(oauthDeviceCodes.clientId, clientId),
        eq(oauthDeviceCodes.state, "approved"),
        gt(oauthDeviceCodes.expiresAt, tx.now),
      ),
    )
    .returning();
  return code;
}

/** A code, which no one else changes until this transaction ends. */
export async function lockDeviceCode(
  tx: Writer,
  { id, clientId }: Pick<DeviceCodeRow, "id" | "clientId">,
): Promise<DeviceCodeRow | undefined> {
  const [code] = await tx
    .update(oauthDeviceCodes)
    .set({ state: sql`${oauthDeviceCodes.state}` })
    .where(and(eq(oauthDeviceCodes.id, id), eq(oauthDeviceCodes.clientId, clientId)))
    .returning();
  return code;
}

/** Says when a device may ask again, and how long it waits from then on. */
export async function setPoll(tx: Writer, id: DeviceCodeId, interval: number) {
  const nextPollAt = new Date(tx.now.getTime() + interval * 1000);
  await tx.update(oauthDeviceCodes).set({ interval, nextPollAt }).where(eq(oauthDeviceCodes.id, id));
}

/** Deletes codes of devices that have expired. */
export const pruneDeviceCodes = (tx: Writer, max: number) =>
  deleteSome(tx, oauthDeviceCodes, lt(oauthDeviceCodes.expiresAt, new Date(tx.now.getTime() - 3_600_000)), max);
