import { and, asc, eq, inArray, lt, lte, ne, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { outbox } from "../db/tables";
import type { EmailId } from "../ids";

export type OutboxRow = typeof outbox.$inferSelect;

export async function insertEmail(tx: Writer, row: typeof outbox.$inferInsert) {
  await tx.insert(outbox).values(row);
}

export async function isEmailDue(db: Reader, now: Date): Promise<boolean> {
  return (await db.select({ id: outbox.id }).from(outbox).where(due(now)).limit(1)).length > 0;
}

/** Takes letters that are due, and nobody else can take them before `leaseEnd`. */
export async function claimEmails(tx: Writer, max: number, leaseEnd: Date): Promise<OutboxRow[]> {
  const next = tx.select({ id: outbox.id }).from(outbox).where(due(tx.now)).orderBy(asc(outbox.dueAt)).limit(max);
  return tx
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, dueAt: leaseEnd })
    .where(and(inArray(outbox.id, next), due(tx.now)))
    .returning();
}

const due = (now: Date) => and(eq(outbox.state, "waiting"), lte(outbox.dueAt, now));

/** Writes what became of an attempt, unless its lease ended and the letter is somebody else's by now. */
export async function settleEmail(
  tx: Writer,
  { id, attempts }: { id: EmailId; attempts: number },
  outcome: Partial<Pick<OutboxRow, "state" | "dueAt" | "failure">>,
) {
  await tx
    .update(outbox)
    .set(outcome)
    .where(and(eq(outbox.id, id), eq(outbox.attempts, attempts)));
}

/** Forgets letters that were sent or given up. */
export async function pruneEmails(tx: Writer, before: Date) {
  await tx.delete(outbox).where(and(ne(outbox.state, "waiting"), lt(outbox.createdAt, before)));
}
