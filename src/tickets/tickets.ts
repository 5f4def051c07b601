import type { App } from "../app";
import type { Writer } from "../db/database";
import type { TicketKind } from "../db/tables";
import { newId, type TicketId, type UserId } from "../ids";
import { Problem } from "../problems";
import { lockUser } from "../users/users.sql";
import { deleteTickets, insertTicket } from "./tickets.sql";

const hour = 3_600_000;

/** How long each kind is good, in milliseconds. The letters say the same. */
const isLive: Readonly<Record<TicketKind, number>> = {
  "verify-email": 24 * hour,
  "reset-password": hour,
  "change-email": hour,
  "undo-email-change": 7 * 24 * hour,
};

/**
 * Makes a ticket that travels to `email` in a letter. It ends the person's older ones of its kind, except those that undo
 * a change of address: who stole an account could end them otherwise.
 */
export async function issueTicket(tx: Writer, kind: TicketKind, userId: UserId, email: string): Promise<TicketId> {
  // Or of letters written at the same moment none would see the other to end it.
  await lockUser(tx, userId);
  if (kind !== "undo-email-change") await deleteTickets(tx, userId, kind);
  const id = newId("tkt", tx.now.getTime());
  const expiresAt = new Date(tx.now.getTime() + isLive[kind]);
  await insertTicket(tx, { id, kind, userId, email, createdAt: tx.now, expiresAt });
  return id;
}

/** The ticket a token stands for; whether it is still good is for `spendTicket` to say. @throws Problem INVALID_TOKEN */
export function ticketOf(app: App, token: string): TicketId {
  const id = app.mailedTokens.read("tkt", token);
  if (!id) throw new Problem("INVALID_TOKEN", { cause: "not a token of ours" });
  return id;
}
