import type { App } from "../../app";
import { parse } from "../../http/parse";
import { shapeOf } from "../../http/shape";
import { isId, type OrganizationId } from "../../ids";
import { Problem } from "../../problems";
import { listWebhookDeliveries, redeliver, testWebhook } from "../../webhooks/deliveries";
import type { WebhookOwner } from "../../webhooks/owner";
import { listWebhooksOf } from "../../webhooks/webhooks";
import { DeliveriesQuery, Delivery, Webhook } from "../../webhooks/webhooks.contract";
import { findAnyWebhook } from "../../webhooks/webhooks.sql";
import type { Call } from "../command";
import { organizationIdOf } from "./organizations.run";
import { machine } from "./shared";
import { all } from "./users.run";

/** What the API shows of a webhook, and nothing else of a row. */
const shown = shapeOf(Webhook) as (found: object) => Record<string, unknown>;
const shownDelivery = shapeOf(Delivery) as (found: object) => Record<string, unknown>;

export async function list({ app, args: [organization], out }: Call) {
  const opened = await app();
  const organizationId =
    organization === undefined ? null : ((await organizationIdOf(opened, organization)) as OrganizationId);
  const owner: WebhookOwner = { operator: machine, organizationId };
  const webhooks = await all((cursor) => listWebhooksOf(opened, owner, { limit: 100, cursor }));
  out.table(webhooks.map(shown), ["id", "url", "events", "status", "disabledBecause", "failingSince"]);
}

export async function deliveries({ app, args: [id], options, out }: Call) {
  const { status } = parse(DeliveriesQuery.pick({ status: true }), { status: options.status });
  const opened = await app();
  const { data } = await listWebhookDeliveries(opened, await ownerOf(opened, id!), id!, { limit: 100, status });
  out.table(data.map(shownDelivery), ["id", "type", "status", "createdAt", "nextAttemptAt"]);
}

export async function test({ app, args: [id], out }: Call) {
  const opened = await app();
  const delivery = await testWebhook(opened, await ownerOf(opened, id!), id!);
  out.data(shownDelivery(delivery), [delivery.id]);
  out.note(`A running server sends it. What came of it: bask webhook deliveries ${id}`);
}

export async function sendAgain({ app, args: [id, deliveryId], out }: Call) {
  const opened = await app();
  const delivery = await redeliver(opened, await ownerOf(opened, id!), id!, deliveryId!);
  out.data(shownDelivery(delivery), [delivery.id]);
  out.note(`A running server sends it. What came of it: bask webhook deliveries ${id}`);
}

/** The owner of a webhook, with the machine as who asks. @throws Problem NOT_FOUND */
async function ownerOf(app: App, id: string): Promise<WebhookOwner> {
  const webhook = isId("whk", id) ? await findAnyWebhook(app.db.reader, id) : undefined;
  if (!webhook) throw new Problem("NOT_FOUND");
  return { operator: machine, organizationId: webhook.organizationId };
}
