import type { App } from "../app";
import { jsonResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { Problem } from "../problems";
import { deviceGrant } from "./clients.contract";
import { mcpPath, resourceMetadataPath } from "./resources";
import { supportedScopes } from "./scopes";

/** A document that every program may read, also from a page of another origin. It is given what follows the path, where that ends in `*`. */
const shared = (path: string, document: (app: App, rest: string) => unknown): PlainRoute => ({
  path,
  shared: true,
  respond(app, headers, request) {
    const rest = new URL(request.url).pathname.slice(path.replace(/\/\*$/, "").length);
    const content = document(app, rest);
    headers.set("Cache-Control", "public, max-age=300");
    return jsonResponse(200, content, headers);
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

/** Of the API, by both of its names, and of the Model Context Protocol. @throws Problem NOT_FOUND for what this server has not */
function resourceMetadataAt(app: App, path: string) {
  const { publicUrl, mcp } = app.config;
  const known = ["", basePath, ...(mcp ? [mcpPath] : [])];
  const found = known.find((end) => [end, publicPath(app) + end].includes(path));
  if (found === undefined) throw new Problem("NOT_FOUND");
  return resourceMetadata(app, publicUrl + found);
}

/** The path of PUBLIC_URL: behind a proxy the server may be below one. */
const publicPath = ({ config }: App) => new URL(config.publicUrl).pathname.replace(/\/$/, "");

/**
 * A document about this server at a path of its host and, with the path of PUBLIC_URL after that, where clients look that are given a URL with a path
 * (RFC 8414, 3.1). A proxy in front of several servers passes the second one to the right of them.
 */
function aboutServer(path: string, document: (app: App) => unknown): PlainRoute[] {
  const inserted = (app: App, asked: string) => {
    if (publicPath(app) === "" || asked !== publicPath(app)) throw new Problem("NOT_FOUND");
    return document(app);
  };
  return [shared(path, document), shared(`${path}/*`, inserted)];
}

export const metadataRoutes: readonly PlainRoute[] = [
  ...aboutServer("/.well-known/oauth-authorization-server", serverMetadata),
  ...aboutServer("/.well-known/openid-configuration", openIdConfiguration),
  shared(resourceMetadataPath, resourceMetadataAt),
  shared(`${resourceMetadataPath}/*`, resourceMetadataAt),
];
