import type { App } from "../app";
import type { Writer } from "../db/database";
import type { TicketKind } from "../db/tables";
import { newId, type TicketId, type UserId } from "../ids";
import { Problem } from "../problems";
import { lockUser } from "../users/users.sql";
import { endTickets, insertTicket } from "./tickets.sql";

const hour = 3_600_000;

/** How long each kind is valid, in milliseconds. The emails say the same. */
const lifetimes: Readonly<Record<TicketKind, number>> = {
  "verify-email": 24 * hour,
  "reset-password": hour,
  "change-email": hour,
  "undo-email-change": 7 * 24 * hour,
  "sign-in": hour / 4,
};

/**
 * Creates a ticket for a link that is emailed to `email`. The user's older tickets of its kind end, except those that undo a change of
 * email: a thief could end them by changing the email again. Of links to sign in, only those for the same browser end, or a stranger who
 * keeps asking for them could end each one that the user asks for.
 * @param verifierHash what the browser that asked for a link to sign in must show
 */
export async function issueTicket(
  tx: Writer,
  kind: TicketKind,
  userId: UserId,
  email: string,
  verifierHash: string | null = null,
): Promise<TicketId> {
  // Without the lock, two tickets that are issued at the same time would not see each other, and both would stay.
  await lockUser(tx, userId);
  if (kind !== "undo-email-change") await endTickets(tx, userId, kind, verifierHash);
  const id = newId("tkt", tx.now.getTime());
  const expiresAt = new Date(tx.now.getTime() + lifetimes[kind]);
  await insertTicket(tx, { id, kind, userId, email, verifierHash, createdAt: tx.now, expiresAt });
  return id;
}

/** The id of the ticket a token stands for. Whether it can still be consumed is not checked. @throws Problem INVALID_TOKEN */
export function ticketOf(app: App, token: string): TicketId {
  const id = app.mailedTokens.read("tkt", token);
  if (!id) throw new Problem("INVALID_TOKEN", { cause: "not a token of this installation" });
  return id;
}
