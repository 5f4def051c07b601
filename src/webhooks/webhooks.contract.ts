import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { httpUrl, listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";
import { eventTypes, isSubscribed } from "./payloads.contract";

const url = httpUrl(2_000);
const description = singleLine(200).nullable();
const events = z
  .array(
    text(100).refine((event) => eventTypes.some((type) => isSubscribed([event], type)), fieldMessages.unknownEventType),
  )
  .min(1)
  .max(100)
  .transform((types) => [...new Set(types)])
  .meta({ examples: [["api_key.created", "member.*"]] });

export const CreateWebhook = z.strictObject({
  /** An https URL of the public Internet. */
  url,
  description: description.optional(),
  /** Event types, `noun.*` for all of a kind, or `*` for all. */
  events,
});

/** Fields that are left out keep their value. */
export const UpdateWebhook = z
  .strictObject({
    url,
    description,
    events,
    enabled: z.boolean(),
    /** When a disabled webhook is enabled: `send` what it missed in the last 30 days, which is the default, or `skip` it. */
    missedEvents: z.enum(["send", "skip"]),
  })
  .partial()
  .refine(({ enabled, missedEvents }) => missedEvents === undefined || enabled === true, {
    path: ["missedEvents"],
    message: fieldMessages.onlyWith("enabled"),
  });

export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.string()),
  status: z.enum(["enabled", "disabled"]),
  /** `gone`: the endpoint responded 410. `failing`: it accepted nothing for five days. */
  disabledBecause: z.enum(["by_hand", "gone", "failing"]).nullable(),
  /** The first failure after the last success. */
  failingSince: Timestamp.nullable(),
  /** Until when the secret before the last rotation signs too. */
  previousSecretUntil: Timestamp.nullable(),
  createdAt: Timestamp,
});
export const Webhooks = listOf(Webhook);

/** With the secret that signatures are verified with; it is shown only here. */
export const WebhookWithSecret = Webhook.extend({ secret: z.string() });

const status = z.enum(["pending", "paused", "succeeded", "failed", "canceled"]);

export const DeliveriesQuery = Page.extend({ status: status.optional() });

export const Delivery = z.object({
  id: z.string(),
  /** The `webhook-id` of every attempt. */
  eventId: z.string(),
  type: z.string(),
  /** `paused`: the webhook is disabled. `canceled`: it was enabled again without what it missed. */
  status,
  /** The latest attempts, oldest first. */
  attempts: z.array(
    z.object({
      at: z.string(),
      /** The HTTP status of the response. */
      responseStatus: z.number().nullable(),
      /** Why there was no response. */
      failure: z.string().nullable(),
    }),
  ),
  /** The first 1,024 bytes of the latest response. */
  responseBody: z.string().nullable(),
  nextAttemptAt: Timestamp.nullable(),
  createdAt: Timestamp,
  /** The body as it is sent. */
  payload: z.string(),
});
export const Deliveries = listOf(Delivery);
