import type { App } from "../app";
import { Problem } from "../problems";
import { requireClient } from "./clients";
import type { deviceGrant } from "./clients.contract";
import type { ClientRow } from "./clients.sql";
import { answerAt, isRegistered, redirectHost } from "./redirects.contract";
import { findResource } from "./resources";
import { readScopes } from "./scopes";

/** What an app sends a browser with (OAuth 2.1, 4.1.1), as far as it is known to us. */
export interface AuthorizationParameters {
  client_id?: string | undefined;
  redirect_uri?: string | undefined;
  response_type?: string | undefined;
  response_mode?: string | undefined;
  code_challenge?: string | undefined;
  code_challenge_method?: string | undefined;
  scope?: string | undefined;
  state?: string | undefined;
  resource?: string | undefined;
  nonce?: string | undefined;
  prompt?: string | undefined;
  max_age?: string | undefined;
  request?: string | undefined;
  request_uri?: string | undefined;
}

/** An authorization request that is complete and allowed; what a browser carries, sealed, until its user has decided. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  state: string | undefined;
  codeChallenge: string;
  scopes: string[];
  resource: string;
  nonce: string | undefined;
  /** The earliest time at which the user may have proven their identity last, in milliseconds since 1970. */
  confirmedSince: number | undefined;
  /** Whether the user is asked even where they have agreed before. */
  mustAsk: boolean;
}

/** Milliseconds in which a user decides. */
export const requestLife = 10 * 60_000;

const sha256 = /^[A-Za-z0-9_-]{43}$/;

/**
 * Checks what an app asks for, as far as that can be known without its user.
 * @returns where to send the browser: to the page that asks the user, or back to the app with an error
 * @throws Problem INVALID_CLIENT, INVALID_REQUEST where the browser cannot be sent back, because the client or its redirect URI is not known; whatever
 * is wrong where no one has vouched for the client
 */
export async function startAuthorization(app: App, sent: AuthorizationParameters): Promise<string> {
  if (sent.client_id === undefined) throw new Problem("INVALID_REQUEST", { reason: "missing_client" });
  const client = await requireClient(app, sent.client_id);
  const redirectUri = redirectOf(client, sent.redirect_uri);
  try {
    const request = readRequest(app, client, redirectUri, sent);
    if (sent.prompt?.split(" ").includes("none")) throw new Problem("INTERACTION_REQUIRED");
    const sealed = app.challenges.issue("authorization", request, app.clock.now() + requestLife);
    return `${pagesUrl(app)}/authorize?${new URLSearchParams({ request: sealed })}`;
  } catch (error) {
    if (!(error instanceof Problem) || !isVouchedFor(app, client, redirectUri)) throw error;
    return errorAt(app, { redirectUri, state: sent.state }, error);
  }
}

/**
 * Whether a browser may be sent to a redirect URI before its user has seen anything. Everyone can describe or register an app, so otherwise this
 * server would lead to any page with a link to itself (RFC 9700, 4.11.2). What stays on the user's machine leads to no page.
 */
const isVouchedFor = (app: App, { id, kind }: ClientRow, redirectUri: string): boolean =>
  kind === "registered" ||
  kind === "built-in" ||
  (kind === "document" && app.clientDocuments.isNamed(id)) ||
  redirectHost(redirectUri) === "this device";

/** Where people are asked: in the dashboard, or in a product's own pages. */
export const pagesUrl = ({ config }: App): string =>
  config.dashboard ? `${config.publicUrl}/dashboard` : config.appUrl;

/** @throws Problem INVALID_REQUEST */
function redirectOf({ redirectUris, grantTypes }: ClientRow, asked: string | undefined): string {
  const [only, ...others] = redirectUris;
  const isUsed = grantTypes.includes("authorization_code");
  const redirectUri = asked ?? (others.length === 0 ? only : undefined);
  if (!isUsed || redirectUri === undefined || !isRegistered(redirectUri, redirectUris))
    throw new Problem("INVALID_REQUEST", { reason: "redirect_uri" });
  return redirectUri;
}

/** @throws Problem */
function readRequest(
  app: App,
  client: ClientRow,
  redirectUri: string,
  sent: AuthorizationParameters,
): AuthorizationRequest {
  if (sent.request !== undefined || sent.request_uri !== undefined)
    throw new Problem("INVALID_REQUEST", { reason: "request_object" });
  if (sent.response_type === undefined) throw new Problem("INVALID_REQUEST", { reason: "missing_response_type" });
  if (sent.response_type !== "code") throw new Problem("UNSUPPORTED_RESPONSE_TYPE");
  if (sent.response_mode !== undefined && sent.response_mode !== "query")
    throw new Problem("INVALID_REQUEST", { reason: "response_mode" });
  const { code_challenge: codeChallenge = "", code_challenge_method: method } = sent;
  if (!sha256.test(codeChallenge) || method !== "S256")
    throw new Problem("INVALID_REQUEST", { reason: "missing_challenge" });
  const resource = findResource(app.config, sent.resource);
  if (resource === undefined) throw new Problem("INVALID_TARGET");
  const prompts = sent.prompt?.split(" ") ?? [];
  const now = app.clock.now();
  const maxAge = /^\d{1,9}$/.test(sent.max_age ?? "") ? Number(sent.max_age) * 1000 : undefined;
  return {
    clientId: client.id,
    redirectUri,
    state: sent.state,
    codeChallenge,
    scopes: readScopes(sent.scope, client.scopes),
    resource,
    nonce: sent.nonce,
    confirmedSince: prompts.includes("login") ? now : maxAge === undefined ? undefined : now - maxAge,
    mustAsk: prompts.length > 0,
  };
}

type Answered = Pick<AuthorizationRequest, "redirectUri" | "state">;

/** The answer to an app, with the issuer that gives it (RFC 9207), so that an app which uses several does not mix them up. */
const answer = ({ config }: App, { redirectUri, state }: Answered, parameters: Record<string, string>): string =>
  answerAt(redirectUri, { ...parameters, state, iss: config.publicUrl });

export const codeAt = (app: App, request: Answered, code: string): string => answer(app, request, { code });

export const errorAt = (app: App, request: Answered, { code, message }: Problem): string =>
  answer(app, request, { error: code.toLowerCase(), error_description: message });

/** Whether a client may use the device flow, or refresh. @throws Problem UNAUTHORIZED_CLIENT */
export function requireGrantType(
  { grantTypes }: ClientRow,
  type: "refresh_token" | typeof deviceGrant | "authorization_code",
) {
  if (!grantTypes.includes(type)) throw new Problem("UNAUTHORIZED_CLIENT");
}
