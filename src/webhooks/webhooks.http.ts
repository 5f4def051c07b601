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
  CreateWebhook,
  Deliveries,
  DeliveriesQuery,
  Delivery,
  UpdateWebhook,
  Webhook,
  Webhooks,
  WebhookWithSecret,
} from "./webhooks.contract";

export const webhookRoutes = [
  route("POST", "/organizations/:id/webhooks", {
    operationId: "createWebhook",
    access: "actor",
    needs: "webhooks:create",
    summary: "Create a webhook; its secret is only in this response",
    description:
      "Creates a webhook, which sends the events of an organization to a URL. The secret that signs them is shown here.",
    errors: ["PLAN_LIMIT_REACHED"],
    body: CreateWebhook,
    response: WebhookWithSecret,
    status: 201,
    run: ({ app, actor, params, body }) => createWebhook(app, { actor, organization: params.id }, body),
  }),
  route("GET", "/organizations/:id/webhooks", {
    operationId: "listWebhooks",
    access: "actor",
    needs: "webhooks:read",
    summary: "List the webhooks of an organization",
    description: "Lists the webhooks of an organization.",
    query: Page,
    response: Webhooks,
    run: ({ app, actor, params, query }) => listWebhooksOf(app, { actor, organization: params.id }, query),
  }),
  route("GET", "/organizations/:id/webhooks/:webhookId", {
    operationId: "getWebhook",
    access: "actor",
    needs: "webhooks:read",
    summary: "Get a webhook",
    description: "Returns a webhook and whether it works.",
    response: Webhook,
    run: ({ app, actor, params }) => getWebhook(app, { actor, organization: params.id }, params.webhookId),
  }),
  route("PATCH", "/organizations/:id/webhooks/:webhookId", {
    operationId: "updateWebhook",
    access: "actor",
    needs: "webhooks:update",
    summary: "Update, disable or enable a webhook",
    description:
      "Changes a webhook, disables it, or enables it again with or without the events it missed. Fields that are left out keep their value.",
    errors: ["PLAN_LIMIT_REACHED"],
    body: UpdateWebhook,
    response: Webhook,
    run: ({ app, actor, params, body }) =>
      updateWebhook(app, { actor, organization: params.id }, params.webhookId, body),
  }),
  route("DELETE", "/organizations/:id/webhooks/:webhookId", {
    operationId: "deleteWebhook",
    access: "actor",
    needs: "webhooks:delete",
    summary: "Delete a webhook and what waits for it",
    description: "Deletes a webhook and the deliveries that wait for it.",
    response: null,
    run: ({ app, actor, params }) => deleteWebhook(app, { actor, organization: params.id }, params.webhookId),
  }),
  route("POST", "/organizations/:id/webhooks/:webhookId/rotate-secret", {
    operationId: "rotateWebhookSecret",
    access: "actor",
    needs: "webhooks:update",
    summary: "Replace the secret of a webhook; for 24 hours both secrets sign",
    description:
      "Returns a new secret. For 24 hours each request is signed with both, so that the receiver can change over at any moment.",
    response: WebhookWithSecret,
    status: 201,
    run: ({ app, actor, params }) => rotateWebhookSecret(app, { actor, organization: params.id }, params.webhookId),
  }),
  route("POST", "/organizations/:id/webhooks/:webhookId/test", {
    operationId: "testWebhook",
    access: "actor",
    needs: "webhooks:update",
    summary: "Send a test event to a webhook",
    description: "Sends a `webhook.test` event at once, tried once.",
    errors: ["CONFLICT"],
    response: Delivery,
    status: 201,
    run: ({ app, actor, params }) => testWebhook(app, { actor, organization: params.id }, params.webhookId),
  }),
  route("GET", "/organizations/:id/webhooks/:webhookId/deliveries", {
    operationId: "listDeliveries",
    access: "actor",
    needs: "webhooks:read",
    summary: "List the deliveries of a webhook, the newest first",
    description: "Lists the deliveries of the last 30 days, the newest first.",
    query: DeliveriesQuery,
    response: Deliveries,
    run: ({ app, actor, params, query }) =>
      listWebhookDeliveries(app, { actor, organization: params.id }, params.webhookId, query),
  }),
  route("GET", "/organizations/:id/webhooks/:webhookId/deliveries/:deliveryId", {
    operationId: "getDelivery",
    access: "actor",
    needs: "webhooks:read",
    summary: "Get a delivery of a webhook",
    description: "Returns a delivery with its payload, its attempts, and the beginning of what the endpoint responded.",
    response: Delivery,
    run: ({ app, actor, params }) =>
      getDelivery(app, { actor, organization: params.id }, params.webhookId, params.deliveryId),
  }),
  route("POST", "/organizations/:id/webhooks/:webhookId/deliveries/:deliveryId/redeliver", {
    operationId: "redeliverDelivery",
    access: "actor",
    needs: "webhooks:update",
    summary: "Send a delivery again, with the same webhook-id",
    description: "Sends an event again at once, tried once, with the same `webhook-id`.",
    errors: ["CONFLICT"],
    response: Delivery,
    run: ({ app, actor, params }) =>
      redeliver(app, { actor, organization: params.id }, params.webhookId, params.deliveryId),
  }),
];
