import { route } from "../http/route";
import { Page } from "../shapes.contract";
import { getDelivery, listWebhookDeliveries, redeliver, testWebhook } from "./deliveries";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooksOf,
  rotateWebhookSecret,
  updateWebhook,
} from "./webhooks";
import {
  CreateInstallationWebhook,
  Deliveries,
  DeliveriesQuery,
  Delivery,
  UpdateInstallationWebhook,
  Webhook,
  Webhooks,
  WebhookWithSecret,
} from "./webhooks.contract";

/** As the routes of the installation's webhooks, for the events of the whole installation. */
export const installationWebhookRoutes = [
  route("POST", "/admin/webhooks", {
    operationId: "createInstallationWebhook",
    access: "operator",
    summary: "Create a webhook of the installation; its secret is only in this response",
    description:
      "Creates a webhook, which sends the events of all organizations and users to a URL. The secret that signs them is shown here.",
    errors: ["PLAN_LIMIT_REACHED"],
    body: CreateInstallationWebhook,
    response: WebhookWithSecret,
    status: 201,
    run: ({ app, actor, body }) => createWebhook(app, { operator: actor, organizationId: null }, body),
  }),
  route("GET", "/admin/webhooks", {
    operationId: "listInstallationWebhooks",
    access: "operator",
    summary: "List the webhooks of the installation",
    description: "Lists the webhooks of the installation.",
    query: Page,
    response: Webhooks,
    run: ({ app, actor, query }) => listWebhooksOf(app, { operator: actor, organizationId: null }, query),
  }),
  route("GET", "/admin/webhooks/:webhookId", {
    operationId: "getInstallationWebhook",
    access: "operator",
    summary: "Get a webhook of the installation",
    description: "Returns a webhook and whether it works.",
    response: Webhook,
    run: ({ app, actor, params }) => getWebhook(app, { operator: actor, organizationId: null }, params.webhookId),
  }),
  route("PATCH", "/admin/webhooks/:webhookId", {
    operationId: "updateInstallationWebhook",
    access: "operator",
    summary: "Update, disable or enable a webhook of the installation",
    description:
      "Changes a webhook, disables it, or enables it again with or without the events it missed. Fields that are left out keep their value.",
    errors: ["PLAN_LIMIT_REACHED"],
    body: UpdateInstallationWebhook,
    response: Webhook,
    run: ({ app, actor, params, body }) =>
      updateWebhook(app, { operator: actor, organizationId: null }, params.webhookId, body),
  }),
  route("DELETE", "/admin/webhooks/:webhookId", {
    operationId: "deleteInstallationWebhook",
    access: "operator",
    summary: "Delete a webhook of the installation and what waits for it",
    description: "Deletes a webhook and the deliveries that wait for it.",
    response: null,
    run: ({ app, actor, params }) => deleteWebhook(app, { operator: actor, organizationId: null }, params.webhookId),
  }),
  route("POST", "/admin/webhooks/:webhookId/rotate-secret", {
    operationId: "rotateInstallationWebhookSecret",
    access: "operator",
    summary: "Replace the secret of a webhook; for 24 hours both secrets sign",
    description:
      "Returns a new secret. For 24 hours each request is signed with both, so that the receiver can change over at any moment.",
    response: WebhookWithSecret,
    status: 201,
    run: ({ app, actor, params }) =>
      rotateWebhookSecret(app, { operator: actor, organizationId: null }, params.webhookId),
  }),
  route("POST", "/admin/webhooks/:webhookId/test", {
    operationId: "testInstallationWebhook",
    access: "operator",
    summary: "Send a test event to a webhook",
    description: "Sends a `webhook.test` event at once, tried once.",
    errors: ["CONFLICT"],
    response: Delivery,
    status: 201,
    run: ({ app, actor, params }) => testWebhook(app, { operator: actor, organizationId: null }, params.webhookId),
  }),
  route("GET", "/admin/webhooks/:webhookId/deliveries", {
    operationId: "listInstallationDeliveries",
    access: "operator",
    summary: "List the deliveries of a webhook, the newest first",
    description: "Lists the deliveries of the last 30 days, the newest first.",
    query: DeliveriesQuery,
    response: Deliveries,
    run: ({ app, actor, params, query }) =>
      listWebhookDeliveries(app, { operator: actor, organizationId: null }, params.webhookId, query),
  }),
  route("GET", "/admin/webhooks/:webhookId/deliveries/:deliveryId", {
    operationId: "getInstallationDelivery",
    access: "operator",
    summary: "Get a delivery of a webhook",
    description: "Returns a delivery with its payload, its attempts, and the beginning of what the endpoint responded.",
    response: Delivery,
    run: ({ app, actor, params }) =>
      getDelivery(app, { operator: actor, organizationId: null }, params.webhookId, params.deliveryId),
  }),
  route("POST", "/admin/webhooks/:webhookId/deliveries/:deliveryId/redeliver", {
    operationId: "redeliverInstallationDelivery",
    access: "operator",
    summary: "Send a delivery again, with the same webhook-id",
    description: "Sends an event again at once, tried once, with the same `webhook-id`.",
    errors: ["CONFLICT"],
    response: Delivery,
    run: ({ app, actor, params }) =>
      redeliver(app, { operator: actor, organizationId: null }, params.webhookId, params.deliveryId),
  }),
];
