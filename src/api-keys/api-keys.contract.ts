import { z } from "zod";
import { listOf, Page, singleLine, Timestamp, TimestampInput } from "../shapes.contract";

export const Environment = z.enum(["live", "test"]);
export const KeyStatus = z.enum(["active", "disabled", "expired", "revoked"]);

/** `resource:action`, `resource:*` or `*`. */
const Scopes = z
  .array(z.string().max(100, "is too long"))
  .min(1, "names no scope; leave it out for read-only")
  .max(100, "has too many entries");

/** Notes of the one who made it, for their own programs. */
const Metadata = z
  .record(
    z.string().regex(/^[A-Za-z][\w.-]{0,39}$/, "is not a name of letters, digits, dots and hyphens"),
    singleLine(500),
  )
  .refine((entries) => Object.keys(entries).length <= 20, "has more than 20 entries");

/** Addresses and CIDRs, IPv4 or IPv6. */
const AllowedIps = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], "is not an address or a CIDR"))
  .max(100, "has more than 100 entries");

/** Requests a minute; at most what the plan allows. */
const RateLimit = z.int("is not a whole number").min(1, "is below 1");

const ExpiresInDays = z.int("is not a whole number").min(1, "is below 1").max(3650, "is above 3650");
const eitherExpiry = { path: ["expiresInDays"], error: "cannot be given together with expiresAt" };

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
    allowedIps: AllowedIps.min(1, "is empty; leave it out for everywhere").optional(),
  })
  .refine(({ scopes, preset }) => !(scopes && preset), {
    path: ["preset"],
    error: "cannot be given together with scopes",
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
  createdBy: z.string().max(100, "is too long").optional(),
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
    overlap: z.number().min(0, "is below 0").max(30, "is above 30").default(1),
    /** Left out with `expiresInDays`: the new key lives as long as the old one was made for. */
    expiresAt: TimestampInput.optional(),
    expiresInDays: ExpiresInDays.optional(),
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), eitherExpiry);
