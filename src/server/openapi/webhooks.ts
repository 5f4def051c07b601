import { type AuditAction, auditActions } from "../../audit/actions.contract";
import { TestPayload, webhookPayloads } from "../../webhooks/payloads.contract";
import type { openSchemas } from "./schemas";

/** What webhooks send, by the type of the event, as `webhooks` of OpenAPI 3.1. */
export function webhooksOf(schemas: ReturnType<typeof openSchemas>) {
  return Object.fromEntries(
    Object.entries({ ...webhookPayloads, "webhook.test": TestPayload }).map(([type, payload]) => [
      type,
      {
        post: {
          operationId: `webhook_${type.replace(".", "_")}`,
          tags: ["Webhooks"],
          summary: eventSummary(type),
          description: `Sent to webhooks that ask for \`${type}\`, signed as Standard Webhooks 1.0 says.`,
          security: [],
          parameters: signatureHeaders,
          requestBody: { required: true, content: { "application/json": { schema: schemas.of(payload, "response") } } },
          responses: {
            "2XX": { description: "The event was received." },
            "410": { description: "The endpoint is gone: the webhook is disabled." },
          },
        },
      },
    ]),
  );
}

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

const signatureHeaders = [
  header("webhook-id", "The id of the event, the same for every attempt.", "evt_01jngc4e00000000000000000a"),
  header("webhook-timestamp", "When this attempt was made, in Unix seconds.", "1772442000"),
  header("webhook-signature", "Signatures, separated by spaces.", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
];
