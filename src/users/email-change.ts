import type { Origin, UserActor, Visitor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import { UniqueViolation, type Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { enqueueEmail } from "../mail/outbox";
import { invalid, notices, Problem } from "../problems";
import { endSessionsOf } from "../sessions/sessions.sql";
import { issueTicket, ticketOf } from "../tickets/tickets";
import { consumeTicket, endTicketsExceptUndo, endTicketsSince, type TicketRow } from "../tickets/tickets.sql";
import { removeAddedAccess } from "./added-access";
import { type Identity, reauthenticate } from "./reauthenticate";
import { emailTaken } from "./taken-email";
import { findEmailOwner, findUser, lockUser, setEmail } from "./users.sql";

/**
 * Emails a link to the new email. Nothing changes before it is confirmed. The response is the same when an account with that email exists.
 * @throws Problem as `reauthenticate`, VALIDATION_ERROR for the email the account already has
 */
export async function requestEmailChange(
  app: App,
  actor: UserActor,
  { email, ...identity }: Identity & { email: string },
) {
  const user = await reauthenticate(app, actor, identity);
  if (user.email === email) throw invalid("email", fieldMessages.ownEmail);
  await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    const owner = await findEmailOwner(tx, email, tx.now);
    const values = async () => ({ ticket: await issueTicket(tx, "change-email", user.id, email) });
    if (owner && owner.user.id !== user.id) await emailTaken(tx, email, owner.reservedUntil);
    else await enqueueEmail(tx, { to: email, template: "change-email", values });
    await record(tx, actor, { action: "user.email_change_requested", chain: user.id, target: user.id });
  });
  return { message: notices.emailChangeRequested };
}

/** Replaces the account's email by the one the ticket was sent to. The old email is notified and can undo the change for seven days. */
export async function confirmEmailChange(app: App, tx: Writer, ticket: TicketRow, origin: Origin): Promise<boolean> {
  const { userId, email } = ticket;
  const user = await findUser(tx, userId);
  if (!user) return false;
  await endTicketsExceptUndo(tx, userId);
  // If the old email was never verified, its reader may not be the user, and the link would hand over the account.
  if (user.emailVerifiedAt || app.config.emailVerification === "off") {
    const undo = await issueTicket(tx, "undo-email-change", userId, user.email);
    await enqueueEmail(tx, {
      to: user.email,
      template: "email-changed",
      values: { ticket: undo, at: tx.now },
    });
  }
  await setEmail(tx, userId, email, tx.now);
  const auditActor = { kind: "user", userId, origin } as const;
  await record(tx, auditActor, { action: "user.email_changed", chain: userId, target: userId });
  return true;
}

/**
 * Gives an account its old email back, with the token that was sent there. All sessions end, and so does every way
 * into the account that was added since: someone else may have changed the email. The user is emailed what was removed.
 * @throws Problem INVALID_TOKEN
 */
export async function undoEmailChange(app: App, { origin }: Visitor, input: { token: string }) {
  const id = ticketOf(app, input.token);
  const undone = await app.db.write(async (tx) => {
    const ticket = await consumeTicket(tx, id, ["undo-email-change"]);
    if (!ticket || !(await lockUser(tx, ticket.userId))) return false;
    const { userId, email, createdAt } = ticket;
    // Where emails are not verified, the reader of the old one may never have held the account.
    await setEmail(tx, userId, email, app.config.emailVerification === "off" ? null : tx.now);
    await endTicketsSince(tx, userId, createdAt);
    await endSessionsOf(tx, userId, "email_restored");
    const auditActor = { kind: "user", userId, origin } as const;
    const removed = await removeAddedAccess(tx, auditActor, userId, createdAt);
    await enqueueEmail(tx, { to: email, template: "email-restored", values: { at: tx.now, removed } });
    await record(tx, auditActor, { action: "user.email_restored", chain: userId, target: userId });
    return true;
  });
  if (!undone) throw new Problem("INVALID_TOKEN");
}

/** Another account took the email between the request and its confirmation: CONFLICT. Everything else is thrown as it is. */
export function rethrowEmailTaken(error: unknown): never {
  throw error instanceof UniqueViolation ? new Problem("CONFLICT", { reason: "email_taken" }) : error;
}
