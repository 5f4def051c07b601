import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { takeAttempt } from "../limits/attempts.sql";
import { enqueueEmail, type OutgoingEmail } from "../mail/outbox";
import { notices } from "../problems";
import { issueTicket } from "../tickets/tickets";
import { type EmailRequest, insertEmailRequest, isEmailRequested, takeEmailRequests } from "./email-requests.sql";
import { findUserByEmail } from "./users.sql";

/** Letters of a kind that strangers can cause at one address within an hour. */
const maxEmails = 5;
const hour = 3_600_000;

/**
 * Notes that somebody asked for a letter. Whether the address has an account is looked up afterwards by
 * `answerLetterRequests`: the answer and the work before it are the same for every address.
 */
export async function requestEmail(app: App, visitor: Visitor, template: EmailRequest["template"], email: string) {
  const { ip, userAgent, requestId } = visitor.origin;
  await app.db.write((tx) => {
    const id = newId("erq", tx.now.getTime());
    return insertEmailRequest(tx, { id, template, email, ip, userAgent, requestId, createdAt: tx.now });
  });
  return { message: notices.emailRequested };
}

/** Writes the letters that were asked for, to those who have an account. */
export async function sendRequestedEmails(app: App) {
  if (!(await isEmailRequested(app.db.reader))) return;
  await app.db.write(async (tx) => {
    for (const request of await takeEmailRequests(tx, 50)) await answer(tx, request);
  });
}

async function answer(tx: Writer, { template, email, ...origin }: EmailRequest) {
  const user = await findUserByEmail(tx, email);
  if (!user || (template === "verify-email" && user.emailVerifiedAt)) return;
  const posted = await enqueueThrottledEmail(tx, email, template, async () => {
    return { to: email, template, values: { ticket: await issueTicket(tx, template, user.id, email) } };
  });
  if (!posted) return;
  const action = template === "reset-password" ? "user.password_reset_requested" : "user.verification_requested";
  await record(tx, { kind: "user", userId: user.id, origin }, { action, chain: user.id, target: user.id });
}

/**
 * Posts a letter that a stranger can cause, unless the address got too many of its kind within the hour; nobody is told.
 * Each kind is counted by itself: who has one letter sent over and over keeps no other from its owner.
 */
export async function enqueueThrottledEmail<Name extends OutgoingEmail["template"]>(
  tx: Writer,
  to: string,
  template: Name,
  write: () => Promise<OutgoingEmail & { template: Name }>,
): Promise<boolean> {
  if (!(await takeAttempt(tx, `letters:${template}:${to}`, maxEmails, hour))) return false;
  await enqueueEmail(tx, await write());
  return true;
}
