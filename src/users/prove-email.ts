import type { Origin } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { enqueueEmail } from "../mail/outbox";
import { endSessionsOf } from "../sessions/sessions.sql";
import { endTicketsExceptUndo } from "../tickets/tickets.sql";
import { removeAddedAccess } from "./added-access";
import { clearAttempts } from "./login-attempts";
import { markVerified, replacePassword, type UserRow } from "./users.sql";

/**
 * Notes that the person who signs in receives email at the account's address. When that was never proven before, someone else may have created
 * the account, so everything that could let them in is removed, the password too: an account that was made beforehand gives its maker nothing.
 * @param user locked in this transaction
 * @returns the user as they are now
 */
export async function proveEmail(app: App, tx: Writer, user: UserRow, origin: Origin): Promise<UserRow> {
  if (user.emailVerifiedAt) return user;
  const auditActor = { kind: "user", userId: user.id, origin } as const;
  const isOwned = app.config.emailVerification === "off";
  if (!isOwned) await removeAccess(tx, user, auditActor);
  await markVerified(tx, user.id, user.email);
  await record(tx, auditActor, { action: "user.email_verified", chain: user.id, target: user.id });
  const { passwordHash, previousPasswordHash } = isOwned ? user : noPassword;
  const activatedAt = user.activatedAt ?? tx.now;
  return { ...user, passwordHash, previousPasswordHash, emailVerifiedAt: tx.now, activatedAt };
}

const noPassword = { passwordHash: null, previousPasswordHash: null };

async function removeAccess(
  tx: Writer,
  user: UserRow,
  auditActor: { kind: "user"; userId: UserRow["id"]; origin: Origin },
) {
  const hadPassword = user.passwordHash !== null;
  await replacePassword(tx, user, null, null);
  await clearAttempts(tx, user);
  await endTicketsExceptUndo(tx, user.id);
  await endSessionsOf(tx, user.id, "account_recovered");
  const access = await removeAddedAccess(tx, auditActor, user.id, user.createdAt);
  if (hadPassword) {
    await record(tx, auditActor, { action: "user.password_removed", chain: user.id, target: user.id });
  }
  const removed = [hadPassword && "the password", access !== "nothing" && access].filter(Boolean).join(", ");
  if (removed === "") return;
  await enqueueEmail(tx, { to: user.email, template: "access-removed", values: { at: tx.now, removed } });
}
