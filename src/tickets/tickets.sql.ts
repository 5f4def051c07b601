import { and, eq, gt, gte, inArray, isNull, lt, ne } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { type TicketKind, tickets } from "../db/tables";
import type { TicketId, UserId } from "../ids";

export type TicketRow = typeof tickets.$inferSelect;

export async function insertTicket(tx: Writer, ticket: typeof tickets.$inferInsert) {
  await tx.insert(tickets).values(ticket);
}

const open = (id: TicketId, kinds: TicketKind[], now: Date) =>
  and(eq(tickets.id, id), inArray(tickets.kind, kinds), isNull(tickets.consumedAt), gt(tickets.expiresAt, now));

/** A ticket that could be consumed now. */
export async function findOpenTicket(
  db: Reader,
  id: TicketId,
  kinds: TicketKind[],
  now: Date,
): Promise<TicketRow | undefined> {
  return (
    await db
      .select()
      .from(tickets)
      .where(open(id, kinds, now))
  )[0];
}

/** Consumes a ticket of these kinds. Of concurrent calls, one gets it. */
export async function consumeTicket(tx: Writer, id: TicketId, kinds: TicketKind[]): Promise<TicketRow | undefined> {
  return (
    await tx
      .update(tickets)
      .set({ consumedAt: tx.now })
      .where(open(id, kinds, tx.now))
      .returning()
  )[0];
}

/** Deletes a user's tickets, of one kind or all. */
export async function deleteTickets(tx: Writer, userId: UserId, kind?: TicketKind) {
  await tx.delete(tickets).where(and(eq(tickets.userId, userId), kind && eq(tickets.kind, kind)));
}

/** Deletes all of a user's tickets except those that undo a change of email. */
export async function deleteTicketsButUndo(tx: Writer, userId: UserId) {
  await tx.delete(tickets).where(and(eq(tickets.userId, userId), ne(tickets.kind, "undo-email-change")));
}

/** Deletes the tickets that a user was sent at this time or later. */
export async function deleteTicketsSince(tx: Writer, userId: UserId, since: Date) {
  await tx.delete(tickets).where(and(eq(tickets.userId, userId), gte(tickets.createdAt, since)));
}

export async function pruneTickets(tx: Writer, before: Date) {
  await tx.delete(tickets).where(lt(tickets.expiresAt, before));
}
