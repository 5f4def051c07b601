import { and, asc, desc, eq, getTableColumns, gte, inArray, lt, lte, or, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { bind, bindRow, prepared, rowOf } from "../db/prepared";
import { type DeliveryStatus, webhookDeliveries } from "../db/tables";
import type { DeliveryId, WebhookId } from "../ids";

export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** Inserts deliveries; those that an endpoint has of the same event stay as they are. */
export async function insertDeliveries(tx: Writer, rows: DeliveryRow[]) {
  // On PostgreSQL they are sent without waiting for each other.
  await Promise.all(rows.map((row) => newDelivery(tx, rowOf(columns, row))));
}

const columns = getTableColumns(webhookDeliveries);
const newDelivery = prepared<Record<string, unknown>, Promise<unknown>>("new_delivery", (db) =>
  db.insert(webhookDeliveries).values(bindRow(columns)).onConflictDoNothing(),
);

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

/** Begins attempts at the deliveries of a webhook that are due first, in the order to send them; until `leaseEnd` no other can begin. */
export async function beginAttempts(
  tx: Writer,
  webhookId: WebhookId,
  { max, leaseEnd }: { max: number; leaseEnd: Date },
): Promise<BegunDelivery[]> {
  const due = and(
    eq(webhookDeliveries.webhookId, webhookId),
    eq(webhookDeliveries.status, "pending"),
    lte(webhookDeliveries.dueAt, tx.now),
  );
  const next = await tx
    .select({ id: webhookDeliveries.id, dueAt: webhookDeliveries.dueAt })
    .from(webhookDeliveries)
    .where(due)
    .orderBy(asc(webhookDeliveries.dueAt), asc(webhookDeliveries.seq))
    .limit(max);
  if (next.length === 0) return [];
  const places = new Map(next.map(({ id, dueAt }, place) => [id, { place, wasDueAt: dueAt }]));
  const begun = await tx
    .update(webhookDeliveries)
    .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, dueAt: leaseEnd })
    .where(and(inArray(webhookDeliveries.id, [...places.keys()]), due))
    .returning();
  return begun
    .map((row) => ({ ...row, wasDueAt: places.get(row.id)!.wasDueAt }))
    .sort((a, b) => places.get(a.id)!.place - places.get(b.id)!.place);
}

/** A delivery of which an attempt was begun, and when it was due before. */
export interface BegunDelivery extends DeliveryRow {
  wasDueAt: Date;
}

/** Undoes the begin of attempts that were not made; they keep their place before later events. */
export async function undoBegin(tx: Writer, begun: BegunDelivery[]) {
  for (const { webhookId, id, attempts, wasDueAt } of begun) {
    await tx
      .update(webhookDeliveries)
      .set({ attempts: attempts - 1, dueAt: wasDueAt })
      .where(and(named(webhookId, id), eq(webhookDeliveries.attempts, attempts)));
  }
}

/** Writes what became of an attempt, unless another was begun meanwhile; false then. */
export async function settleAttempt(
  tx: Writer,
  { id, webhookId, attempts }: DeliveryRow,
  { status, dueAt, history, responseBody }: Pick<DeliveryRow, "status" | "dueAt" | "history" | "responseBody">,
): Promise<boolean> {
  const settled = await settledDelivery(tx, { id, webhookId, attempts, status, dueAt, history, responseBody });
  return settled.length > 0;
}

const settledDelivery = prepared<
  Pick<DeliveryRow, "id" | "webhookId" | "attempts" | "status" | "dueAt" | "history" | "responseBody">,
  Promise<{ id: DeliveryId }[]>
>("settled_delivery", (db) =>
  db
    .update(webhookDeliveries)
    .set({
      status: sql`case when ${webhookDeliveries.status} = 'paused' and ${bind(webhookDeliveries.status, "status")} = 'pending' then 'paused' else ${bind(webhookDeliveries.status, "status")} end`,
      dueAt: sql`${bind(webhookDeliveries.dueAt, "dueAt")}`,
      history: sql`${bind(webhookDeliveries.history, "history")}`,
      responseBody: sql`${bind(webhookDeliveries.responseBody, "responseBody")}`,
    })
    .where(
      and(
        eq(webhookDeliveries.webhookId, sql.placeholder("webhookId")),
        eq(webhookDeliveries.id, sql.placeholder("id")),
        eq(webhookDeliveries.attempts, sql.placeholder("attempts")),
        inArray(webhookDeliveries.status, ["pending", "paused"]),
      ),
    )
    .returning({ id: webhookDeliveries.id }),
);

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
