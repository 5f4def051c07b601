import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { networkOf } from "../limits/network";
import { enqueueEmail } from "../mail/outbox";
import { endAndRecord } from "../oauth/grants";
import { organizationNamesOf } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { deleteKnownNetworks, rememberNetwork } from "../sessions/known-sources.sql";
import { endSessionsOf } from "../sessions/sessions.sql";
import { ticketOf } from "../tickets/tickets";
import { consumeTicket, findTicket, isTicketOpen } from "../tickets/tickets.sql";
import { removeAddedAccess } from "./added-access";
import { clearAttempts } from "./login-attempts";
import { afterPasswordChange, previousHash } from "./password";
import { requireStrongPassword } from "./password-policy";
import { findUser, lockUser, markVerified, replacePassword } from "./users.sql";
import { requireNotSuspended } from "./verification";

/**
 * Sets a new password with an emailed token. All sessions end, no new one is opened, and a second factor stays. A password that is refused
 * does not consume the token. A reset of an account whose email was never verified proves who owns the email: every way into the account that was
 * set up before it is removed. Locks after wrong passwords end, wherever those came from.
 * @throws Problem INVALID_TOKEN, VALIDATION_ERROR, FORBIDDEN for a suspended user
 */
export async function resetPassword(app: App, { origin }: Visitor, input: { token: string; password: string }) {
  const id = ticketOf(app, input.token);
  const ticket = await findTicket(app.db.reader, id, ["reset-password"]);
  const user = ticket && isTicketOpen(ticket, app.clock.date()) && (await findUser(app.db.reader, ticket.userId));
  if (!user) throw new Problem("INVALID_TOKEN");
  await requireNotSuspended(app.db.reader, ticket);
  const organizations = await organizationNamesOf(app.db.reader, user.id);
  await requireStrongPassword(app, input.password, { ...user, organizations });
  const passwordHash = await app.passwords.hash(input.password, user.id);

  const done = await app.db.write(async (tx) => {
    const before = await lockUser(tx, user.id);
    const consumed = await consumeTicket(tx, id, ["reset-password"]);
    if (!before || before.suspendedAt || before.email !== consumed?.email) return false;
    const auditActor = { kind: "user", userId: before.id, origin } as const;
    if (!before.emailVerifiedAt && app.config.emailVerification !== "off") {
      const removed = await removeAddedAccess(tx, auditActor, before.id, before.createdAt);
      if (removed !== "nothing") {
        const values = { at: tx.now, removed };
        await enqueueEmail(tx, { to: before.email, template: "access-removed", values });
      }
    }
    await markVerified(tx, before.id, before.email);
    await replacePassword(tx, before, passwordHash, previousHash(before));
    await clearAttempts(tx, before);
    await deleteKnownNetworks(tx, before.id);
    await rememberNetwork(tx, before.id, networkOf(origin.ip));
    await afterPasswordChange(app, tx, before, origin);
    await endSessionsOf(tx, before.id, "password_changed");
    await endAndRecord(tx, auditActor, { userId: before.id }, "account_recovered");
    await record(tx, auditActor, { action: "user.password_reset", chain: before.id, target: before.id });
    return true;
  });
  if (!done) throw new Problem("INVALID_TOKEN");
}
