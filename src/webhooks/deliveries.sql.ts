import { and, asc, desc, eq, gte, inArray, lt, lte, or, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { type DeliveryStatus, webhookDeliveries } from "../db/tables";
import type { DeliveryId, WebhookId } from "../ids";

export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** Inserts deliveries; those that an endpoint has of the same event stay as they are. */
export async function insertDeliveries(tx: Writer, rows: DeliveryRow[]) {
  if (rows.length > 0) await tx.insert(webhookDeliveries).values(rows).onConflictDoNothing();
}

const named = (webhookId: WebhookId, id: DeliveryId) =>
  and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, id));

export async function findDelivery(db: Reader, webhookId: WebhookId, id: DeliveryId): Promise<DeliveryRow | undefined> {
  return (await db.select().from(webhookDeliveries).where(named(webhookId, id)))[0];
}

/** The deliveries of a webhook, the newest first, older than the one that `before` names. */
export async function listDeliveries(
  db: Reader,
  webhookId: WebhookId,
  { before, status, limit }: { before: string | undefined; status: DeliveryStatus | undefined; limit: number },
): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.webhookId, webhookId),
        status && eq(webhookDeliveries.status, status),
        before === undefined ? undefined : lt(webhookDeliveries.id, before as DeliveryId),
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit);
}

/** Begins an attempt at the delivery of a webhook that is due first; until `leaseEnd` no other can begin. */
export async function beginAttempt(tx: Writer, webhookId: WebhookId, leaseEnd: Date): Promise<DeliveryRow | undefined> {
  const due = and(
    eq(webhookDeliveries.webhookId, webhookId),
    eq(webhookDeliveries.status, "pending"),
    lte(webhookDeliveries.dueAt, tx.now),
  );
  const next = tx
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(due)
    .orderBy(asc(webhookDeliveries.dueAt), asc(webhookDeliveries.seq))
    .limit(1);
  const [begun] = await tx
    .update(webhookDeliveries)
    .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, dueAt: leaseEnd })
    .where(and(inArray(webhookDeliveries.id, next), due))
    .returning();
  return begun;
}

/** Writes what became of an attempt, unless another was begun meanwhile; false then. */
export async function settleAttempt(
  tx: Writer,
  { webhookId, id, attempts }: DeliveryRow,
  outcome: Pick<DeliveryRow, "history" | "responseBody"> & Partial<Pick<DeliveryRow, "status" | "dueAt">>,
): Promise<boolean> {
  const settled = await tx
    .update(webhookDeliveries)
    .set(outcome)
    .where(
      and(
        named(webhookId, id),
        eq(webhookDeliveries.attempts, attempts),
        inArray(webhookDeliveries.status, ["pending", "paused"]),
      ),
    )
    .returning({ id: webhookDeliveries.id });
  return settled.length > 0;
}

/** Has a delivery sent again, once. One that is pending is only tried earlier. */
export async function repeatDelivery(
  tx: Writer,
  { webhookId, id, status, attempts }: DeliveryRow,
): Promise<DeliveryRow | undefined> {
  const [repeated] = await tx
    .update(webhookDeliveries)
    .set({ dueAt: tx.now, ...(status !== "pending" && { status: "pending" as const, manual: true }) })
    .where(and(named(webhookId, id), eq(webhookDeliveries.status, status), eq(webhookDeliveries.attempts, attempts)))
    .returning();
  return repeated;
}

const changeStatus = (tx: Writer, webhookId: WebhookId, from: DeliveryStatus[], to: DeliveryStatus) =>
  tx
    .update(webhookDeliveries)
    .set({ status: to })
    .where(and(eq(webhookDeliveries.webhookId, webhookId), inArray(webhookDeliveries.status, from)));

/** Keeps what a webhook has to send until it is enabled again. */
export async function pauseDeliveries(tx: Writer, webhookId: WebhookId) {
  await changeStatus(tx, webhookId, ["pending"], "paused");
}

/** Gives up what waits for a webhook. */
export async function cancelDeliveries(tx: Writer, webhookId: WebhookId) {
  await changeStatus(tx, webhookId, ["pending", "paused"], "canceled");
}

/** Begins the schedule of what waits for a webhook anew, and of what failed since a time. */
export async function resumeDeliveries(tx: Writer, webhookId: WebhookId, failedSince: Date | null) {
  const waits = inArray(webhookDeliveries.status, ["pending", "paused"]);
  const failed =
    failedSince === null
      ? undefined
      : and(eq(webhookDeliveries.status, "failed"), gte(webhookDeliveries.createdAt, failedSince));
  await tx
    .update(webhookDeliveries)
    .set({ status: "pending", attempts: 0, manual: false, dueAt: tx.now })
    .where(and(eq(webhookDeliveries.webhookId, webhookId), failed ? or(waits, failed) : waits));
}

/** Milliseconds that deliveries are kept. */
const retention = 30 * 24 * 3_600_000;

/** Deletes old deliveries, at most so many; how many it deleted. */
export async function pruneDeliveries(tx: Writer, limit: number): Promise<number> {
  const old = tx
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(lt(webhookDeliveries.createdAt, new Date(tx.now.getTime() - retention)))
    .orderBy(asc(webhookDeliveries.createdAt))
    .limit(limit);
  const deleted = await tx
    .delete(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, old))
    .returning({ id: webhookDeliveries.id });
  return deleted.length;
}
