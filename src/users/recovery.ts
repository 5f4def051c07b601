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
 * Sets a new password with the token of a letter. All sessions end, nobody is logged in by it, and a second factor stays.
 * A password that is refused leaves the token good. Who resets the password of an account whose address nobody had
 * proven is its owner from now on: what was set up before them ends.
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
    const spent = await consumeTicket(tx, id, ["reset-password"]);
    const before = spent && (await findUser(tx, spent.userId));
    if (before?.email !== spent?.email || !before) return false;
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
