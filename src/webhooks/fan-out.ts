import type { App } from "../app";
import { type EventRow, eventsAfter } from "../audit/audit.sql";
import type { Writer } from "../db/database";
import { isId, newId, type WebhookId } from "../ids";
import { type DeliveryRow, insertDeliveries } from "./deliveries.sql";
import { advanceChain, listHeardChains, listPendingChains, type PendingChain, skipUnheard } from "./fan-out.sql";
import { isSubscribed, webhookPayloads } from "./payloads.contract";
import { callWebhooks, lockListeners, type WebhookRow } from "./webhooks.sql";

/** Chains that are read at once. */
const maxChains = 500;
/** Deliveries that one transaction makes at most, as far as one event does not need more. */
const maxDeliveries = 500;

/**
 * Makes a delivery of every new audit event for each endpoint that asks for it. The audit log is the outbox: its events have gapless numbers
 * in the transactions of their changes, so that none is skipped, none is made of a change that was rolled back, and requests do nothing more.
 */
export async function fanOut(app: App) {
  for (;;) {
    const pending = await listPendingChains(app.db.reader, maxChains);
    if (pending.length === 0) return;
    const heard = await listHeardChains(
      app.db.reader,
      pending.map(({ chain }) => chain),
    );
    const unheard = pending.filter(({ chain }) => !heard.has(chain));
    if (unheard.length > 0) await app.db.write((tx) => skipUnheard(tx, unheard));
    for (const chain of pending) {
      if (!heard.has(chain.chain)) continue;
      await fanOutChain(app, chain).catch((error) => {
        app.log.error({ err: error, chain: chain.chain }, "events could not be given to webhooks");
      });
    }
    if (pending.length < maxChains) return;
  }
}

async function fanOutChain(app: App, { chain, fannedOut, length }: PendingChain) {
  for (let from = fannedOut; from < length; ) {
    from = await app.db.write((tx) => fanOutEvents(tx, chain, from, length));
  }
}

/** Fans out the events after a number; how far it came. */
async function fanOutEvents(tx: Writer, chain: string, from: number, length: number): Promise<number> {
  const endpoints = await lockListeners(tx, chain);
  const events = await eventsAfter(tx, chain, from, Math.ceil(maxDeliveries / Math.max(1, endpoints.length)));
  const to = events.at(-1)?.seq ?? length;
  const messages = events
    .filter(({ action }) => Object.hasOwn(webhookPayloads, action))
    .map((event) => ({ event, payload: payloadOf(event) }));
  const called: WebhookId[] = [];
  for (const endpoint of endpoints) {
    const deliveries = messages
      .filter(({ event }) => isLater(endpoint, event) && isSubscribed(endpoint.events, event.action))
      .map((message) => deliveryOf(tx.now, endpoint, message));
    await insertDeliveries(tx, deliveries);
    if (deliveries.length > 0 && !endpoint.disabledAt) called.push(endpoint.id);
  }
  await callWebhooks(tx, called);
  await advanceChain(tx, chain, from, to);
  return to;
}

/** Whether an event is of the time for which an endpoint wants events. The numbers of different logs cannot be compared. */
const isLater = ({ organizationId, startsAfter, startsAt }: WebhookRow, { seq, at }: EventRow) =>
  organizationId === null ? startsAt === null || at >= startsAt : seq > startsAfter;

/** An event and the body it is sent with. */
interface Message {
  event: EventRow;
  payload: string;
}

const deliveryOf = (
  now: Date,
  { id: webhookId, disabledAt }: WebhookRow,
  { event, payload }: Message,
): DeliveryRow => ({
  id: newId("dlv", now.getTime()),
  webhookId,
  eventId: event.id,
  seq: event.seq,
  type: event.action,
  payload,
  traceparent: event.traceparent,
  status: disabledAt ? "paused" : "pending",
  manual: false,
  attempts: 0,
  dueAt: now,
  history: [],
  responseBody: null,
  createdAt: now,
});

/** What an event tells webhooks: of its details, those that its type allows, and none where one of them is not as its contract says. */
function payloadOf({ id, action, chain, at, actorType, actorId, targetId, details }: EventRow): string {
  const of = isId("org", chain) ? { organizationId: chain } : isId("usr", chain) ? { userId: chain } : {};
  const payload = (known: object) => ({
    id,
    type: action,
    timestamp: at.toISOString(),
    data: { ...of, actor: { type: actorType, id: actorId }, targetId, details: known },
  });
  const parsed = webhookPayloads[action]!.safeParse(payload(details));
  return JSON.stringify(parsed.success ? parsed.data : payload({}));
}
