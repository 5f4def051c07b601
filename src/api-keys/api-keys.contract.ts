import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { IpNetworks, listOf, Page, singleLine, Timestamp, TimestampInput, text } from "../shapes.contract";

export const Environment = z.enum(["live", "test"]);
/** `blocked`: refused for a reason outside of the key, see `blockedBecause`. `expired`: at its own end or the one the policy sets. */
export const KeyStatus = z.enum(["active", "disabled", "blocked", "expired", "revoked"]);

/** `resource:action`, `resource:*` or `*`. */
const Scopes = z.array(text(100)).min(1).max(100);

/** Notes for programs of the organization. */
const Metadata = z
  .record(z.string().regex(/^[A-Za-z][\w.-]{0,39}$/, fieldMessages.metadataName), text(500))
  .refine((entries) => Object.keys(entries).length <= 20, fieldMessages.maxEntries(20));

/** An empty list: every IP address. */
const AllowedIps = IpNetworks.transform((networks) => (networks.length > 0 ? networks : null));

/** Requests a minute, at most what the plan allows. */
const RateLimit = z.int().min(1);

const ExpiresInDays = z.int().min(1).max(3650);
const eitherExpiry = { path: ["expiresInDays"], error: fieldMessages.notWith("expiresAt") };

export const CreateApiKey = z
  .strictObject({
    name: singleLine(100),
    description: singleLine(500).optional(),
    metadata: Metadata.optional(),
    environment: Environment.default("live"),
    /** Without scopes and preset: read-only. */
    scopes: Scopes.optional(),
    /** The name of a set of scopes: read-only, full-access, ci. */
    preset: singleLine(50).optional(),
    expiresAt: TimestampInput.optional(),
    expiresInDays: ExpiresInDays.optional(),
    rateLimit: RateLimit.optional(),
    /** By default it can be used from every IP address. */
    allowedIps: AllowedIps.optional(),
  })
  .refine(({ scopes, preset }) => !(scopes && preset), {
    path: ["preset"],
    error: fieldMessages.notWith("scopes"),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry);

/** Null removes a value. What is left out stays as it is. */
export const UpdateApiKey = z.strictObject({
  name: singleLine(100).optional(),
  description: singleLine(500).nullable().optional(),
  metadata: Metadata.optional(),
  scopes: Scopes.optional(),
  rateLimit: RateLimit.nullable().optional(),
  allowedIps: AllowedIps.nullable().optional(),
  expiresAt: TimestampInput.nullable().optional(),
});

/** By default all keys that are not revoked. */
export const ApiKeyFilter = Page.extend({
  environment: Environment.optional(),
  status: KeyStatus.optional(),
  createdBy: text(100).optional(),
  search: singleLine(100).optional(),
});

export const ApiKey = z.object({
  id: z.string(),
  organizationId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  environment: Environment,
  /** The first characters, to recognize it by. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  rateLimit: z.number().nullable(),
  /** Empty: every IP address. */
  allowedIps: z.array(z.string()),
  status: KeyStatus,
  disabledBecause: z
    .enum(["by_hand", "creator_left", "account_reset", "unused", "secret_known_to_former_member"])
    .nullable(),
  /** What keeps it from working until that is gone. */
  blockedBecause: z
    .enum([
      "organization_deleted",
      "organization_suspended",
      "creator_left",
      "creator_suspended",
      "creator_without_two_factor",
      "environment_not_accepted",
    ])
    .nullable(),
  /** The member it belongs to: their role bounds what it may do. */
  createdBy: z.string(),
  /** The user who was shown the key itself, when it was created or rotated. */
  issuedTo: z.string(),
  /** The key that created it, or that rotated its predecessor. */
  parentKeyId: z.string().nullable(),
  createdAt: Timestamp,
  /** The end that holds: its own, or the one that the organization's policy sets. */
  expiresAt: Timestamp.nullable(),
  /** Its successor, once it was rotated. */
  replacedBy: z.string().nullable(),
  lastUsedAt: Timestamp.nullable(),
  lastUsedIp: z.string().nullable(),
  lastUsedUserAgent: z.string().nullable(),
  usageCount: z.number(),
});

/** The only response that holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });
export const ApiKeys = listOf(ApiKey);

export const HandOverApiKey = z.strictObject({ memberId: text(100) });
export const RevokeApiKey = z.strictObject({
  /** Also revokes the keys that it created, and those they created. */
  descendants: z.literal("true").optional(),
});

export const RotateApiKey = z
  .strictObject({
    /** Days for which the old key still works; 0.5 is twelve hours. */
    overlap: z.number().min(0).max(30).default(1),
    /** By default the new key has a lifetime as long as the old one's. */
    expiresAt: TimestampInput.optional(),
    expiresInDays: ExpiresInDays.optional(),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry);
