import type { App } from "../app";
import type { DeliveryStatus } from "../db/tables";
import { isId, newId } from "../ids";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { type DeliveryRow, findDelivery, insertDeliveries, listDeliveries, repeatDelivery } from "./deliveries.sql";
import { permitOn, type WebhookOwner } from "./owner";
import { changeWebhook, webhookOf } from "./webhooks";
import { callWebhooks, type WebhookRow } from "./webhooks.sql";

/** The deliveries of a webhook in the last 30 days, the newest first. */
export async function listWebhookDeliveries(
  app: App,
  owner: WebhookOwner,
  id: string,
  { limit, cursor, status }: PageInput & { status?: DeliveryStatus | undefined },
) {
  const organizationId = await permitOn(app, owner, "webhooks:read");
  const webhook = await webhookOf(app.db.reader, organizationId, id);
  const before = afterCursor(cursor);
  const rows = await listDeliveries(app.db.reader, webhook.id, { before, status, limit: limit + 1 });
  const page = toPage(rows, limit);
  return { ...page, data: page.data.map(presentDelivery) };
}

export async function getDelivery(app: App, owner: WebhookOwner, id: string, deliveryId: string) {
  const organizationId = await permitOn(app, owner, "webhooks:read");
  const webhook = await webhookOf(app.db.reader, organizationId, id);
  const delivery = isId("dlv", deliveryId) ? await findDelivery(app.db.reader, webhook.id, deliveryId) : undefined;
  if (!delivery) throw new Problem("NOT_FOUND");
  return presentDelivery(delivery);
}

/**
 * Sends an event of the type `webhook.test`, once. Neither it nor a repetition says anything about the health of the endpoint.
 * @throws Problem CONFLICT for a disabled webhook
 */
export async function testWebhook(app: App, owner: WebhookOwner, id: string) {
  return changeWebhook(app, owner, id, async (tx, webhook) => {
    requireEnabled(webhook);
    const eventId = newId("evt", tx.now.getTime());
    const payload = {
      id: eventId,
      type: "webhook.test",
      timestamp: tx.now.toISOString(),
      data: { organizationId: webhook.organizationId, webhookId: webhook.id },
    };
    const delivery: DeliveryRow = {
      id: newId("dlv", tx.now.getTime()),
      webhookId: webhook.id,
      eventId,
      seq: 0,
      type: payload.type,
      payload: JSON.stringify(payload),
      traceparent: null,
      status: "pending",
      manual: true,
      attempts: 0,
      dueAt: tx.now,
      history: [],
      responseBody: null,
      createdAt: tx.now,
    };
    await insertDeliveries(tx, [delivery]);
    await callWebhooks(tx, [webhook.id]);
    return presentDelivery(delivery);
  });
}

/** Sends a delivery again, with the same `webhook-id` and the current secret. @throws Problem CONFLICT for a disabled webhook, NOT_FOUND */
export async function redeliver(app: App, owner: WebhookOwner, id: string, deliveryId: string) {
  return changeWebhook(app, owner, id, async (tx, webhook) => {
    requireEnabled(webhook);
    const delivery = isId("dlv", deliveryId) ? await findDelivery(tx, webhook.id, deliveryId) : undefined;
    if (!delivery) throw new Problem("NOT_FOUND");
    const isUnderway = webhook.leaseEnd !== null && webhook.leaseEnd > tx.now && delivery.status === "pending";
    if (isUnderway) return presentDelivery(delivery);
    const repeated = await repeatDelivery(tx, delivery);
    await callWebhooks(tx, [webhook.id]);
    return presentDelivery(repeated ?? delivery);
  });
}

function requireEnabled({ disabledAt }: WebhookRow) {
  if (disabledAt) throw new Problem("CONFLICT", { reason: "webhook_disabled" });
}

const presentDelivery = ({ history, dueAt, ...row }: DeliveryRow) => ({
  ...row,
  attempts: history,
  nextAttemptAt: row.status === "pending" ? dueAt : null,
});
