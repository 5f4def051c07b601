import { randomInt } from "node:crypto";
import { version } from "../../package.json";
import type { App } from "../app";
import { webhookSignature } from "../crypto/webhook-signatures";
import type { Writer } from "../db/database";
import type { DeliveryAttempt } from "../db/tables";
import { OutboundFailed, OutboundRefused } from "../outbound/errors";
import { type BegunDelivery, beginAttempts, type DeliveryRow, settleAttempt, undoBegin } from "./deliveries.sql";
import { fanOut } from "./fan-out";
import { disableEndpoint, noteFailure, noteSuccess } from "./health";
import { endTurn, findLeased, isWebhookReady, leaseWebhooks, lockWebhook, type WebhookRow } from "./webhooks.sql";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after each failed attempt; after the last of them a delivery is given up, about three days after its event. */
const waits = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
/** An endpoint responds within this time, or the attempt failed. */
const timeout = 15 * second;
/** What is kept of a response. */
const maxResponseBytes = 1_024;
const maxHistory = 20;
/** Deliveries that are begun, and settled, in one transaction. */
const batch = 20;
/** How long a turn goes on to the next delivery ... */
const turnLength = 5 * second;
/** Responses that take longer are slow. */
const slowAfter = 2 * second;
/** ... and how long its webhook belongs to this process; more than a turn and its last attempt take. */
const lease = 2 * minute;
/** Webhooks that this process sends to at once. Those that fail or are slow have places of their own, so that no other ever waits for them. */
const places = { healthy: 24, failing: 8 };

/** Sends deliveries beside the requests. */
export interface WebhookSender {
  /** Fans events out and begins to send what is due, without waiting for the endpoints; how many webhooks it began with. */
  tick(): Promise<number>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Lets attempts that are under way finish, but not for long: those that are cut are made again when their lease has ended. */
  stop(): Promise<void>;
}

/** Milliseconds that attempts under way are given when the process stops. */
const stopTimeout = 3 * second;

/**
 * Opens the sender of one process. Each webhook is leased by a conditional update, so that of all processes one sends to it, one delivery
 * after the other in the order of their events. A delivery that failed waits and lets later ones pass.
 */
export function openWebhookSender(app: App): WebhookSender {
  const underway = { healthy: new Set<Promise<void>>(), failing: new Set<Promise<void>>() };
  let isStopping = false;

  async function begin(health: "healthy" | "failing"): Promise<number> {
    const max = places[health] - underway[health].size;
    if (max <= 0) return 0;
    const webhooks = await app.db.write((tx) =>
      leaseWebhooks(tx, {
        failing: health === "failing",
        max,
        leaseEnd: new Date(tx.now.getTime() + lease),
      }),
    );
    for (const webhook of webhooks) {
      const turn: Promise<void> = takeTurn(app, webhook, () => isStopping)
        .catch((error) => app.log.error({ err: error, webhookId: webhook.id }, "sending webhooks failed"))
        .finally(() => underway[health].delete(turn));
      underway[health].add(turn);
    }
    return webhooks.length;
  }

  const idle = async () => {
    await Promise.all([...underway.healthy, ...underway.failing]);
  };

  return {
    async tick() {
      await fanOut(app);
      if (isStopping || !(await isWebhookReady(app.db.reader, app.clock.date()))) return 0;
      return (await begin("healthy")) + (await begin("failing"));
    },
    idle,
    async stop() {
      isStopping = true;
      await Promise.race([idle(), Bun.sleep(stopTimeout)]);
    },
  };
}

/** Sends what a webhook has waiting until nothing is due, an attempt failed, or others should have the place. */
async function takeTurn(app: App, leased: WebhookRow, isStopping: () => boolean) {
  const end = app.clock.now() + turnLength;
  const isOver = () => app.clock.now() >= end || isStopping();
  while (!isOver()) {
    const begun = await app.db.write(async (tx) => {
      const webhook = await findLeased(tx, leased, tx.now);
      return webhook ? beginAttempts(tx, webhook.id, { max: batch, leaseEnd: new Date(tx.now.getTime() + lease) }) : [];
    });
    if (begun.length === 0) break;
    const made = await attemptInOrder(app, leased, begun, isOver);
    await app.db.write((tx) => settle(tx, leased, begun, made));
    if (made.length < begun.length || !made.every(succeeded)) break;
  }
  await app.db.write((tx) => endTurn(tx, leased));
}

/** What an endpoint responded, or why it did not. */
interface Attempt extends DeliveryAttempt {
  body: string | null;
  /** Milliseconds. */
  took: number;
}

const succeeded = ({ responseStatus }: Attempt) =>
  responseStatus !== null && responseStatus >= 200 && responseStatus < 300;

/**
 * Attempts deliveries one after the other, until one fails or the turn is over; those that were made. A change of the webhook applies from the
 * next one on.
 */
async function attemptInOrder(app: App, leased: WebhookRow, begun: BegunDelivery[], isOver: () => boolean) {
  const made: Attempt[] = [];
  for (const delivery of begun) {
    const webhook = await findLeased(app.db.reader, leased, app.clock.date());
    if (!webhook) break;
    const attempt = await send(app, webhook, delivery);
    if (attempt.failure === "host_busy") break;
    made.push(attempt);
    if (!succeeded(attempt) || isOver()) break;
  }
  return made;
}

/** Writes what became of deliveries that were begun, of which the first were made; the others are as before. */
async function settle(tx: Writer, leased: WebhookRow, begun: BegunDelivery[], made: Attempt[]) {
  let webhook = await lockWebhook(tx, leased.organizationId, leased.id);
  await undoBegin(tx, begun.slice(made.length));
  for (const [i, attempt] of made.entries()) {
    const delivery = begun[i]!;
    const { body, took, ...entry } = attempt;
    const isSettled = await settleAttempt(tx, delivery, {
      history: [...delivery.history, entry].slice(-maxHistory),
      responseBody: body,
      ...outcomeOf(delivery, attempt, tx.now),
    });
    if (!isSettled || !webhook || delivery.manual) continue;
    if (succeeded(attempt)) webhook = await noteSuccess(tx, webhook, took > slowAfter);
    else if (attempt.responseStatus === 410) await disableEndpoint(tx, webhook, "gone");
    else await noteFailure(tx, webhook);
  }
}

function outcomeOf({ manual, attempts, dueAt }: DeliveryRow, attempt: Attempt, now: Date) {
  if (succeeded(attempt)) return { status: "succeeded" as const, dueAt };
  const wait = manual ? undefined : waits[attempts - 1];
  if (wait === undefined) return { status: "failed" as const, dueAt };
  return { status: "pending" as const, dueAt: new Date(now.getTime() + wait + randomInt(wait / 10)) };
}

/** Sends a delivery as Standard Webhooks 1.0 says, to where the webhook leads at this moment. */
async function send(app: App, webhook: WebhookRow, { eventId, payload, traceparent }: DeliveryRow): Promise<Attempt> {
  const at = app.clock.date();
  const message = { id: eventId, timestamp: Math.floor(at.getTime() / 1000), body: payload };
  const ended = (outcome: Omit<Attempt, "at" | "took">): Attempt => ({
    at: at.toISOString(),
    ...outcome,
    took: app.clock.now() - at.getTime(),
  });
  try {
    const { status, body } = await app.outbound.fetch({
      url: webhook.url,
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "User-Agent": `Bask/${version}`,
        "Webhook-Id": message.id,
        "Webhook-Timestamp": String(message.timestamp),
        "Webhook-Signature": webhookSignature(secretsOf(app, webhook, at), message),
        ...(traceparent && { Traceparent: traceparent }),
      },
      body: payload,
      maxBytes: maxResponseBytes,
      whenLonger: "cut",
      timeout,
      caller: webhook.organizationId ?? "installation",
    });
    return ended({ responseStatus: status, failure: null, body: Buffer.from(body).toString().replaceAll("\0", "") });
  } catch (error) {
    const isExpected = error instanceof OutboundRefused || error instanceof OutboundFailed;
    if (!isExpected) app.log.error({ err: error, webhookId: webhook.id }, "a webhook could not be sent");
    return ended({ responseStatus: null, failure: isExpected ? error.reason : "internal_error", body: null });
  }
}

/** The secrets that sign: the current one, and for a day after a rotation the one before it. */
function secretsOf(app: App, { id, sealedSecret, previousSealedSecret, previousSecretUntil }: WebhookRow, at: Date) {
  const current = app.sealer.open(sealedSecret, id);
  const isOverlap = previousSealedSecret !== null && previousSecretUntil !== null && previousSecretUntil > at;
  return isOverlap ? [current, app.sealer.open(previousSealedSecret, id)] : [current];
}
