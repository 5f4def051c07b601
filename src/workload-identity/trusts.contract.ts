import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { httpUrl, listOf, singleLine, Timestamp, text } from "../shapes.contract";

/** Claims that identify a repository for good. A name can belong to another repository later. */
const repositoryClaims = ["repository_id", "project_id"];
/** Claims that say which of its jobs may use the key. */
const placeClaims = ["ref", "environment"];

const Claims = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, fieldMessages.claimName), text(300).min(1))
  .refine((claims) => Object.keys(claims).length <= 10, fieldMessages.maxEntries(10))
  .refine((claims) => repositoryClaims.some((name) => name in claims), fieldMessages.repositoryClaim)
  .refine((claims) => placeClaims.some((name) => name in claims), fieldMessages.placeClaim)
  .refine((claims) => !claims.ref?.includes("*"), { path: ["ref"], error: fieldMessages.oneRef });

export const CreateTrust = z.strictObject({
  /** `https://token.actions.githubusercontent.com`, `https://gitlab.com` */
  issuer: httpUrl(300),
  /** The audience the token must have. By default the URL of this installation. */
  audience: singleLine(300).optional(),
  /**
   * Claims the token must have, with exactly these values. `ref` names a branch, or a tag together with `ref_type: "tag"`. The ref or the
   * environment must be protected where the issuer says whether it is, unless `ref_protected` or `environment_protected` is named too.
   */
  claims: Claims,
});

export const Trust = z.object({
  id: z.string(),
  keyId: z.string(),
  issuer: z.string(),
  audience: z.string(),
  claims: z.record(z.string(), z.string()),
  /** The user who created it. */
  createdBy: z.string(),
  createdAt: Timestamp,
});
export const Trusts = listOf(Trust);

/** The parameters of RFC 8693, 2.1, as a form or as JSON. */
export const TokenExchange = z.strictObject({
  grant_type: z.literal("urn:ietf:params:oauth:grant-type:token-exchange"),
  subject_token: text(8_192).min(1),
  subject_token_type: z.enum(["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"]),
  /** The id of the API key the token is to stand for. */
  audience: text(100),
  requested_token_type: z.literal("urn:ietf:params:oauth:token-type:access_token").optional(),
});

/** RFC 8693, 2.2.1. */
export const ExchangedToken = z.object({
  access_token: z.string(),
  issued_token_type: z.literal("urn:ietf:params:oauth:token-type:access_token"),
  token_type: z.literal("Bearer"),
  expires_in: z.number(),
  scope: z.string(),
});
