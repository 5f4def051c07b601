import type { App } from "../app";
import { jsonResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { deviceGrant } from "./clients.contract";
import { mcpPath, mcpResource, resourceMetadataPath } from "./resources";
import { supportedScopes } from "./scopes";

/** A document that every program may read, also from a page of another origin. */
const shared = (path: string, document: (app: App) => unknown): PlainRoute => ({
  path,
  shared: true,
  respond(app, headers) {
    headers.set("Cache-Control", "public, max-age=300");
    return jsonResponse(200, document(app), headers);
  },
});

/** What this authorization server can do (RFC 8414). */
function serverMetadata({ config }: App) {
  const { publicUrl, oauthClientDocuments, oauthRegistration } = config;
  const authentication = ["none", "client_secret_basic", "client_secret_post"];
  return {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/oauth/authorize`,
    token_endpoint: `${publicUrl}/oauth/token`,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    ...(oauthRegistration && { registration_endpoint: `${publicUrl}/oauth/register` }),
    scopes_supported: supportedScopes,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    device_authorization_endpoint: `${publicUrl}/oauth/device_authorization`,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    introspection_endpoint: `${publicUrl}/oauth/introspect`,
    grant_types_supported: ["authorization_code", "refresh_token", deviceGrant],
    revocation_endpoint_auth_methods_supported: authentication,
    introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    token_endpoint_auth_methods_supported: authentication,
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: !oauthClientDocuments.includes("off"),
    service_documentation: `${publicUrl}/docs`,
  };
}

/** The same for clients of OpenID Connect (Discovery 1.0, 3). */
const openIdConfiguration = (app: App) => ({
  ...serverMetadata(app),
  userinfo_endpoint: `${app.config.publicUrl}/oauth/userinfo`,
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: [app.accessTokens.algorithm],
  claims_supported: ["sub", "org", "name", "email", "email_verified", "auth_time"],
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
});

/** Where to get tokens for a service, and what they can be good for (RFC 9728). */
const resourceMetadata = ({ config }: App, resource: string) => ({
  resource,
  authorization_servers: [config.publicUrl],
  scopes_supported: supportedScopes,
  bearer_methods_supported: ["header"],
  resource_name: config.appName,
  resource_documentation: `${config.publicUrl}/docs`,
});

export const metadataRoutes: readonly PlainRoute[] = [
  shared("/.well-known/oauth-authorization-server", serverMetadata),
  shared("/.well-known/openid-configuration", openIdConfiguration),
  shared(resourceMetadataPath, (app) => resourceMetadata(app, app.config.publicUrl)),
  shared(`${resourceMetadataPath}${basePath}`, (app) => resourceMetadata(app, `${app.config.publicUrl}${basePath}`)),
  shared(`${resourceMetadataPath}${mcpPath}`, (app) => resourceMetadata(app, mcpResource(app.config))),
];
