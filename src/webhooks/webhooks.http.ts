import { route } from "../http/route";
import { Page } from "../shapes.contract";
import { getDelivery, listWebhookDeliveries, redeliver, testWebhook } from "./deliveries";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listOrganizationWebhooks,
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
    access: "actor",
    needs: "webhooks:create",
    summary: "Create a webhook; its secret is only in this response",
    body: CreateWebhook,
    response: WebhookWithSecret,
    status: 201,
    run: ({ app, actor, params, body }) => createWebhook(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/webhooks", {
    access: "actor",
    needs: "webhooks:read",
    summary: "List the webhooks of an organization",
    query: Page,
    response: Webhooks,
    run: ({ app, actor, params, query }) => listOrganizationWebhooks(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/webhooks/:webhookId", {
    access: "actor",
    needs: "webhooks:read",
    summary: "Get a webhook",
    response: Webhook,
    run: ({ app, actor, params }) => getWebhook(app, actor, params.id, params.webhookId),
  }),
  route("PATCH", "/organizations/:id/webhooks/:webhookId", {
    access: "actor",
    needs: "webhooks:update",
    summary: "Update, disable or enable a webhook",
    body: UpdateWebhook,
    response: Webhook,
    run: ({ app, actor, params, body }) => updateWebhook(app, actor, params.id, params.webhookId, body),
  }),
  route("DELETE", "/organizations/:id/webhooks/:webhookId", {
    access: "actor",
    needs: "webhooks:delete",
    summary: "Delete a webhook and what waits for it",
    response: null,
    run: ({ app, actor, params }) => deleteWebhook(app, actor, params.id, params.webhookId),
  }),
  route("POST", "/organizations/:id/webhooks/:webhookId/rotate-secret", {
    access: "actor",
    needs: "webhooks:update",
    summary: "Replace the secret of a webhook; for 24 hours both secrets sign",
    response: WebhookWithSecret,
    status: 201,
    run: ({ app, actor, params }) => rotateWebhookSecret(app, actor, params.id, params.webhookId),
  }),
  route("POST", "/organizations/:id/webhooks/:webhookId/test", {
    access: "actor",
    needs: "webhooks:update",
    summary: "Send a test event to a webhook",
    response: Delivery,
    status: 201,
    run: ({ app, actor, params }) => testWebhook(app, actor, params.id, params.webhookId),
  }),
  route("GET", "/organizations/:id/webhooks/:webhookId/deliveries", {
    access: "actor",
    needs: "webhooks:read",
    summary: "List the deliveries of a webhook, the newest first",
    query: DeliveriesQuery,
    response: Deliveries,
    run: ({ app, actor, params, query }) => listWebhookDeliveries(app, actor, params.id, params.webhookId, query),
  }),
  route("GET", "/organizations/:id/webhooks/:webhookId/deliveries/:deliveryId", {
    access: "actor",
    needs: "webhooks:read",
    summary: "Get a delivery of a webhook",
    response: Delivery,
    run: ({ app, actor, params }) => getDelivery(app, actor, params.id, params.webhookId, params.deliveryId),
  }),
  route("POST", "/organizations/:id/webhooks/:webhookId/deliveries/:deliveryId/redeliver", {
    access: "actor",
    needs: "webhooks:update",
    summary: "Send a delivery again, with the same webhook-id",
    response: Delivery,
    run: ({ app, actor, params }) => redeliver(app, actor, params.id, params.webhookId, params.deliveryId),
  }),
];
