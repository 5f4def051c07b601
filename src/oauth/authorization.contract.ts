import { z } from "zod";
import { about, idOf, Timestamp, text } from "../shapes.contract";

const parameter = (max: number, description: string, example: string) =>
  text(max).optional().meta(about(description, example));

/** What apps send that we do not know is ignored, as OAuth asks for (RFC 6749, 3.1). */
export const Authorize = z.object({
  client_id: parameter(300, "The app: its id, or the URL of its metadata document.", "cli_01jngc4e00000000000000000a"),
  redirect_uri: parameter(
    1_000,
    "Where the browser is sent back to: one that the app has registered.",
    "https://app.example.com/callback",
  ),
  response_type: parameter(40, "`code`.", "code"),
  response_mode: parameter(40, "`query`, if anything.", "query"),
  code_challenge: parameter(
    200,
    "The SHA-256 of the verifier, in base64url (PKCE).",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  ),
  code_challenge_method: parameter(40, "`S256`.", "S256"),
  scope: parameter(
    4_000,
    "What the app wants to do, separated by spaces. Without it, everything that can be read.",
    "members:read",
  ),
  state: parameter(1_000, "Comes back as it is.", "af0ifjsldkj"),
  resource: parameter(
    1_000,
    "The service that the token is for (RFC 8707). Without it, this API.",
    "https://api.example.com",
  ),
  nonce: parameter(255, "Comes back in the `id_token`.", "n-0S6_WzA2Mj"),
  prompt: parameter(
    100,
    "`consent` asks also where the user has agreed before, `login` for a new sign-in, `none` is refused.",
    "consent",
  ),
  max_age: parameter(10, "Seconds since the user may have proven their identity last.", "3600"),
  request: parameter(4_000, "Not supported.", "eyJ…"),
  request_uri: parameter(1_000, "Not supported.", "urn:…"),
});

const sealed = text(8_192).min(1).meta(about("The `request` of the page's URL.", "eyJ…"));

export const ReadAuthorization = z.strictObject({ request: sealed }).meta({ id: "ReadAuthorization" });

export const consentAnswer = {
  organizationId: idOf("org").max(40).describe("The organization in which the app may act."),
  digest: text(100).meta(about("The `digest` of what was shown.", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")),
};
export const ApproveAuthorization = z
  .strictObject({ request: sealed, ...consentAnswer })
  .meta({ id: "ApproveAuthorization" });

export const RedirectTo = z
  .object({
    redirectTo: z.string().meta(about("Where to send the browser.", "https://app.example.com/callback?code=bac_…")),
  })
  .meta({ id: "RedirectTo", description: "Where the browser goes on." });

const Scope = z
  .object({
    scope: z.string().meta(about("Its name.", "members:read")),
    description: z.string().meta(about("What it means, in words.", "Read members")),
  })
  .meta({ id: "DescribedScope", description: "Something that an app wants to do." });

export const consent = {
  client: z
    .object({
      id: z.string().meta(about("Its client_id.", "https://app.example.com/client.json")),
      name: z
        .string()
        .meta(about("What it calls itself. Anyone can choose any name: show the host beside it.", "Example App")),
      uri: z.string().nullable().meta(about("A page about it.", "https://app.example.com")),
      host: z
        .string()
        .nullable()
        .meta(about("The host that vouches for it; null for one that was registered here.", "app.example.com")),
    })
    .describe("The app that asks."),
  redirectHost: z
    .string()
    .nullable()
    .meta(
      about(
        "Where the answer goes: a host, `this device`, or the scheme of an app; null for a device.",
        "app.example.com",
      ),
    ),
  account: z
    .object({
      id: idOf("usr").describe("Their id."),
      email: z.string().meta(about("Their email.", "ada@example.com")),
      fullName: z.string().meta(about("Their name.", "Ada Lovelace")),
    })
    .describe("The user who is asked."),
  scopes: z.array(Scope).describe("What it asks for."),
  resource: z.string().meta(about("The service that it is for.", "https://api.example.com")),
  device: z
    .object({
      ip: z.string().meta(about("The IP address it asked from.", "203.0.113.7")),
      name: z.string().meta(about("What it looks like.", "an unknown device")),
      askedAt: Timestamp.describe("When it asked."),
    })
    .nullable()
    .describe("The device that asks, where there is no browser on it."),
  organizations: z
    .array(
      z.object({
        id: idOf("org").describe("Its id."),
        name: z.string().meta(about("Its name.", "Acme")),
        refused: z
          .object({
            code: z.string().meta(about("The code of the error that it would be.", "FORBIDDEN")),
            reason: z.string().optional().meta(about("More exactly.", "client_not_allowed")),
            message: z
              .string()
              .meta(about("In a sentence.", "The organization's policy does not allow this app to act in it.")),
          })
          .nullable()
          .describe("Why the app cannot act there; null where it can."),
        scopes: z
          .array(z.string())
          .meta(about("The permissions among the scopes that the user has there now.", ["members:read"])),
      }),
    )
    .describe("The organizations to choose from."),
  digest: z
    .string()
    .meta(about("Stands for all of this; send it with the answer.", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")),
};

export const Consent = z
  .object({
    ...consent,
    remembered: idOf("org").nullable().describe("The organization for which the user has agreed to as much before."),
    mustAsk: z.boolean().describe("Whether the app wants the user to be asked all the same."),
  })
  .meta({ id: "Consent", description: "What a user is asked to let an app do." });
