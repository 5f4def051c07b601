import { z } from "zod";
import { auditActions } from "../audit/actions.contract";
import { catalog as extension } from "../extensions/catalog";
import { lazyRecord } from "../lazy";
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
const policy = z
  .object({
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
    personalTokens: z
      .enum(["approval", "refused"])
      .nullable()
      .meta(about("What members' personal access tokens need: approval, or they are refused.", "approval")),
    maxPersonalTokenDays: z
      .number()
      .nullable()
      .meta(about("The maximum lifetime of personal access tokens in days.", 30)),
  })
  .partial();
const app = { client: z.string().meta(about("The app, by its client_id.", exampleId("cli"))) };
const none = {};

/**
 * What an event of each type tells webhooks beside whom it concerns. This is an allow-list of what the audit log holds about it: IP addresses,
 * user agents, secrets and links are in none of them, and whatever a later version records stays in the log until it is named here.
 */
const organizationDetails = {
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

  "personal_token.created": { ...name, ...scopes },
  "personal_token.updated": name,
  "personal_token.rotated": name,
  "personal_token.revoked": name,
  "personal_token.leaked": { ...name, ...source },
  "personal_token.derived_leaked": { ...name, ...source },
  "personal_token.requested": { ...name, ...scopes },
  "personal_token.approved": { ...name, ...scopes },
  "personal_token.access_ended": name,

  "policy.changed": {
    from: policy.describe("What was changed, as it was before."),
    to: policy.describe("What was changed, as it is since."),
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

  "app.connected": { ...app, ...name, ...scopes },
  "app.disconnected": {
    ...app,
    because: z.string().meta(about("Why: `disconnected`, `member_left` and others.", "disconnected")),
  },
  "app.reuse_detected": app,
  "oauth_client.created": name,
  "oauth_client.updated": name,
  "oauth_client.secret_rotated": name,
  "oauth_client.deleted": name,
  "oauth_client.blocked": name,
  "oauth_client.unblocked": name,

  "webhook.created": none,
  "webhook.updated": none,
  "webhook.enabled": none,
  "webhook.disabled": {
    because: z
      .string()
      .meta(
        about(
          "Why: `by_hand`, `gone`, `failing`, `set_up_by_former_member`, `set_up_by_demoted_member` or `account_reset`.",
          "failing",
        ),
      ),
  },
  "webhook.secret_rotated": none,
  "webhook.deleted": none,

  "audit_stream.set_up": none,
  "audit_stream.disabled": {
    because: z
      .string()
      .meta(
        about(
          "Why: `gone`, `failing`, `set_up_by_former_member`, `set_up_by_demoted_member` or `account_reset`.",
          "failing",
        ),
      ),
  },
  "audit_stream.deleted": none,
} as const satisfies Record<string, z.ZodRawShape>;

/** The types of events that the logs of users, or of the installation, hold. Only webhooks of the installation get them. */
const typesOf = (nouns: RegExp) => Object.keys(auditActions).filter((type) => nouns.test(type));
const withoutDetails = (types: string[]) => Object.fromEntries(types.map((type) => [type, none]));
const userDetails = {
  ...withoutDetails(typesOf(/^(user|identity|session|two_factor|passkey|operator)\./)),
  "operator.acted": { action: z.string().meta(about("What the operator did.", "user.suspended")) },
};
const installationDetails = withoutDetails(typesOf(/^installation\./));

const eventId = idOf("evt").describe("The same for every attempt and every endpoint, and the header `webhook-id`.");
const timestamp = z.string().meta(about("When it happened; ISO 8601.", "2026-03-02T09:00:00.000Z"));
/** Whose log an event is in. */
const organization = { organizationId: idOf("org").describe("The organization it happened in.") };
const user = { userId: idOf("usr").describe("The user it happened to.") };

const actor = z
  .object({
    type: z
      .enum(["user", "operator", "key", "grant", "system"])
      .describe("`grant` is an app, `system` is Bask itself."),
    id: z
      .string()
      .nullable()
      .meta(about("The id of the user, API key or grant.", exampleId("usr"))),
  })
  .describe("Who did it.");
const targetId = z
  .string()
  .nullable()
  .meta(about("The id of whom or what it concerns.", exampleId("mem")));

const payloadOf = <Type extends string>(type: Type, of: z.ZodRawShape, details: z.ZodRawShape) =>
  z.object({
    id: eventId,
    type: z.literal(type).describe("The type of the event."),
    timestamp,
    data: z
      .object({
        ...of,
        actor,
        targetId,
        details: z
          .object(details)
          .partial()
          .describe("What else is known. Fields are left out where an event has no value for them."),
      })
      .describe("What happened."),
  });

const entriesOf = (of: z.ZodRawShape, types: Record<string, z.ZodRawShape>) =>
  Object.entries(types).map(([type, details]) => [type, () => payloadOf(type, of, details)] as const);

/** Those of a product; an event of which it says nothing has no details. */
const ofExtension: Readonly<Record<string, z.ZodRawShape | undefined>> = extension.webhookDetails ?? {};
const extensionDetails = Object.fromEntries(
  Object.keys(extension.events).map((type) => [type, ofExtension[type] ?? none]),
);

const organizationPayloads = entriesOf(organization, { ...organizationDetails, ...extensionDetails });

/** The body of a webhook by the type of its event, each made when it is first asked for. */
export const webhookPayloads = lazyRecord([
  ...organizationPayloads,
  ...entriesOf(user, userDetails),
  ...entriesOf({}, installationDetails),
]);

/** The body of what is sent on demand, to see whether an endpoint works. */
export const TestPayload = z.object({
  id: eventId,
  type: z.literal("webhook.test").describe("The type of the event."),
  timestamp,
  data: z
    .object({
      organizationId: z
        .string()
        .nullable()
        .meta(about("The organization it belongs to; null for one of the installation.", exampleId("org"))),
      webhookId: idOf("whk").describe("The webhook that is tested."),
    })
    .describe("Where it comes from."),
});

/** What webhooks of organizations can ask for. */
export const eventTypes: readonly string[] = organizationPayloads.map(([type]) => type);
/** What webhooks of the installation can ask for. */
export const allEventTypes: readonly string[] = Object.keys(webhookPayloads);

/** Whether an endpoint that asks for these events gets one of a type. */
export const isSubscribed = (events: readonly string[], type: string): boolean =>
  events.some(
    (event) => event === "*" || event === type || (event.endsWith(".*") && type.startsWith(event.slice(0, -1))),
  );
