import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, exampleId, httpsUrl, idOf, listOf, singleLine, Timestamp, text } from "../shapes.contract";
import { isRedirectUri } from "./redirects.contract";

export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const grantTypes = ["authorization_code", "refresh_token", deviceGrant] as const;
const usual = ["authorization_code", "refresh_token"] as const;

const RedirectUris = z
  .array(z.string().max(1_000, { abort: true }).refine(isRedirectUri, fieldMessages.redirectUri))
  .min(1)
  .max(20);

/** What a document or a registration says of an app, as far as it matters here. Grant types that we do not know are left out. */
const metadata = {
  client_name: singleLine(100).optional(),
  client_uri: httpsUrl(500).optional(),
  redirect_uris: RedirectUris,
  grant_types: z
    .array(z.string().max(100))
    .max(20)
    .default([...usual])
    .transform((names) => grantTypes.filter((name) => names.includes(name)))
    .refine((names) => names.length > 0, fieldMessages.oneOf(grantTypes)),
};

/** draft-ietf-oauth-client-id-metadata-document: no secret can stand in it. */
export const ClientDocument = z.object({
  ...metadata,
  client_id: z.string(),
  token_endpoint_auth_method: z.literal("none").default("none"),
  client_secret: z.never().optional(),
  client_secret_expires_at: z.never().optional(),
});

/** What an app says to register itself (RFC 7591). It gets no secret: what anyone can register cannot prove anything. */
export const RegisterClient = z
  .object({
    client_name: metadata.client_name.meta(about("What people see it called.", "Example App")),
    client_uri: metadata.client_uri.meta(about("A page about it.", "https://app.example.com")),
    redirect_uris: metadata.redirect_uris.meta(
      about("Where browsers are sent back to.", ["http://127.0.0.1/callback"]),
    ),
    grant_types: metadata.grant_types.meta(about("How it gets tokens.", [...usual])),
    token_endpoint_auth_method: text(100).optional().meta(about("`none`, whatever is asked for.", "none")),
  })
  .meta({ id: "OAuthRegistration", description: "The metadata of RFC 7591, 2." });

export const RegisteredClient = z
  .object({
    client_id: z.string().meta(about("Its id.", exampleId("cli"))),
    client_id_issued_at: z.number().int().meta(about("Since when it is registered, in Unix seconds.", 1_772_442_000)),
    client_name: z.string().meta(about("What people see it called.", "Example App")),
    client_uri: z.string().optional().meta(about("A page about it.", "https://app.example.com")),
    redirect_uris: z.array(z.string()).meta(about("Where browsers are sent back to.", ["http://127.0.0.1/callback"])),
    grant_types: z.array(z.string()).meta(about("How it gets tokens.", [...usual])),
    response_types: z.array(z.string()).meta(about("`code`.", ["code"])),
    token_endpoint_auth_method: z.literal("none").describe("It has no secret."),
  })
  .meta({ id: "OAuthRegistered", description: "What a client was registered as (RFC 7591, 3.2.1)." });

const texts = {
  name: about("What people see it called.", "Example App"),
  uri: about("A page about it.", "https://app.example.com"),
  redirectUris: about(
    "Where browsers may be sent back to, character for character; http only on this machine, on any port.",
    ["https://app.example.com/callback"],
  ),
  isDevice: about("Whether it may connect devices without a browser, by a code that people type.", false),
  scopes: about("The most that it may be given; null for no limit.", ["members:read"]),
};

const fields = {
  name: singleLine(100).meta(texts.name),
  uri: httpsUrl(500).nullable().meta(texts.uri),
  redirectUris: RedirectUris.meta(texts.redirectUris),
  connectsDevices: z.boolean().meta(texts.isDevice),
  scopes: z.array(text(100)).min(1).max(100).nullable().meta(texts.scopes),
};

export const CreateApp = z
  .strictObject({
    name: fields.name,
    uri: fields.uri.optional(),
    redirectUris: fields.redirectUris,
    connectsDevices: fields.connectsDevices.default(false),
    scopes: fields.scopes.optional(),
    hasSecret: z
      .boolean()
      .default(false)
      .describe("Whether it can keep a secret, as a server can and an app on a device cannot."),
  })
  .meta({ id: "CreateApp", example: { name: "Example App", redirectUris: ["https://app.example.com/callback"] } });

export const UpdateApp = z
  .strictObject(fields)
  .partial()
  .meta({
    id: "UpdateApp",
    description: "A field that is left out keeps its value.",
    example: { name: "Example App" },
  });

export const App = z
  .object({
    clientId: z.string().meta(about("Its client_id.", exampleId("cli"))),
    name: z.string().meta(texts.name),
    uri: z.string().nullable().meta(texts.uri),
    redirectUris: z.array(z.string()).meta(texts.redirectUris),
    connectsDevices: z.boolean().meta(texts.isDevice),
    scopes: z.array(z.string()).nullable().meta(texts.scopes),
    hasSecret: z.boolean().describe("Whether it has a secret."),
    createdBy: idOf("usr").nullable().describe("The user who registered it."),
    createdAt: Timestamp.describe("When it was registered."),
  })
  .meta({ id: "App", description: "An app that was registered, which users can let act for them." });
export const Apps = z.object(listOf(App).shape).meta({ id: "AppList" });

export const AppWithSecret = z
  .object({
    ...App.shape,
    clientSecret: z.string().nullable().meta(about("Its secret, only here; null for an app without one.", "bcs_…")),
  })
  .meta({ id: "AppWithSecret", description: "An app with its secret, which is not shown again." });
