import { z } from "zod";
import { catalog as extension } from "../extensions/catalog";

const name = { name: z.string() };
const role = { role: z.string() };
const emailAndRole = { email: z.string(), ...role };
const trust = { trust: z.string(), issuer: z.string(), audience: z.string() };
const scopes = { scopes: z.array(z.string()) };
const permissions = z.array(z.string());
const none = {};

/**
 * What an event of each type tells webhooks beside whom it concerns. This is an allow-list of what the audit log holds about it: IP addresses,
 * user agents, secrets and links are in none of them, and whatever a later version records stays in the log until it is named here.
 */
const detailsOf = {
  "organization.created": { ...name, slug: z.string() },
  "organization.updated": { ...name, slug: z.string() },
  "organization.deleted": none,
  "organization.restored": { slug: z.string() },
  "organization.suspended": none,
  "organization.suspension_ended": none,
  "organization.plan_changed": { plan: z.string() },

  "member.role_changed": { from: z.string(), to: z.string() },
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
  "ownership.transferred": { from: z.string(), to: z.string() },

  "role.created": { ...name, permissions },
  "role.updated": { ...name, from: permissions, to: permissions },
  "role.deleted": name,

  "policy.changed": {
    require2fa: z.string().nullable(),
    maxKeyLifetimeDays: z.number().nullable(),
    allowedScopes: z.array(z.string()).nullable(),
    keyCreators: z.array(z.string()).nullable(),
  },

  "api_key.created": { ...name, environment: z.string(), ...scopes, expiresAt: z.string().nullable() },
  "api_key.updated": {
    ...name,
    change: z
      .object({ ...name, ...scopes, rateLimit: z.number().nullable(), expiresAt: z.string().nullable() })
      .partial(),
  },
  "api_key.rotated": { ...name, successor: z.string(), endsAt: z.string().nullable() },
  "api_key.disabled": { ...name, from: z.string() },
  "api_key.enabled": name,
  "api_key.revoked": name,
  "api_key.handed_over": { ...name, from: z.string(), to: z.string() },
  "api_key.leaked": { ...name, source: z.string(), descendants: z.number() },
  "api_key.token_leaked": { ...name, source: z.string() },
  "api_key.new_network": name,
  "api_key.trust_created": trust,
  "api_key.trust_removed": trust,
  "api_key.token_exchanged": { trust: z.string(), subject: z.string() },
  "api_key.expires_in_7_days": name,
  "api_key.expires_in_1_day": name,
  "api_key.unused": name,
  "api_key.switched_off": name,
  "api_key.day_nearly_used_up": name,
  "api_key.day_used_up": name,

  "webhook.created": none,
  "webhook.updated": none,
  "webhook.enabled": none,
  "webhook.disabled": { because: z.string() },
  "webhook.secret_rotated": none,
  "webhook.deleted": none,
} as const satisfies Record<string, z.ZodRawShape>;

const id = z.string().nullable();

const payloadOf = <Type extends string, Shape extends z.ZodRawShape>(type: Type, details: Shape) =>
  z.object({
    /** The same for every attempt and every endpoint, and the header `webhook-id`. */
    id: z.string(),
    type: z.literal(type),
    /** When it happened; ISO 8601. */
    timestamp: z.string(),
    data: z.object({
      organizationId: z.string(),
      actor: z.object({ type: z.enum(["user", "key", "system"]), id }),
      /** The id of whom or what it concerns. */
      targetId: id,
      /** Fields are left out where an event has no value for them. */
      details: z.object(details).partial(),
    }),
  });

/** The body of a webhook by the type of its event. Those of a product have no details. */
export const webhookPayloads: Readonly<Record<string, ReturnType<typeof payloadOf>>> = Object.fromEntries(
  [...Object.entries(detailsOf), ...Object.keys(extension.events).map((type) => [type, none] as const)].map(
    ([type, details]) => [type, payloadOf(type, details)],
  ),
);

/** The body of what is sent on demand, to see whether an endpoint works. */
export const TestPayload = z.object({
  id: z.string(),
  type: z.literal("webhook.test"),
  timestamp: z.string(),
  data: z.object({ organizationId: z.string(), webhookId: z.string() }),
});

export const eventTypes: readonly string[] = Object.keys(webhookPayloads);

/** Whether an endpoint that asks for these events gets one of a type. */
export const isSubscribed = (events: readonly string[], type: string): boolean =>
  events.some(
    (event) => event === "*" || event === type || (event.endsWith(".*") && type.startsWith(event.slice(0, -1))),
  );
