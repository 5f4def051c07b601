import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { IpNetworks, listOf, Page, singleLine, Timestamp, TimestampInput, text } from "../shapes.contract";

export const Environment = z.enum(["live", "test"]);
export const KeyStatus = z.enum(["active", "disabled", "expired", "revoked"]);

/** `resource:action`, `resource:*` or `*`. */
const Scopes = z.array(text(100)).min(1).max(100);

/** Notes of the one who made it, for their own programs. */
const Metadata = z
  .record(z.string().regex(/^[A-Za-z][\w.-]{0,39}$/, fieldMessages.metadataName), text(500))
  .refine((entries) => Object.keys(entries).length <= 20, fieldMessages.maxEntries(20));

/** None: everywhere. */
const AllowedIps = IpNetworks.transform((networks) => (networks.length > 0 ? networks : null));

/** Requests a minute; at most what the plan allows. */
const RateLimit = z.int().min(1);

const ExpiresInDays = z.int().min(1).max(3650);
const eitherExpiry = { path: ["expiresInDays"], error: fieldMessages.notWith("expiresAt") };

export const CreateApiKey = z
  .strictObject({
    name: singleLine(100),
    description: singleLine(500).optional(),
    metadata: Metadata.optional(),
    environment: Environment.default("live"),
    /** Left out with `preset`: read-only. */
    scopes: Scopes.optional(),
    /** The name of a set of scopes: read-only, full-access, ci. */
    preset: singleLine(50).optional(),
    expiresAt: TimestampInput.optional(),
    expiresInDays: ExpiresInDays.optional(),
    rateLimit: RateLimit.optional(),
    /** Left out: it may be used from everywhere. */
    allowedIps: AllowedIps.optional(),
  })
  .refine(({ scopes, preset }) => !(scopes && preset), {
    path: ["preset"],
    error: fieldMessages.notWith("scopes"),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry);

/** Null takes a value away; what is left out stays. */
export const UpdateApiKey = z.strictObject({
  name: singleLine(100).optional(),
  description: singleLine(500).nullable().optional(),
  metadata: Metadata.optional(),
  scopes: Scopes.optional(),
  rateLimit: RateLimit.nullable().optional(),
  allowedIps: AllowedIps.nullable().optional(),
  expiresAt: TimestampInput.nullable().optional(),
});

/** Left out: all keys that are not revoked. */
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
  /** The first letters, to tell keys by. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  rateLimit: z.number().nullable(),
  /** Empty: everywhere. */
  allowedIps: z.array(z.string()),
  status: KeyStatus,
  disabledBecause: z.enum(["by_hand", "creator_left", "account_reset", "unused"]).nullable(),
  createdBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  /** The key that took its place by rotation. */
  replacedBy: z.string().nullable(),
  lastUsedAt: Timestamp.nullable(),
  lastUsedIp: z.string().nullable(),
  lastUsedUserAgent: z.string().nullable(),
  usageCount: z.number(),
});

/** The only answer that ever holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });
export const ApiKeys = listOf(ApiKey);

export const RotateApiKey = z
  .strictObject({
    /** Days in which the old key still works, also parts of one: 0.5 is twelve hours. */
    overlap: z.number().min(0).max(30).default(1),
    /** Left out with `expiresInDays`: the new key lives as long as the old one was made for. */
    expiresAt: TimestampInput.optional(),
    expiresInDays: ExpiresInDays.optional(),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry);
