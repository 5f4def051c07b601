import { z } from "zod";
import { about, idOf, text } from "../shapes.contract";
import { deviceGrant } from "./clients.contract";

/** Parameters that are not known are ignored, as OAuth asks for (RFC 6749, 3.2). */
const parameter = (max: number, description: string, example: string) =>
  text(max).optional().meta(about(description, example));

export const clientFields = {
  client_id: parameter(300, "The app, where it does not authenticate by HTTP Basic.", "cli_01jngc4e00000000000000000a"),
  client_secret: parameter(200, "The secret of the app, where it has one and does not use HTTP Basic.", "bcs_…"),
};

export const Token = z
  .object({
    grant_type: text(100).meta(
      about(`\`authorization_code\`, \`refresh_token\` or \`${deviceGrant}\`.`, "authorization_code"),
    ),
    ...clientFields,
    code: parameter(200, "The authorization code.", "bac_…"),
    code_verifier: parameter(200, "What the `code_challenge` of the request was made of (PKCE).", "dBjftJeZ4CVP…"),
    redirect_uri: parameter(
      1_000,
      "As in the authorization request, where it is repeated.",
      "https://app.example.com/callback",
    ),
    refresh_token: parameter(200, "The latest refresh token.", "bgr_…"),
    device_code: parameter(200, "The code of the device.", "bdc_…"),
    scope: parameter(
      4_000,
      "For `refresh_token`: fewer scopes than were granted, for this access token.",
      "members:read",
    ),
    resource: parameter(
      1_000,
      "The service that the token is for, as in the authorization request.",
      "https://api.example.com",
    ),
  })
  .meta({ id: "OAuthTokenRequest", description: "The parameters of OAuth 2.1, 3.2, as a form." });

export const TokenQuestion = z
  .object({
    ...clientFields,
    token: text(8_192).min(1).meta(about("The token.", "eyJ…")),
    token_type_hint: parameter(100, "Not needed: tokens say themselves what they are.", "refresh_token"),
  })
  .meta({ id: "OAuthTokenQuestion", description: "The parameters of RFC 7009 and RFC 7662, as a form." });

export const Introspected = z
  .object({
    active: z.boolean().meta(about("Whether the token works now. Nothing else is told of one that does not.", true)),
    scope: z.string().optional().meta(about("What it is good for now, as far as its user may do it.", "members:read")),
    client_id: z.string().optional().meta(about("The app that holds it.", "cli_01jngc4e00000000000000000a")),
    token_type: z.literal("Bearer").optional().describe("How it is sent."),
    exp: z.number().optional().meta(about("When it expires, in Unix seconds.", 1_772_442_000)),
    sub: z.string().optional().meta(about("The user whom the app acts for.", "usr_01jngc4e00000000000000000a")),
    aud: z.string().optional().meta(about("The service that it is for.", "https://api.example.com")),
    iss: z.string().optional().meta(about("Who issued it.", "https://api.example.com")),
    org: z.string().optional().meta(about("The organization in which the app acts.", "org_01jngc4e00000000000000000a")),
  })
  .meta({ id: "OAuthIntrospection", description: "What a token is good for (RFC 7662, 2.2)." });

export const UserInfo = z
  .object({
    sub: idOf("usr").describe("The user."),
    org: idOf("org").describe("The organization in which the app acts."),
    name: z.string().optional().meta(about("Their name, with the scope `profile`.", "Ada Lovelace")),
    email: z.string().optional().meta(about("Their email, with the scope `email`.", "ada@example.com")),
    email_verified: z.boolean().optional().describe("Whether they have proven to receive email there."),
  })
  .meta({ id: "OAuthUserInfo", description: "What an app may know about its user (OpenID Connect Core 1.0, 5.3.2)." });

export const IssuedTokens = z
  .object({
    access_token: z
      .string()
      .meta(about("Send it as `Authorization: Bearer`. A JWT (RFC 9068).", "eyJhbGciOiJFZERTQSIs…")),
    token_type: z.literal("Bearer").describe("How the access token is sent."),
    expires_in: z.number().int().meta(about("Seconds until the access token expires.", 900)),
    refresh_token: z.string().optional().meta(about("Exchange it for the next tokens.", "bgr_…")),
    scope: z.string().meta(about("What the access token is good for, as far as its user may do it.", "members:read")),
    id_token: z
      .string()
      .optional()
      .meta(about("Who has signed in, with the scope `openid`. A JWT (OpenID Connect).", "eyJhbGciOiJFZERTQSIs…")),
  })
  .meta({ id: "OAuthTokens", description: "What an app gets (OAuth 2.1, 3.2.3)." });
