import { z } from "zod";
import { line, listOf, Time } from "../shapes.contract";

export const Environment = z.enum(["live", "test"]);

export const CreateApiKey = z
  .strictObject({
    name: line(100),
    environment: Environment.default("live"),
    /** `resource:action`, `resource:*` or `*`. Left out with `preset`: read-only. */
    scopes: z
      .array(z.string().max(100, "is too long"))
      .min(1, "names no scope; leave it out for read-only")
      .max(100, "has too many entries")
      .optional(),
    preset: z.enum(["read-only", "full-access", "ci"]).optional(),
    expiresAt: z.iso
      .datetime({ offset: true, error: "is not an ISO 8601 time" })
      .transform((text) => new Date(text))
      .optional(),
    expiresInDays: z.int("is not a whole number").min(1, "is below 1").max(3650, "is above 3650").optional(),
    /** Requests a minute; at most what the plan allows. */
    rateLimit: z.int("is not a whole number").min(1, "is below 1").optional(),
  })
  .refine(({ scopes, preset }) => !(scopes && preset), {
    path: ["preset"],
    error: "cannot be given together with scopes",
  })
  .refine(({ expiresAt, expiresInDays }) => !(expiresAt && expiresInDays), {
    path: ["expiresInDays"],
    error: "cannot be given together with expiresAt",
  });

export const ApiKey = z.object({
  id: z.string(),
  organizationId: z.string(),
  name: z.string(),
  environment: Environment,
  /** The first letters, to tell keys by. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  rateLimit: z.number().nullable(),
  status: z.enum(["active", "expired", "revoked"]),
  createdBy: z.string(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
  lastUsedAddress: z.string().nullable(),
  lastUsedUserAgent: z.string().nullable(),
  usageCount: z.number(),
});

/** The only answer that ever holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });
export const ApiKeys = listOf(ApiKey);
