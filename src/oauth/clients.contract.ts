import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { httpsUrl, singleLine } from "../shapes.contract";
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
    .transform((names) => grantTypes.filter((name) => names.includes(name))),
};

/** draft-ietf-oauth-client-id-metadata-document: no secret can stand in it. */
export const ClientDocument = z.object({
  ...metadata,
  client_id: z.string(),
  token_endpoint_auth_method: z.literal("none").default("none"),
  client_secret: z.never().optional(),
});
