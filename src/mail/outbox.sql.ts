import { and, asc, desc, eq, inArray, isNotNull, lt, lte, max, min, type SQL, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { type MoreOccasions, outbox } from "../db/tables";
import type { EmailId } from "../ids";

export type OutboxRow = typeof outbox.$inferSelect;

export async function insertEmail(tx: Writer, row: typeof outbox.$inferInsert) {
  await tx.insert(outbox).values(row);
}

/** The latest place in the order among the emails of a cause and a priority that wait. */
export async function lastPosition(db: Reader, cause: string, priority: number): Promise<number | null> {
  const [row] = await db
    .select({ last: max(outbox.position) })
    .from(outbox)
    .where(and(eq(outbox.cause, cause), eq(outbox.state, "waiting"), eq(outbox.priority, priority)));
  return row!.last;
}

/** An email that collects occasions of a kind for a recipient and was not tried yet, locked until the transaction ends. */
export async function lockCollecting(tx: Writer, to: string, template: string): Promise<OutboxRow | undefined> {
  const collecting = and(
    eq(outbox.to, to),
    eq(outbox.template, template),
    eq(outbox.state, "waiting"),
    eq(outbox.attempts, 0),
    isNotNull(outbox.more),
  );
  const [row] = await tx
    .update(outbox)
    .set({ state: sql`${outbox.state}` })
    .where(collecting)
    .returning();
  return row;
}

export async function setMore(tx: Writer, id: EmailId, more: MoreOccasions) {
  await tx.update(outbox).set({ more }).where(eq(outbox.id, id));
}

const ids = (rows: { id: EmailId }[]) => rows.map(({ id }) => id);
/** A condition as an expression, for which SQLite uses no index: it would prefer one on the due time, and read and sort all that is due. */
const unindexed = (condition: SQL | undefined) => sql`case when ${condition} then 1 end = 1`;
const due = (now: Date) => and(eq(outbox.state, "waiting"), lte(outbox.dueAt, now));

export async function isEmailDue(db: Reader, now: Date): Promise<boolean> {
  return (await db.select({ id: outbox.id }).from(outbox).where(due(now)).limit(1)).length > 0;
}

/** Takes emails that are due, in their order; no other process can take them before `leaseEnd`. */
export async function claimEmails(tx: Writer, max: number, leaseEnd: Date): Promise<OutboxRow[]> {
  const next = await tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.state, "waiting"), unindexed(lte(outbox.dueAt, tx.now))))
    .orderBy(asc(outbox.priority), asc(outbox.position), asc(outbox.id))
    .limit(max);
  const claimed = await tx
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, dueAt: leaseEnd })
    .where(and(inArray(outbox.id, ids(next)), unindexed(due(tx.now))))
    .returning();
  return claimed.sort((a, b) => a.priority - b.priority || a.position - b.position);
}

/** Writes what became of an attempt, unless its lease ended and another process has the email. */
export async function settleEmail(
  tx: Writer,
  { id, attempts }: { id: EmailId; attempts: number },
  outcome: Partial<Pick<OutboxRow, "state" | "dueAt" | "failure" | "attempts">>,
) {
  await tx
    .update(outbox)
    .set(outcome)
    .where(and(eq(outbox.id, id), eq(outbox.attempts, attempts), eq(outbox.state, "waiting")));
}

/**
 * Removes the emails of a kind about something that was canceled, as far as they are not sent. One that a process is handing over at this
 * moment may still arrive. Call it in the transaction that cancels.
 */
export async function dropPendingEmails(
  tx: Writer,
  { template, about }: { template: string; about: string | string[] },
) {
  await tx
    .delete(outbox)
    .where(and(inArray(outbox.about, [about].flat()), eq(outbox.template, template), eq(outbox.state, "waiting")));
}

/** How many emails wait and were given up, and since when the first of those that wait is due. */
export async function outboxState(db: Reader): Promise<{ waiting: number; failed: number; oldestDueAt: Date | null }> {
  const waiting = eq(outbox.state, "waiting");
  const [row] = await db
    .select({ oldestDueAt: min(outbox.dueAt) })
    .from(outbox)
    .where(waiting);
  return {
    waiting: await db.$count(outbox, waiting),
    failed: await db.$count(outbox, eq(outbox.state, "failed")),
    oldestDueAt: row!.oldestDueAt,
  };
}

/** Emails that were given up, the latest first; `before` is the id of the last one of the page before. */
export async function listFailedEmails(
  db: Reader,
  { limit, before }: { limit: number; before?: EmailId | undefined },
): Promise<OutboxRow[]> {
  return db
    .select()
    .from(outbox)
    .where(and(eq(outbox.state, "failed"), before && lt(outbox.id, before)))
    .orderBy(desc(outbox.id))
    .limit(limit);
}

/** Sends an email that was given up again, as if it had never been tried; false when it is not there or was not given up. */
export async function retryEmail(tx: Writer, id: EmailId): Promise<boolean> {
  const retried = await tx
    .update(outbox)
    .set({ state: "waiting", attempts: 0, dueAt: tx.now, failure: null })
    .where(and(eq(outbox.id, id), eq(outbox.state, "failed")))
    .returning({ id: outbox.id });
  return retried.length > 0;
}

/** Removes an email that waits or was given up; false when there is none. */
export async function dropEmail(tx: Writer, id: EmailId): Promise<boolean> {
  const dropped = await tx
    .delete(outbox)
    .where(and(eq(outbox.id, id), inArray(outbox.state, ["waiting", "failed"])))
    .returning({ id: outbox.id });
  return dropped.length > 0;
}

/** Deletes emails that were sent or dropped, by the time that happened. */
export const pruneSentEmails = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, outbox, and(inArray(outbox.state, ["sent", "dropped"]), lt(outbox.dueAt, before)), max);

/** Deletes emails that were given up, by the time that happened. */
export const pruneFailedEmails = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, outbox, and(eq(outbox.state, "failed"), lt(outbox.dueAt, before)), max);
