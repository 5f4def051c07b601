import type { Origin, UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { isId, newId, type UserId } from "../ids";
import { Problem } from "../problems";
import { deviceName } from "../sessions/devices";
import { deleteDevice, insertDevice, isDeviceTrusted, listDevices, touchDevice } from "./devices.sql";

/** How long a device is trusted, in milliseconds. */
const trustLife = 30 * 86_400_000;

/** Trusts a device after its user has proven a second factor. Later sign-ins send the returned token instead of a code. */
export async function trustDevice(app: App, tx: Writer, { userId, origin }: { userId: UserId; origin: Origin }) {
  const id = newId("dev", tx.now.getTime());
  const { ip, userAgent } = origin;
  const expiresAt = new Date(tx.now.getTime() + trustLife);
  await insertDevice(tx, { id, userId, ip, userAgent, createdAt: tx.now, lastUsedAt: tx.now, expiresAt });
  const auditActor = { kind: "user", userId, origin } as const;
  await record(tx, auditActor, { action: "two_factor.device_trusted", chain: userId, target: id });
  return app.deviceTokens.write(id);
}

/** Whether a token belongs to a device that this user trusts. */
export async function isTrusted(app: App, tx: Writer, userId: UserId, token: string | undefined): Promise<boolean> {
  const id = token === undefined ? undefined : app.deviceTokens.read("dev", token);
  return id !== undefined && touchDevice(tx, userId, id);
}

/** The device a token belongs to, if this user trusts it. */
export async function findTrustedDevice(app: App, userId: UserId, token: string | undefined) {
  const id = token === undefined ? undefined : app.deviceTokens.read("dev", token);
  return id !== undefined && (await isDeviceTrusted(app.db.reader, userId, id, app.clock.date())) ? id : undefined;
}

/** A user's trusted devices, the latest first. */
export async function listTrustedDevices(app: App, { userId }: UserActor) {
  const rows = await listDevices(app.db.reader, userId, app.clock.date());
  return { data: rows.map((row) => ({ ...row, device: deviceName(row.userAgent) })), nextCursor: null };
}

/** Stops trusting a device. @throws Problem NOT_FOUND */
export async function forgetDevice(app: App, actor: UserActor, id: string) {
  const forgotten = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    if (!isId("dev", id) || !(await deleteDevice(tx, actor.userId, id))) return false;
    await record(tx, actor, { action: "two_factor.device_forgotten", chain: actor.userId, target: id });
    return true;
  });
  if (!forgotten) throw new Problem("NOT_FOUND");
}
