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
import type { Command } from "../command";
import { organizationIdOf } from "./organizations";
import { machine } from "./shared";
import { all } from "./users";

const webhookArgument = ["<webhook>", "the id of a webhook"] as const;

/** What the API shows of a webhook, and nothing else of a row. */
const shown = shapeOf(Webhook) as (found: object) => Record<string, unknown>;
const shownDelivery = shapeOf(Delivery) as (found: object) => Record<string, unknown>;

export const webhookCommands: readonly Command[] = [
  {
    name: "webhook list",
    summary: "List the webhooks of an organization, or those of the installation",
    args: [["[organization]", "an id or a slug; without one, those of the installation"]],
    examples: ["webhook list acme", "webhook list --json"],
    async run({ app, args: [organization], out }) {
      const opened = await app();
      const organizationId =
        organization === undefined ? null : ((await organizationIdOf(opened, organization)) as OrganizationId);
      const owner: WebhookOwner = { operator: machine, organizationId };
      const webhooks = await all((cursor) => listWebhooksOf(opened, owner, { limit: 100, cursor }));
      out.table(webhooks.map(shown), ["id", "url", "events", "status", "disabledBecause", "failingSince"]);
    },
  },
  {
    name: "webhook deliveries",
    summary: "List the latest deliveries of a webhook",
    args: [webhookArgument],
    options: [["--status <status>", "pending, paused, succeeded, failed or canceled"]],
    examples: ["webhook deliveries whk_01... --status failed"],
    async run({ app, args: [id], options, out }) {
      const { status } = parse(DeliveriesQuery.pick({ status: true }), { status: options.status });
      const opened = await app();
      const { data } = await listWebhookDeliveries(opened, await ownerOf(opened, id!), id!, { limit: 100, status });
      out.table(data.map(shownDelivery), ["id", "type", "status", "createdAt", "nextAttemptAt"]);
    },
  },
  {
    name: "webhook test",
    summary: "Send a test event to a webhook; a running server delivers it",
    args: [webhookArgument],
    examples: ["webhook test whk_01..."],
    async run({ app, args: [id], out }) {
      const opened = await app();
      const delivery = await testWebhook(opened, await ownerOf(opened, id!), id!);
      out.data(shownDelivery(delivery), [delivery.id]);
      out.note(`A running server sends it. What came of it: bask webhook deliveries ${id}`);
    },
  },
  {
    name: "webhook redeliver",
    summary: "Send a delivery again, with the same webhook-id; a running server delivers it",
    args: [webhookArgument, ["<delivery>", "the id of a delivery"]],
    examples: ["webhook redeliver whk_01... dlv_01..."],
    async run({ app, args: [id, deliveryId], out }) {
      const opened = await app();
      const delivery = await redeliver(opened, await ownerOf(opened, id!), id!, deliveryId!);
      out.data(shownDelivery(delivery), [delivery.id]);
      out.note(`A running server sends it. What came of it: bask webhook deliveries ${id}`);
    },
  },
];

/** The owner of a webhook, with the machine as who asks. @throws Problem NOT_FOUND */
async function ownerOf(app: App, id: string): Promise<WebhookOwner> {
  const webhook = isId("whk", id) ? await findAnyWebhook(app.db.reader, id) : undefined;
  if (!webhook) throw new Problem("NOT_FOUND");
  return { operator: machine, organizationId: webhook.organizationId };
}
