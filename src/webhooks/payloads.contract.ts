import { z } from "zod";
import { catalog as extension } from "../extensions/catalog";
import { about, exampleId, idOf } from "../shapes.contract";

const name = { name: z.string().meta(about("Its name.", "CI")) };
const slug = { slug: z.string().meta(about("Its name in URLs.", "analytical-engines")) };
const role = { role: z.string().meta(about("The role.", "member")) };
const emailAndRole = { email: z.string().meta(about("Who was invited.", "grace@example.com")), ...role };
const trust = {
  trust: z.string().meta(about("The id of the trust.", exampleId("trs"))),
  issuer: z.string().meta(about("Who signs the tokens.", "https://token.actions.githubusercontent.com")),
  audience: z.string().meta(about("The audience of the tokens.", "https://api.example.com")),
};
const scopeList = z.array(z.string()).meta(about("What the API key may do.", ["members:read"]));
const scopes = { scopes: scopeList };
const permissionList = about("What members with the role may do.", ["members:read"]);
const permissions = z.array(z.string()).meta(permissionList);
const expiresAt = z
  .string()
  .nullable()
  .meta(about("When it stops working; null for never.", "2027-01-31T12:00:00.000Z"));
const source = { source: z.string().meta(about("Who reported it.", "github")) };
const fromUserToUser = {
  from: z.string().meta(about("The user it belonged to.", exampleId("usr"))),
  to: z.string().meta(about("The user it belongs to.", exampleId("usr"))),
};
const none = {};

/**
 * What an event of each type tells webhooks beside whom it concerns. This is an allow-list of what the audit log holds about it: IP addresses,
 * user agents, secrets and links are in none of them, and whatever a later version records stays in the log until it is named here.
 */
const detailsOf = {
  "organization.created": { ...name, ...slug },
  "organization.updated": { ...name, ...slug },
  "organization.deleted": none,
  "organization.restored": slug,
  "organization.suspended": none,
  "organization.suspension_ended": none,
  "organization.plan_changed": { plan: z.string().meta(about("The new plan.", "pro")) },

  "member.role_changed": {
    from: z.string().meta(about("The role before.", "member")),
    to: z.string().meta(about("The role since.", "admin")),
  },
  "member.removed": role,
  "member.left": role,

  "invitation.created": emailAndRole,
  "invitation.resent": emailAndRole,
  "invitation.canceled": emailAndRole,
  "invitation.accepted": role,
  "invitation.declined": none,

  "ownership.offered": none,
  "ownership.offer_canceled": none,
  "ownership.declined": none,
  "ownership.transferred": fromUserToUser,

  "role.created": { ...name, permissions },
  "role.updated": {
    ...name,
    from: permissions.describe("What it allowed before."),
    to: permissions.describe("What it allows since."),
  },
  "role.deleted": name,

  "policy.changed": {
    require2fa: z
      .string()
      .nullable()
      .meta(about("Since when two-factor authentication is required.", "2027-01-31T12:00:00.000Z")),
    maxKeyLifetimeDays: z.number().nullable().meta(about("The maximum lifetime of API keys in days.", 90)),
    allowedScopes: z
      .array(z.string())
      .nullable()
      .meta(about("The maximum scopes of API keys.", ["members:read"])),
    keyCreators: z
      .array(z.string())
      .nullable()
      .meta(about("The roles that may create API keys.", ["admin"])),
  },

  "api_key.created": {
    ...name,
    environment: z.string().meta(about("`live` or `test`.", "live")),
    ...scopes,
    expiresAt,
  },
  "api_key.updated": {
    ...name,
    change: z
      .object({
        ...name,
        ...scopes,
        rateLimit: z.number().nullable().meta(about("Requests a minute; null for what the plan allows.", 60)),
        expiresAt,
      })
      .partial()
      .describe("The new values of what was changed."),
  },
  "api_key.rotated": {
    ...name,
    successor: z.string().meta(about("The id of the new key.", exampleId("key"))),
    endsAt: z.string().nullable().meta(about("When the old key stops working.", "2027-01-31T12:00:00.000Z")),
  },
  "api_key.disabled": { ...name, from: z.string().meta(about("The user it belonged to.", exampleId("usr"))) },
  "api_key.enabled": name,
  "api_key.revoked": name,
  "api_key.handed_over": { ...name, ...fromUserToUser },
  "api_key.leaked": {
    ...name,
    ...source,
    descendants: z.number().meta(about("How many keys it created were revoked with it.", 0)),
  },
  "api_key.token_leaked": { ...name, ...source },
  "api_key.new_network": name,
  "api_key.trust_created": trust,
  "api_key.trust_removed": trust,
  "api_key.token_exchanged": {
    trust: trust.trust,
    subject: z.string().meta(about("The `sub` of the pipeline's token.", "repo:acme/website:ref:refs/heads/main")),
  },
  "api_key.expires_in_7_days": name,
  "api_key.expires_in_1_day": name,
  "api_key.unused": name,
  "api_key.switched_off": name,
  "api_key.day_nearly_used_up": name,
  "api_key.day_used_up": name,

  "webhook.created": none,
  "webhook.updated": none,
  "webhook.enabled": none,
  "webhook.disabled": {
    because: z.string().meta(about("Why: `by_hand`, `gone` or `failing`.", "failing")),
  },
  "webhook.secret_rotated": none,
  "webhook.deleted": none,
} as const satisfies Record<string, z.ZodRawShape>;

const eventId = idOf("evt").describe("The same for every attempt and every endpoint, and the header `webhook-id`.");
const timestamp = z.string().meta(about("When it happened; ISO 8601.", "2026-03-02T09:00:00.000Z"));
const organizationId = idOf("org").describe("The organization it happened in.");

const payloadOf = <Type extends string, Shape extends z.ZodRawShape>(type: Type, details: Shape) =>
  z.object({
    id: eventId,
    type: z.literal(type).describe("The type of the event."),
    timestamp,
    data: z
      .object({
        organizationId,
        actor: z
          .object({
            type: z.enum(["user", "key", "system"]).describe("`system` is Bask itself."),
            id: z
              .string()
              .nullable()
              .meta(about("The id of the user or API key.", exampleId("usr"))),
          })
          .describe("Who did it."),
        targetId: z
          .string()
          .nullable()
          .meta(about("The id of whom or what it concerns.", exampleId("mem"))),
        details: z
          .object(details)
          .partial()
          .describe("What else is known. Fields are left out where an event has no value for them."),
      })
      .describe("What happened."),
  });

/** The body of a webhook by the type of its event. Those of a product have no details. */
export const webhookPayloads: Readonly<Record<string, ReturnType<typeof payloadOf>>> = Object.fromEntries(
  [...Object.entries(detailsOf), ...Object.keys(extension.events).map((type) => [type, none] as const)].map(
    ([type, details]) => [type, payloadOf(type, details)],
  ),
);

/** The body of what is sent on demand, to see whether an endpoint works. */
export const TestPayload = z.object({
  id: eventId,
  type: z.literal("webhook.test").describe("The type of the event."),
  timestamp,
  data: z
    .object({ organizationId, webhookId: idOf("whk").describe("The webhook that is tested.") })
    .describe("Where it comes from."),
});

export const eventTypes: readonly string[] = Object.keys(webhookPayloads);

/** Whether an endpoint that asks for these events gets one of a type. */
export const isSubscribed = (events: readonly string[], type: string): boolean =>
  events.some(
    (event) => event === "*" || event === type || (event.endsWith(".*") && type.startsWith(event.slice(0, -1))),
  );
