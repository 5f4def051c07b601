import { z } from "zod";
import { about, exampleId, Ip, idOf, Timestamp, text } from "../shapes.contract";
import { Environment, OnlyInput, onlyText, Scopes, scopesText } from "./api-keys.contract";

const asked = {
  /** Whatever a header can hold, nothing included, so that a gateway passes on what was sent and reads the answer. */
  key: text(16_384).meta(
    about(
      "The API key or personal access token that was sent to your service; empty if there was none.",
      "bsk_live_8fQ2…",
    ),
  ),
  cost: z.int().min(0).max(1_000).default(1).meta(about("How much of its quotas this use costs; 0 only looks.", 1)),
  permission: text(100).optional().meta(about("A permission the key must have, `resource:action`.", "members:read")),
  organizationId: text(100)
    .optional()
    .meta(
      about(
        "The organization the request is about. Needed for a personal access token that reaches several; ignored for an API key.",
        exampleId("org"),
      ),
    ),
  ip: Ip.optional().describe(
    "The IP address the key was sent from; needed for keys that may not be used from everywhere.",
  ),
};

const organization = text(100)
  .optional()
  .meta(about("Where a user holds `api-keys:verify`. A key holds it in its own organization.", exampleId("org")));

export const VerifyApiKey = z
  .strictObject({ ...asked, organization })
  .meta({ id: "VerifyApiKey", example: { key: "bsk_live_8fQ2…", permission: "members:read" } });
export const VerifyApiKeys = z
  .strictObject({
    keys: z
      .array(z.strictObject(asked))
      .min(1)
      .max(100)
      .meta(about("Up to 100 keys.", [{ key: "bsk_live_8fQ2…" }])),
    organization,
  })
  .meta({ id: "VerifyApiKeys", example: { keys: [{ key: "bsk_live_8fQ2…" }] } });

export const Verification = z
  .object({
    valid: z.boolean().meta(about("Whether to let the request in.", true)),
    code: z
      .enum([
        "VALID",
        "NOT_FOUND",
        "EXPIRED",
        "REVOKED",
        "DISABLED",
        "BLOCKED",
        "WRONG_ENVIRONMENT",
        "IP_NOT_ALLOWED",
        "INSUFFICIENT_SCOPE",
        "ORGANIZATION_REQUIRED",
        "ORGANIZATION_NOT_ALLOWED",
        "RATE_LIMITED",
      ])
      .describe(
        "Why not, if not. `ORGANIZATION_REQUIRED`: send `organizationId`, because this token reaches several. `ORGANIZATION_NOT_ALLOWED`: the token has no access there.",
      ),
    keyId: idOf("key").optional().describe("The id of the key or of the personal access token."),
    userId: idOf("usr").optional().describe("The user for whom a personal access token acts."),
    organizationId: idOf("org").optional().describe("The organization it belongs to, or that was asked about."),
    environment: Environment.optional(),
    scopes: z.array(z.string()).optional().meta(scopesText),
    permissions: z
      .array(z.string())
      .optional()
      .meta(about("What its scopes come to now.", ["members:read", "usage:read"])),
    only: z
      .array(z.string())
      .nullable()
      .optional()
      .meta(about("The resources it is bound to: refuse it for all others. Null for one that is not bound.", null)),
    expiresAt: Timestamp.nullable().optional().describe("When it stops working; null for never."),
    rateLimit: z
      .object({
        window: z.string().meta(about("`minute`, `hour` or `day`.", "minute")),
        limit: z.number().meta(about("Requests in the window.", 100)),
        remaining: z.number().meta(about("Requests left in the window.", 99)),
        reset: Timestamp.describe("When the window ends."),
      })
      .optional()
      .describe("The window that is closest to its end."),
  })
  .meta({
    id: "ApiKeyVerification",
    description: "What a key is and may do; nothing but the code where there is no such key.",
  });

export const Verifications = z
  .object({ data: z.array(Verification).meta(about("In the order of the keys.")) })
  .meta({ id: "ApiKeyVerificationList" });

export const DeriveToken = z
  .strictObject({
    scopes: Scopes.optional().describe(
      "What it may do, at most what the key may. By default all that the key may. Never what creates credentials.",
    ),
    only: OnlyInput.optional().meta(
      about("Ids of the resources it is bound to, at most those of the key.", [exampleId("prj")]),
    ),
    expiresIn: z.int().min(10).max(3_600).default(900).meta(about("Seconds until it expires.", 900)),
  })
  .meta({ id: "DeriveToken", example: { scopes: ["members:read"], expiresIn: 600 } });

export const DerivedToken = z
  .object({
    token: z.string().meta(about("Send it as `Authorization: Bearer` or as `X-API-Key`.", "bsd_…")),
    expiresAt: Timestamp.describe("When it expires; earlier, when its key ends."),
    scopes: z.array(z.string()).readonly().meta(scopesText),
    only: z.array(z.string()).readonly().nullable().meta(onlyText),
  })
  .meta({ id: "DerivedToken", description: "A token for less than its key, and not as long." });

export const LeakedKey = z
  .strictObject({
    key: text(10_000)
      .min(1)
      .meta(about("The key, or the token, also with what stood around it where it was found.", "bsk_live_8fQ2…")),
  })
  .meta({ id: "LeakedKey" });
/** What GitHub's secret scanning sends; it may grow fields. */
export const ScanningMatches = z.array(z.object({ token: text(10_000), url: text(2_000).optional() })).max(1_000);

export const RevokedLeak = z
  .object({ revoked: z.boolean().meta(about("False where there was no such key, or it was revoked before.", true)) })
  .meta({ id: "RevokedLeak" });
