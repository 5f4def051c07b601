import { z } from "zod";
import { Ip, Timestamp, text } from "../shapes.contract";
import { Environment } from "./api-keys.contract";

const KeyText = text(200).min(1);

const asked = {
  key: KeyText,
  /** How much of its quotas this use costs; 0 only looks. */
  cost: z.int().min(0).max(1_000).default(1),
  /** A permission the key must have, `resource:action`. */
  permission: text(100).optional(),
  /** The IP address the key was sent from; needed for keys that may not be used from everywhere. */
  ip: Ip.optional(),
};

/** Where a person holds `api-keys:verify`; a key holds it in its own organization. */
const organization = text(100).optional();

export const VerifyApiKey = z.strictObject({ ...asked, organization });
export const VerifyApiKeys = z.strictObject({
  keys: z.array(z.strictObject(asked)).min(1).max(100),
  organization,
});

/** What a key is and may do; nothing but the code where there is no such key. */
export const Verification = z.object({
  valid: z.boolean(),
  code: z.enum([
    "VALID",
    "NOT_FOUND",
    "EXPIRED",
    "REVOKED",
    "DISABLED",
    "BLOCKED",
    "WRONG_ENVIRONMENT",
    "IP_NOT_ALLOWED",
    "INSUFFICIENT_SCOPE",
    "RATE_LIMITED",
  ]),
  keyId: z.string().optional(),
  organizationId: z.string().optional(),
  environment: Environment.optional(),
  scopes: z.array(z.string()).optional(),
  /** What its scopes come to now. */
  permissions: z.array(z.string()).optional(),
  expiresAt: Timestamp.nullable().optional(),
  /** The window that is closest to its end. */
  rateLimit: z.object({ window: z.string(), limit: z.number(), remaining: z.number(), reset: Timestamp }).optional(),
});

/** In the order of the keys. */
export const Verifications = z.object({ data: z.array(Verification) });

export const LeakedKey = z.strictObject({
  /** The key or the workload token, also with what stood around it where it was found. */
  key: text(10_000).min(1),
});
/** What GitHub's secret scanning sends; it may grow fields. */
export const ScanningMatches = z.array(z.object({ token: text(10_000), url: text(2_000).optional() })).max(1_000);

export const RevokedLeak = z.object({ revoked: z.boolean() });
