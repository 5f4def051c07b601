import { type AuditAction, auditActions } from "../../audit/actions.contract";
import { TestPayload, webhookPayloads } from "../../webhooks/payloads.contract";
import type { JsonSchema, openSchemas } from "./schemas";

/** What webhooks send, by the type of the event, as `webhooks` of OpenAPI 3.1; made a type at a time. */
export function* webhookPieces(schemas: ReturnType<typeof openSchemas>) {
  const webhooks: Record<string, { post: ReturnType<typeof deliveryOf> }> = {};
  for (const [type, payload] of Object.entries({ ...webhookPayloads, "webhook.test": TestPayload })) {
    webhooks[type] = { post: deliveryOf(type, schemas.of(payload, "response")) };
    yield;
  }
  return webhooks;
}

const deliveryOf = (type: string, schema: JsonSchema) => ({
  operationId: `webhook_${type.replace(".", "_")}`,
  tags: ["Webhooks"],
  summary: eventSummary(type),
  description: `Sent to webhooks that ask for \`${type}\`, signed as Standard Webhooks 1.0 says.`,
  security: [],
  parameters: headers,
  requestBody: { required: true, content: { "application/json": { schema } } },
  responses: {
    "2XX": { description: "The event was received." },
    "410": { description: "The endpoint is gone: the webhook is disabled." },
  },
});

/** What an event of a type means. */
export const eventSummary = (type: string): string =>
  type in auditActions ? auditActions[type as AuditAction] : "A test of a webhook.";

const header = (name: string, description: string, example: string) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string", examples: [example] },
});

const headers = [
  header("webhook-id", "The id of the event, the same for every attempt.", "evt_01jngc4e00000000000000000a"),
  header("webhook-timestamp", "When this attempt was made, in Unix seconds.", "1772442000"),
  header("webhook-signature", "Signatures, separated by spaces.", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
  {
    ...header(
      "traceparent",
      "The trace of the request that caused the event, where it had one.",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    required: false,
  },
];
