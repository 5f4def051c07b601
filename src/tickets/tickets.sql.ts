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

/** A ticket that could be spent now. */
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

/** Spends a ticket of these kinds; one winner. */
export async function consumeTicket(tx: Writer, id: TicketId, kinds: TicketKind[]): Promise<TicketRow | undefined> {
  return (
    await tx
      .update(tickets)
      .set({ consumedAt: tx.now })
      .where(open(id, kinds, tx.now))
      .returning()
  )[0];
}

/** Ends a person's tickets, of one kind or all. */
export async function deleteTickets(tx: Writer, userId: UserId, kind?: TicketKind) {
  await tx.delete(tickets).where(and(eq(tickets.userId, userId), kind && eq(tickets.kind, kind)));
}

/** Ends all of a person's tickets but those that undo a change of address. */
export async function deleteTicketsButUndo(tx: Writer, userId: UserId) {
  await tx.delete(tickets).where(and(eq(tickets.userId, userId), ne(tickets.kind, "undo-email-change")));
}

/** Ends what a person was sent at this moment and since. */
export async function deleteTicketsSince(tx: Writer, userId: UserId, since: Date) {
  await tx.delete(tickets).where(and(eq(tickets.userId, userId), gte(tickets.createdAt, since)));
}

export async function pruneTickets(tx: Writer, before: Date) {
  await tx.delete(tickets).where(lt(tickets.expiresAt, before));
}
