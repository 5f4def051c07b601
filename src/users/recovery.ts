import type { Visitor } from "../access/actor";
import { disableKeysAfterTakeover } from "../api-keys/creators";
import type { App } from "../app";
import { record } from "../audit/audit";
import { organizationNamesOf } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { endSessionsOf } from "../sessions/sessions.sql";
import { ticketOf } from "../tickets/tickets";
import { consumeTicket, findOpenTicket } from "../tickets/tickets.sql";
import { deleteTwoFactor } from "../two-factor/two-factor.sql";
import { clearAttempts } from "./login-attempts";
import { afterPasswordChange } from "./password";
import { requireStrongPassword } from "./password-policy";
import { findUser, markVerified, setPassword } from "./users.sql";

/**
 * Sets a new password with an emailed token. All sessions end, no new one is opened, and a second factor stays. A password that is refused
 * does not consume the token. A reset of an account whose email was never verified proves who owns the email: the second factor and API keys
 * that were set up before it end.
 * @throws Problem INVALID_TOKEN, VALIDATION_ERROR
 */
export async function resetPassword(app: App, visitor: Visitor, input: { token: string; password: string }) {
  const id = ticketOf(app, input.token);
  const ticket = await findOpenTicket(app.db.reader, id, ["reset-password"], app.clock.date());
  const user = ticket && (await findUser(app.db.reader, ticket.userId));
  if (!user) throw new Problem("INVALID_TOKEN");
  const organizations = await organizationNamesOf(app.db.reader, user.id);
  await requireStrongPassword(app, input.password, { ...user, organizations });
  const passwordHash = await app.passwords.hash(input.password);

  const done = await app.db.write(async (tx) => {
    const consumed = await consumeTicket(tx, id, ["reset-password"]);
    const before = consumed && (await findUser(tx, consumed.userId));
    if (before?.email !== consumed?.email || !before) return false;
    const auditActor = { kind: "user", userId: before.id, origin: visitor.origin } as const;
    if (!before.emailVerifiedAt && app.config.emailVerification !== "off") {
      await deleteTwoFactor(tx, before.id);
      await disableKeysAfterTakeover(tx, auditActor, before.id);
    }
    await markVerified(tx, before.id, before.email);
    await setPassword(tx, before.id, passwordHash);
    await clearAttempts(tx, before.email, visitor.origin);
    await afterPasswordChange(tx, before, visitor.origin);
    await endSessionsOf(tx, before.id, "password_changed");
    await record(tx, auditActor, { action: "user.password_reset", chain: before.id, target: before.id });
    return true;
  });
  if (!done) throw new Problem("INVALID_TOKEN");
}
