import { and, asc, count, eq, gt, gte, inArray, isNotNull, isNull, lte, min, not, or, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { bind, prepared } from "../db/prepared";
import { organizations, webhookDeliveries, webhooks } from "../db/tables";
import type { OrganizationId, UserId, WebhookId } from "../ids";
import type { PageOf } from "../paging";

export type WebhookRow = typeof webhooks.$inferSelect;

/** An organization's, or those of the installation. */
const ownedBy = (organizationId: OrganizationId | null) =>
  organizationId === null ? isNull(webhooks.organizationId) : eq(webhooks.organizationId, organizationId);

const named = (organizationId: OrganizationId | null, id: WebhookId) =>
  and(ownedBy(organizationId), eq(webhooks.id, id));

export async function insertWebhook(tx: Writer, row: typeof webhooks.$inferInsert): Promise<WebhookRow> {
  return (await tx.insert(webhooks).values(row).returning())[0]!;
}

export async function findWebhook(
  db: Reader,
  organizationId: OrganizationId | null,
  id: WebhookId,
): Promise<WebhookRow | undefined> {
  return (await db.select().from(webhooks).where(named(organizationId, id)))[0];
}

export async function countWebhooks(db: Reader, organizationId: OrganizationId | null): Promise<number> {
  return db.$count(webhooks, ownedBy(organizationId));
}

/** The webhooks of an organization, in the order they were created. */
export async function listWebhooks(
  db: Reader,
  organizationId: OrganizationId | null,
  { after = "", limit }: PageOf,
): Promise<WebhookRow[]> {
  return db
    .select()
    .from(webhooks)
    .where(and(ownedBy(organizationId), gt(webhooks.id, after as WebhookId)))
    .orderBy(asc(webhooks.id))
    .limit(limit);
}

/** Undefined when there is no such webhook. */
export async function updateWebhookRow(
  tx: Writer,
  { organizationId, id }: Pick<WebhookRow, "organizationId" | "id">,
  change: Partial<Omit<WebhookRow, "id" | "organizationId">>,
): Promise<WebhookRow | undefined> {
  return (await tx.update(webhooks).set(change).where(named(organizationId, id)).returning())[0];
}

/** Disables the webhooks that a user set up at this time or later. */
export async function disableWebhooksSince(tx: Writer, setUpById: UserId, since: Date): Promise<WebhookRow[]> {
  return tx
    .update(webhooks)
    .set({ disabledAt: tx.now, disabledBecause: "account_reset", dueAt: null })
    .where(and(eq(webhooks.setUpById, setUpById), gte(webhooks.createdAt, since), isNull(webhooks.disabledAt)))
    .returning();
}

export async function deleteWebhookRow(
  tx: Writer,
  organizationId: OrganizationId | null,
  id: WebhookId,
): Promise<WebhookRow | undefined> {
  return (await tx.delete(webhooks).where(named(organizationId, id)).returning())[0];
}

/** Locks a webhook until the transaction ends. Its deliveries, and then the audit chain, are changed after it, never before. */
export async function lockWebhook(
  tx: Writer,
  organizationId: OrganizationId | null,
  id: WebhookId,
): Promise<WebhookRow | undefined> {
  return updateWebhookRow(tx, { organizationId, id }, { createdAt: sql`${webhooks.createdAt}` as never });
}

/** A webhook, whosever it is. */
export async function findAnyWebhook(db: Reader, id: WebhookId): Promise<WebhookRow | undefined> {
  return (await db.select().from(webhooks).where(eq(webhooks.id, id)))[0];
}

/** The webhooks that may ask for events of a chain, locked until the transaction ends, in the order of their ids. */
export async function lockListeners(tx: Writer, chain: string): Promise<WebhookRow[]> {
  const rows = await tx
    .update(webhooks)
    .set({ createdAt: sql`${webhooks.createdAt}` })
    .where(or(eq(webhooks.organizationId, chain as OrganizationId), isNull(webhooks.organizationId)))
    .returning();
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Has deliveries of these webhooks looked for at once. */
export async function callWebhooks(tx: Writer, ids: WebhookId[]) {
  if (ids.length === 0) return;
  await tx
    .update(webhooks)
    .set({ dueAt: tx.now })
    .where(and(inArray(webhooks.id, ids), or(isNull(webhooks.dueAt), gt(webhooks.dueAt, tx.now))));
}

const ready = (now: Date) =>
  and(
    isNull(webhooks.disabledAt),
    lte(webhooks.dueAt, now),
    or(isNull(webhooks.leaseEnd), lte(webhooks.leaseEnd, now)),
  );

export async function isWebhookReady(db: Reader, now: Date): Promise<boolean> {
  return (await db.select({ id: webhooks.id }).from(webhooks).where(ready(now)).limit(1)).length > 0;
}

/**
 * Takes webhooks that have deliveries to be sent, those that wait longest first; no other process can take them before `leaseEnd`. Those of
 * suspended organizations wait until they are restored.
 */
export async function leaseWebhooks(
  tx: Writer,
  { failing, max, leaseEnd }: { failing: boolean; max: number; leaseEnd: Date },
): Promise<WebhookRow[]> {
  const fails = or(isNotNull(webhooks.failingSince), webhooks.slow);
  const health = failing ? fails : and(isNull(webhooks.failingSince), not(webhooks.slow));
  const next = tx
    .select({ id: webhooks.id })
    .from(webhooks)
    .leftJoin(organizations, eq(organizations.id, webhooks.organizationId))
    .where(and(ready(tx.now), health, isNull(organizations.suspendedAt)))
    .orderBy(asc(webhooks.dueAt), asc(webhooks.id))
    .limit(max);
  return tx
    .update(webhooks)
    .set({ leaseEnd, turn: sql`${webhooks.turn} + 1` })
    .where(and(inArray(webhooks.id, next), ready(tx.now)))
    .returning();
}

/** A webhook as long as the lease that was taken in this turn holds. */
export async function findLeased(
  db: Reader,
  { id, turn }: Pick<WebhookRow, "id" | "turn">,
  now: Date,
): Promise<WebhookRow | undefined> {
  return (await leasedWebhook(db, { id, turn, now }))[0];
}

const leasedWebhook = prepared<{ id: WebhookId; turn: number; now: Date }, Promise<WebhookRow[]>>(
  "leased_webhook",
  (db) =>
    db
      .select()
      .from(webhooks)
      .where(
        and(
          eq(webhooks.id, sql.placeholder("id")),
          eq(webhooks.turn, sql.placeholder("turn")),
          gt(webhooks.leaseEnd, sql`${bind(webhooks.leaseEnd, "now")}`),
          isNull(webhooks.disabledAt),
        ),
      ),
);

/** Gives the lease of a turn back and notes when the webhook is due again, unless another process has it. */
export async function endTurn(tx: Writer, { id, turn }: Pick<WebhookRow, "id" | "turn">) {
  const [row] = await tx
    .update(webhooks)
    .set({ leaseEnd: null })
    .where(and(eq(webhooks.id, id), eq(webhooks.turn, turn)))
    .returning({ id: webhooks.id });
  // A statement of its own, which sees what was inserted while the row's lock was waited for.
  if (row) await noteDue(tx, id);
}

/** Notes when the earliest pending delivery of a webhook is due. Its row must be locked. */
export async function noteDue(tx: Writer, id: WebhookId) {
  const [earliest] = await tx
    .select({ dueAt: min(webhookDeliveries.dueAt) })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.webhookId, id), eq(webhookDeliveries.status, "pending")));
  await tx
    .update(webhooks)
    .set({ dueAt: earliest?.dueAt ?? null })
    .where(eq(webhooks.id, id));
}

/** How many webhooks have deliveries that wait, and when the first of these is due. */
export async function webhookState(db: Reader): Promise<{ waiting: number; oldestDueAt: Date | null }> {
  const [row] = await db
    .select({ waiting: count(), oldestDueAt: min(webhooks.dueAt) })
    .from(webhooks)
    .where(isNotNull(webhooks.dueAt));
  return row!;
}
