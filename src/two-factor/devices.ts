import type { Origin, UserActor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { isId, newId, type UserId } from "../ids";
import { Problem } from "../problems";
import { deviceName } from "../sessions/devices";
import { deleteDevice, insertDevice, listDevices, touchDevice } from "./devices.sql";

/** How long a device needs no code, in milliseconds. */
const trust = 30 * 86_400_000;

/** Trusts a device whose owner has just shown a second factor: its token stands for one at later logins. */
export async function trustDevice(app: App, tx: Writer, { userId, origin }: { userId: UserId; origin: Origin }) {
  const id = newId("dev", tx.now.getTime());
  const { ip, userAgent } = origin;
  const expiresAt = new Date(tx.now.getTime() + trust);
  await insertDevice(tx, { id, userId, ip, userAgent, createdAt: tx.now, lastUsedAt: tx.now, expiresAt });
  const auditActor = { kind: "user", userId, origin } as const;
  await record(tx, auditActor, { action: "two_factor.device_trusted", chain: userId, target: id });
  return app.deviceTokens.write(id);
}

/** Whether a token is one of a device that this person trusts. */
export async function isTrusted(app: App, tx: Writer, userId: UserId, token: string | undefined): Promise<boolean> {
  const id = token === undefined ? undefined : app.deviceTokens.read("dev", token);
  return id !== undefined && touchDevice(tx, userId, id);
}

/** The devices that need no code, the latest first. */
export async function listTrustedDevices(app: App, { userId }: UserActor) {
  const rows = await listDevices(app.db.reader, userId, app.clock.date());
  return { data: rows.map((row) => ({ ...row, device: deviceName(row.userAgent) })), nextCursor: null };
}

/** Has a device asked for a code again. @throws Problem NOT_FOUND */
export async function forgetDevice(app: App, actor: UserActor, id: string) {
  const forgotten = await app.db.write(async (tx) => {
    if (!isId("dev", id) || !(await deleteDevice(tx, actor.userId, id))) return false;
    await record(tx, actor, { action: "two_factor.device_forgotten", chain: actor.userId, target: id });
    return true;
  });
  if (!forgotten) throw new Problem("NOT_FOUND");
}
