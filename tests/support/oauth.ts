import { hash, randomBytes } from "node:crypto";
import { secretHash } from "../../src/oauth/clients";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { insertClient, plainClient } from "../../src/oauth/clients.sql";
import type { Person, World } from "./world";

export const redirectUri = "https://app.example/callback";

/** Registers an app without a request. */
export async function registerApp(world: World, changes: Partial<ClientRow> & { secret?: string } = {}) {
  const { secret, ...given } = changes;
  const client: ClientRow = {
    ...plainClient,
    id: `cli_${randomBytes(8).toString("hex")}`,
    kind: "registered",
    name: "Example App",
    redirectUris: [redirectUri],
    grantTypes: ["authorization_code", "refresh_token"],
    secretHash: secret === undefined ? null : secretHash(secret),
    createdAt: world.app.clock.date(),
    ...given,
  };
  await world.app.db.write((tx) => insertClient(tx, client));
  return client;
}

/** A verifier and its challenge (RFC 7636). */
export function pkce() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: hash("sha256", verifier, "base64url") };
}

/** What an app sends a browser with. */
export const authorizeUrl = (clientId: string, challenge: string, more: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...more,
  })}`;

/** Where the server sends a browser that comes with these parameters. */
export async function startAt(world: World, path: string): Promise<URL> {
  const response = await world.fetch(path, { redirect: "manual" });
  const location = response.headers.get("location");
  if (response.status !== 302 || !location) throw new Error(`${response.status} ${await response.text()}`);
  return new URL(location);
}

/** The request that the page of consent gets. */
export async function requestOf(world: World, path: string): Promise<string> {
  const url = await startAt(world, path);
  const request = url.searchParams.get("request");
  if (!request) throw new Error(`The browser was sent to ${url}.`);
  return request;
}

/** Lets an app act: shows the page, agrees, and gives the URL that the browser goes back to. */
export async function agree(person: Person, organizationId: string, request: string): Promise<URL> {
  const { digest } = await person.bask.apps.readAuthorization({ request });
  const { redirectTo } = await person.bask.apps.approveAuthorization({ request, organizationId, digest });
  return new URL(redirectTo);
}

export interface OAuthAnswer {
  status: number;
  body: Record<string, string> & { expires_in: number };
  headers: Headers;
}

/** A server, in this process or another one. */
type Served = Pick<World, "fetch">;

/** Posts a form to a route of OAuth. */
export async function post(
  world: Served,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<OAuthAnswer> {
  const response = await world.fetch(path, { method: "POST", body: new URLSearchParams(fields), headers });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text), headers: response.headers };
}

/** The tokens of an app that a person has let act in an organization. */
export async function connect(
  world: World,
  person: Person,
  organizationId: string,
  client: Pick<ClientRow, "id">,
  more: Record<string, string> = {},
  secret?: string,
) {
  const { verifier, challenge } = pkce();
  const back = await agree(person, organizationId, await requestOf(world, authorizeUrl(client.id, challenge, more)));
  const { status, body } = await post(world, "/oauth/token", {
    grant_type: "authorization_code",
    client_id: client.id,
    code: back.searchParams.get("code")!,
    code_verifier: verifier,
    redirect_uri: more.redirect_uri ?? redirectUri,
    ...(secret !== undefined && { client_secret: secret }),
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** A request with an access token. */
export const withToken = (world: Served, accessToken: string | undefined, path: string, init: RequestInit = {}) =>
  world.fetch(path, {
    ...init,
    headers: { Authorization: `Bearer ${accessToken}`, "Content-Type": "application/json" },
  });

/** Exchanges a refresh token. */
export const refresh = (world: Served, clientId: string, refreshToken: string, more: Record<string, string> = {}) =>
  post(world, "/oauth/token", {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: refreshToken,
    ...more,
  });
