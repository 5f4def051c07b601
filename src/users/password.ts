import type { Origin, UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import { isForeign } from "../crypto/foreign-hashes";
import type { Writer } from "../db/database";
import { enqueueEmail } from "../mail/outbox";
import { organizationNamesOf } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { endSessionsOf } from "../sessions/sessions.sql";
import { endTicketsExceptUndo } from "../tickets/tickets.sql";
import { deleteDevices } from "../two-factor/devices.sql";
import { requireStrongPassword } from "./password-policy";
import { type Identity, reauthenticate } from "./reauthenticate";
import { findUser, replacePassword, type UserRow } from "./users.sql";
import { describeWaysIn } from "./ways-in";

/**
 * Changes a user's password, or sets the first one of an account that has none; the old one is required. Other sessions end, this one stays.
 * @throws Problem as `reauthenticate`, VALIDATION_ERROR, CONFLICT when another request changed it at the same time
 */
export async function changePassword(
  app: App,
  actor: UserActor,
  {
    currentPassword,
    newPassword,
    ...rest
  }: Omit<Identity, "password"> & { currentPassword?: string | undefined; newPassword: string },
) {
  const user = await reauthenticate(app, actor, { ...rest, password: currentPassword }, "now");
  const organizations = await organizationNamesOf(app.db.reader, user.id);
  await requireStrongPassword(app, newPassword, { ...user, organizations }, "newPassword");
  const passwordHash = await app.passwords.hash(newPassword, user.id);
  const changed = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    if (!(await replacePassword(tx, user, passwordHash, previousHash(user)))) return false;
    await afterPasswordChange(app, tx, user, actor.origin);
    await endSessionsOf(tx, user.id, "password_changed", actor.sessionId);
    await record(tx, actor, { action: "user.password_changed", chain: user.id, target: user.id });
    return true;
  });
  if (!changed) throw new Problem("CONFLICT", { reason: "password_changed" });
}

/** What is remembered of a password that is replaced. The hashes of other systems are not: they would take another time to verify. */
export const previousHash = ({ passwordHash }: UserRow): string | null =>
  passwordHash === null || isForeign(passwordHash) ? null : passwordHash;

/**
 * What every change of a password entails, besides ending sessions: links sent before it stop working, devices are no longer trusted, and
 * the user gets an email.
 */
export async function afterPasswordChange(app: App, tx: Writer, user: UserRow, { ip }: Origin) {
  await endTicketsExceptUndo(tx, user.id);
  await deleteDevices(tx, user.id);
  const ways = await describeWaysIn(app, tx, (await findUser(tx, user.id)) ?? user);
  await enqueueEmail(tx, { to: user.email, template: "password-changed", values: { at: tx.now, ip, ways } });
}
