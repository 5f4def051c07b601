import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, exampleId, httpUrl, idOf, listOf, singleLine, Timestamp, text } from "../shapes.contract";

/** Claims that identify a repository for good. A name can belong to another repository later. */
const repositoryClaims = ["repository_id", "project_id"];
/** Claims that say which of its jobs may use the key. */
const placeClaims = ["ref", "environment"];

const issuerText = about(
  "Who signs the tokens: `https://token.actions.githubusercontent.com`, `https://gitlab.com`.",
  "https://token.actions.githubusercontent.com",
);
const claimsText = about(
  'Claims the token must have, with exactly these values. `ref` names a branch, or a tag together with `ref_type: "tag"`. The ref or the environment must be protected where the issuer says whether it is, unless `ref_protected` or `environment_protected` is named too.',
  { repository_id: "74829", ref: "refs/heads/main" },
);

const Claims = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, fieldMessages.claimName), text(300).min(1))
  .refine((claims) => Object.keys(claims).length <= 10, fieldMessages.maxEntries(10))
  .refine((claims) => repositoryClaims.some((name) => name in claims), fieldMessages.repositoryClaim)
  .refine((claims) => placeClaims.some((name) => name in claims), fieldMessages.placeClaim)
  .refine((claims) => !claims.ref?.includes("*"), { path: ["ref"], error: fieldMessages.oneRef });

export const CreateTrust = z
  .strictObject({
    issuer: httpUrl(300).meta(issuerText),
    audience: singleLine(300)
      .optional()
      .meta(
        about("The audience the token must have. By default the URL of this installation.", "https://api.example.com"),
      ),
    claims: Claims.meta(claimsText),
  })
  .meta({ id: "CreateTrust" });

export const Trust = z
  .object({
    id: idOf("trs").describe("The trust's id."),
    keyId: idOf("key").describe("The API key it is about."),
    issuer: z.string().meta(issuerText),
    audience: z.string().meta(about("The audience the token must have.", "https://api.example.com")),
    claims: z.record(z.string(), z.string()).meta(claimsText),
    createdBy: idOf("usr").describe("The user who created it."),
    createdAt: Timestamp.describe("When it was created."),
  })
  .meta({ id: "Trust", description: "Which pipelines may use an API key." });
export const Trusts = listOf(Trust).meta({ id: "TrustList" });

export const CheckTrusts = z
  .strictObject({
    claims: z
      .record(text(100), z.unknown())
      .refine((claims) => Object.keys(claims).length <= 100, fieldMessages.maxEntries(100))
      .meta(
        about("The claims of a token: the middle part of the JWT, decoded.", {
          iss: "https://gitlab.com",
          project_id: "74829",
        }),
      ),
  })
  .meta({ id: "CheckTrusts" });
export const TrustChecks = z
  .object({
    accepted: z
      .boolean()
      .describe("Whether a token with these claims would be exchanged, if it is genuine and in time."),
    isPullRequest: z.boolean().describe("Whether it is of a pull or merge request, which is never accepted."),
    data: z
      .array(
        z.object({
          trustId: idOf("trs").describe("A trust of the key."),
          mismatch: z
            .enum(["other", "unprotected"])
            .nullable()
            .describe(
              "`other`: it is about another issuer, audience or claim; `unprotected`: the branch or environment is not protected; null: it accepts the claims.",
            ),
        }),
      )
      .describe("What each trust of the key says."),
  })
  .meta({ id: "TrustChecks", description: "What the trusts of a key say to claims." });

export const TokenExchange = z
  .strictObject({
    grant_type: z.literal("urn:ietf:params:oauth:grant-type:token-exchange").describe("The kind of grant."),
    subject_token: text(8_192).min(1).meta(about("The token that the pipeline was given by its issuer.", "eyJ…")),
    subject_token_type: z
      .enum(["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"])
      .describe("What kind of token it is."),
    audience: text(100).meta(about("The id of the API key the token is to stand for.", exampleId("key"))),
    requested_token_type: z
      .literal("urn:ietf:params:oauth:token-type:access_token")
      .optional()
      .describe("The kind of token to get."),
  })
  .meta({ id: "TokenExchange", description: "The parameters of RFC 8693, 2.1, as a form or as JSON." });

export const ExchangedToken = z
  .object({
    access_token: z.string().meta(about("Send it as `Authorization: Bearer` or as `X-API-Key`.", "bsw_…")),
    issued_token_type: z.literal("urn:ietf:params:oauth:token-type:access_token").describe("What kind of token it is."),
    token_type: z.literal("Bearer").describe("How it is sent."),
    expires_in: z.number().meta(about("Seconds until it expires.", 900)),
    scope: z.string().meta(about("The scopes of the API key, separated by spaces.", "members:read usage:read")),
  })
  .meta({ id: "ExchangedToken", description: "RFC 8693, 2.2.1." });
