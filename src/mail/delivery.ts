import type { App } from "../app";
import type { Reader } from "../db/database";
import { type InvitationTicketId, isId, type TicketId } from "../ids";
import { findInvitationBy } from "../invitations/invitations.sql";
import { findTicket, isTicketOpen } from "../tickets/tickets.sql";
import { failureOf } from "./failures";
import { type Mailer, MailerClosed } from "./mailer";
import { claimEmails, isEmailDue, type OutboxRow, settleEmail } from "./outbox.sql";

/** Emails that are sent side by side. */
const batch = 20;
/** How long an email belongs to the process that took it. If that process dies, another one takes it after this time. */
const lease = 5 * 60_000;
/** The waits between attempts double from here to the longest one. */
const firstWait = 15_000;
/** Where this installation is at fault, and may be mended at any time. */
const maxOwnWait = 15 * 60_000;
const maxWait = 4 * 3_600_000;
/** Attempts, in about two days, after which an email is given up that the sender is not at fault for. */
const maxAttempts = 20;

/** Mailers whose last attempt failed by the sender's own fault: one email at a time tries whether that is mended. */
const failing = new WeakSet<Mailer>();

/** Sends all emails that are due. */
export async function deliverDueEmails(app: App) {
  while ((await deliverEmails(app)) === batch);
}

/**
 * Sends emails that are due, at most a batch of them. Each is taken by a conditional update, so that of all processes one sends it. What fails is
 * tried again later; what the recipient's server refuses for good, or fails too often, is given up.
 * @returns how many were tried
 */
export async function deliverEmails(app: App): Promise<number> {
  if (app.stopping || !(await isEmailDue(app.db.reader, app.clock.date()))) return 0;
  const max = failing.has(app.mailer) ? 1 : batch;
  const taken = await app.db.write((tx) => claimEmails(tx, max, new Date(tx.now.getTime() + lease)));
  const checked = await Promise.all(
    taken.map(async (row) => ({ row, pointless: await whyPointless(app.db.reader, row, app.clock.date()) })),
  );
  await Promise.all(checked.map(({ row, pointless }) => deliver(app, row, pointless)));
  return taken.length;
}

/** @param pointless why it is not worth sending anymore */
async function deliver(app: App, row: OutboxRow, pointless: string | undefined) {
  const settle = (outcome: (now: Date) => Parameters<typeof settleEmail>[2]) =>
    app.db.write((tx) => settleEmail(tx, row, outcome(tx.now)));
  if (pointless !== undefined) return settle(() => ({ state: "dropped", failure: pointless }));
  try {
    await app.mailer.send(app.renderEmail(row));
  } catch (error) {
    if (error instanceof MailerClosed) return settle((now) => ({ dueAt: now, attempts: row.attempts - 1 }));
    return retryLater(app, row, error, settle);
  }
  failing.delete(app.mailer);
  return settle(() => ({ state: "sent", failure: null }));
}

function retryLater(
  app: App,
  { id, to, template, attempts }: OutboxRow,
  error: unknown,
  settle: (outcome: (now: Date) => Parameters<typeof settleEmail>[2]) => Promise<void>,
) {
  const { by, reason: failure } = failureOf(error, to);
  if (by === "sender") failing.add(app.mailer);
  else failing.delete(app.mailer);
  const context = { template, emailId: id, attempts, failure };
  if (by === "recipient" || (by === "unknown" && attempts >= maxAttempts)) {
    app.log.error(context, "an email was given up");
    return settle(() => ({ state: "failed", failure }));
  }
  app.log.warn(context, "an email could not be sent; it will be tried again");
  const wait = Math.min(firstWait * 2 ** (attempts - 1), by === "sender" ? maxOwnWait : maxWait);
  return settle((now) => ({ failure, dueAt: new Date(now.getTime() + wait) }));
}

/** Why an email is not sent anymore: its link was used, replaced or canceled, or has expired. */
async function whyPointless(db: Reader, { values }: OutboxRow, now: Date): Promise<string | undefined> {
  const id = values.ticket;
  if (id === undefined) return undefined;
  const isLive = isId("ivt", id)
    ? await isInvitationLive(db, id, now)
    : isId("tkt", id) && (await isTicketLive(db, id, now));
  return isLive ? undefined : "the link was used, replaced or canceled, or has expired";
}

async function isTicketLive(db: Reader, id: TicketId, now: Date) {
  const ticket = await findTicket(db, id);
  return ticket !== undefined && isTicketOpen(ticket, now);
}

async function isInvitationLive(db: Reader, ticket: InvitationTicketId, now: Date) {
  const invitation = await findInvitationBy(db, { ticket });
  return invitation?.state === "open" && invitation.expiresAt > now;
}
