import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, httpUrl, idOf, listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";
import { allEventTypes, eventTypes, isSubscribed } from "./payloads.contract";

const urlText = about("An https URL of the public Internet.", "https://hooks.example.com/bask");
const descriptionText = about("What it is for.", "Syncs members to the CRM.");
const eventsText = about("Event types, `noun.*` for all of a kind, or `*` for all.", ["api_key.created", "member.*"]);
const url = httpUrl(2_000).meta(urlText);
const description = singleLine(200).nullable().meta(descriptionText);
const eventsOf = (known: readonly string[], example: string[]) =>
  z
    .array(
      text(100).refine((event) => known.some((type) => isSubscribed([event], type)), fieldMessages.unknownEventType),
    )
    .min(1)
    .max(100)
    .transform((types) => [...new Set(types)])
    .meta(about(eventsText.description, example));

const signatureScheme = z
  .enum(["v1", "v1a"])
  .meta(about("`v1`: HMAC-SHA256 with a secret. `v1a`: Ed25519, where receivers have the public key only.", "v1"));

const createWith = (events: ReturnType<typeof eventsOf>) =>
  z.strictObject({
    url,
    description: description.optional(),
    events,
    signatureScheme: signatureScheme.optional(),
  });

const updateWith = (events: ReturnType<typeof eventsOf>) =>
  z
    .strictObject({
      url,
      description,
      events,
      enabled: z.boolean().meta(about("False to send nothing until it is enabled again.", true)),
      missedEvents: z
        .enum(["send", "skip"])
        .describe(
          "When a disabled webhook is enabled: `send` what it missed in the last 30 days, which is the default, or `skip` it.",
        ),
    })
    .partial()
    .refine(({ enabled, missedEvents }) => missedEvents === undefined || enabled === true, {
      path: ["missedEvents"],
      message: fieldMessages.onlyWith("enabled"),
    });
const keepsValues = "Fields that are left out keep their value.";

const ofOrganization = eventsOf(eventTypes, ["api_key.created", "member.*"]);
const ofInstallation = eventsOf(allEventTypes, ["user.*", "organization.created"]);
export const CreateWebhook = createWith(ofOrganization).meta({ id: "CreateWebhook" });
export const UpdateWebhook = updateWith(ofOrganization).meta({
  id: "UpdateWebhook",
  description: keepsValues,
  example: { events: ["member.*"] },
});
export const CreateInstallationWebhook = createWith(ofInstallation).meta({ id: "CreateInstallationWebhook" });
export const UpdateInstallationWebhook = updateWith(ofInstallation).meta({
  id: "UpdateInstallationWebhook",
  description: keepsValues,
  example: { events: ["user.*"] },
});

export const Webhook = z
  .object({
    id: idOf("whk").describe("The webhook's id."),
    url: z.string().meta(urlText),
    description: z.string().nullable().meta(descriptionText),
    events: z.array(z.string()).meta(eventsText),
    signatureScheme,
    publicKey: z
      .string()
      .nullable()
      .meta(about("Verifies `v1a` signatures: `whpk_` and the 32 bytes of an Ed25519 key in base64.", null)),
    status: z.enum(["enabled", "disabled"]).describe("Whether it sends events."),
    disabledBecause: z
      .enum([
        "by_hand",
        "gone",
        "failing",
        "set_up_by_former_member",
        "set_up_by_demoted_member",
        "account_reset",
        "restored_from_backup",
      ])
      .nullable()
      .meta(
        about(
          "`gone`: the endpoint responded 410. `failing`: it accepted nothing for five days. `set_up_by_former_member`: a member who was removed chose its URL or saw its secret. `set_up_by_demoted_member`: one with a lower role now did. `account_reset`: the account that set it up was taken back by its owner. `restored_from_backup`: its URL or its secret was replaced after the backup was made.",
          null,
        ),
      ),
    failingSince: Timestamp.nullable().meta(about("The first failure after the last success.", null)),
    previousSecretUntil: Timestamp.nullable().meta(
      about("Until when the secret before the last rotation signs too.", null),
    ),
    createdAt: Timestamp.describe("When it was created."),
  })
  .meta({ id: "Webhook", description: "Where the events of an organization are sent." });
export const Webhooks = listOf(Webhook).meta({ id: "WebhookList" });

export const WebhookWithSecret = Webhook.extend({
  secret: z
    .string()
    .meta(
      about(
        "What signatures are verified with, shown only here: a secret, or the `publicKey` of a key pair.",
        "whsec_…",
      ),
    ),
}).meta({ id: "WebhookWithSecret", description: "A webhook with its secret." });

const status = z.enum(["pending", "paused", "succeeded", "failed", "canceled"]);

export const DeliveriesQuery = Page.extend({ status: status.optional().describe("Only deliveries in this state.") });

export const Delivery = z
  .object({
    id: idOf("dlv").describe("The delivery's id."),
    eventId: idOf("evt").describe("The `webhook-id` of every attempt."),
    type: z.string().meta(about("The type of the event.", "member.left")),
    status: status.describe(
      "`paused`: the webhook is disabled. `canceled`: it was enabled again without what it missed.",
    ),
    attempts: z
      .array(
        z.object({
          at: z.string().meta(about("When it was tried.", "2026-03-02T09:00:00.000Z")),
          responseStatus: z.number().nullable().meta(about("The HTTP status of the response.", 204)),
          failure: z.string().nullable().meta(about("Why there was no response.", null)),
        }),
      )
      .describe("The latest attempts, oldest first."),
    responseBody: z.string().nullable().meta(about("The first 1,024 bytes of the latest response.", "")),
    nextAttemptAt: Timestamp.nullable().meta(about("When it is tried again.", null)),
    createdAt: Timestamp.describe("When the event happened."),
    payload: z.string().meta(about("The body as it is sent.", '{"id":"evt_…","type":"member.left",…}')),
  })
  .meta({ id: "Delivery", description: "An event on its way to a webhook." });
export const Deliveries = listOf(Delivery).meta({ id: "DeliveryList" });
