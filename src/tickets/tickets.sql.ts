import { and, eq, gt, gte, inArray, isNull, lt, ne, type SQL } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { type TicketKind, tickets } from "../db/tables";
import type { TicketId, UserId } from "../ids";

export type TicketRow = typeof tickets.$inferSelect;

export async function insertTicket(tx: Writer, ticket: typeof tickets.$inferInsert) {
  await tx.insert(tickets).values(ticket);
}

/** A ticket, of these kinds where they are given, whether or not it can still be consumed. */
export async function findTicket(db: Reader, id: TicketId, kinds?: TicketKind[]): Promise<TicketRow | undefined> {
  const found = await db
    .select()
    .from(tickets)
    .where(and(eq(tickets.id, id), kinds && inArray(tickets.kind, kinds)));
  return found[0];
}

/** An open ticket of a kind for an email and a verifier. */
export async function findOpenTicketBy(
  tx: Writer,
  kind: TicketKind,
  email: string,
  verifierHash: string,
): Promise<TicketRow | undefined> {
  const isTheirs = and(eq(tickets.email, email), eq(tickets.kind, kind), eq(tickets.verifierHash, verifierHash));
  const found = await tx
    .select()
    .from(tickets)
    .where(and(isTheirs, isNull(tickets.endedAt), gt(tickets.expiresAt, tx.now)))
    .limit(1);
  return found[0];
}

/** Notes that the code of a link to sign in was shown; false when the link does not work any more. */
export async function markCodeShown(tx: Writer, id: TicketId): Promise<boolean> {
  const marked = await tx
    .update(tickets)
    .set({ codeShownAt: tx.now })
    .where(and(eq(tickets.id, id), eq(tickets.kind, "sign-in"), isNull(tickets.endedAt), gt(tickets.expiresAt, tx.now)))
    .returning({ id: tickets.id });
  return marked.length > 0;
}

/** Whether a ticket can be consumed now. */
export const isTicketOpen = ({ endedAt, expiresAt }: TicketRow, now: Date): boolean => !endedAt && expiresAt > now;

/** Consumes a ticket of these kinds. Of concurrent calls, one gets it. */
export async function consumeTicket(tx: Writer, id: TicketId, kinds: TicketKind[]): Promise<TicketRow | undefined> {
  const consumed = await tx
    .update(tickets)
    .set({ endedAt: tx.now })
    .where(
      and(eq(tickets.id, id), inArray(tickets.kind, kinds), isNull(tickets.endedAt), gt(tickets.expiresAt, tx.now)),
    )
    .returning();
  return consumed[0];
}

/** Ends a user's tickets of one kind, or only those for one browser. */
export const endTickets = (tx: Writer, userId: UserId, kind: TicketKind, verifierHash: string | null) =>
  endWhere(tx, userId, and(eq(tickets.kind, kind), verifierHash ? eq(tickets.verifierHash, verifierHash) : undefined));

/** Ends all of a user's tickets except those that undo a change of email. */
export const endTicketsExceptUndo = (tx: Writer, userId: UserId) =>
  endWhere(tx, userId, ne(tickets.kind, "undo-email-change"));

/** Ends the tickets that were issued for a user at this time or later. */
export const endTicketsSince = (tx: Writer, userId: UserId, since: Date) =>
  endWhere(tx, userId, gte(tickets.createdAt, since));

async function endWhere(tx: Writer, userId: UserId, where: SQL | undefined) {
  await tx
    .update(tickets)
    .set({ endedAt: tx.now })
    .where(and(eq(tickets.userId, userId), isNull(tickets.endedAt), where));
}

/** Deletes all of a user's tickets, with the emails they were sent to. */
export async function deleteTickets(tx: Writer, userId: UserId) {
  await tx.delete(tickets).where(eq(tickets.userId, userId));
}

/** Deletes tickets that expired before a time. */
export const pruneTickets = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, tickets, lt(tickets.expiresAt, before), max);
