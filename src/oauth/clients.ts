import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { App } from "../app";
import { Problem } from "../problems";
import { documentHost } from "./client-documents";
import { deviceGrant } from "./clients.contract";
import { type ClientRow, findClientRow, plainClient } from "./clients.sql";

/** The command line of Bask, which is there without being registered. */
const commandLine: ClientRow = {
  ...plainClient,
  id: "bask-cli",
  kind: "built-in",
  name: "Command line",
  redirectUris: ["http://127.0.0.1/callback"],
  grantTypes: ["authorization_code", "refresh_token", deviceGrant],
  createdAt: new Date(0),
};

/** A client that has no row until someone lets it act: as much of it as is known without asking anyone. */
export function unlistedClient(id: string, createdAt: Date): ClientRow | undefined {
  if (id === commandLine.id) return commandLine;
  const host = documentHost(id);
  if (host === undefined) return undefined;
  return { ...plainClient, id, kind: "document", name: host, redirectUris: [], grantTypes: [], createdAt };
}

/**
 * The client of a client_id, when someone is to be asked about it: a document is read anew when it is old.
 * @throws Problem INVALID_CLIENT
 */
export async function requireClient(app: App, id: string): Promise<ClientRow> {
  if (documentHost(id) === undefined) return requireKnownClient(app, id);
  await findUnblocked(app, id);
  return app.clientDocuments.read(id);
}

/** As `requireClient`, for a client that someone has let act for them: nothing is requested from anywhere. @throws Problem INVALID_CLIENT */
export async function requireKnownClient(app: App, id: string): Promise<ClientRow> {
  const isDocument = documentHost(id) !== undefined;
  if (isDocument && !app.clientDocuments.isAllowed(id))
    throw new Problem("INVALID_CLIENT", { reason: "document_not_allowed" });
  const known = await findUnblocked(app, id);
  const client = id === commandLine.id ? commandLine : known;
  if (!client) throw new Problem("INVALID_CLIENT");
  return client;
}

/** What is stored of a client, if anything. @throws Problem INVALID_CLIENT for one that an operator blocks */
async function findUnblocked(app: App, id: string): Promise<ClientRow | undefined> {
  const client = await findClientRow(app.db.reader, id);
  if (client?.blockedAt) throw new Problem("INVALID_CLIENT", { reason: "blocked" });
  return client;
}

/** What a client sends to say who it is (RFC 6749, 2.3). */
export interface ClientCredentials {
  authorization: string | null;
  clientId: string | undefined;
  clientSecret: string | undefined;
}

/**
 * The client that sends a request. One that has a secret must send it, one that has none must not.
 * @param anew for a client that no one may have let act for them yet
 * @throws Problem INVALID_CLIENT, INVALID_REQUEST
 */
export async function authenticateClient(app: App, sent: ClientCredentials, anew?: "anew"): Promise<ClientRow> {
  const { id, secret } = readCredentials(sent);
  const client = await (anew ? requireClient(app, id) : requireKnownClient(app, id));
  if ((client.secretHash === null) !== (secret === undefined)) throw new Problem("INVALID_CLIENT");
  if (secret !== undefined && !isSecretOf(client, secret, app.clock.now())) throw new Problem("INVALID_CLIENT");
  return client;
}

function readCredentials({ authorization, clientId, clientSecret }: ClientCredentials): {
  id: string;
  secret: string | undefined;
} {
  const basic = authorization === null ? undefined : /^basic +([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization)?.[1];
  if (basic === undefined) {
    if (clientId === undefined) throw new Problem("INVALID_REQUEST", { reason: "missing_client" });
    return { id: clientId, secret: clientSecret };
  }
  const [id, secret, more] = Buffer.from(basic, "base64").toString().split(":").map(formDecoded);
  if (id === undefined || secret === undefined || more !== undefined) throw new Problem("INVALID_CLIENT");
  if (clientSecret !== undefined || (clientId !== undefined && clientId !== id))
    throw new Problem("INVALID_REQUEST", { reason: "two_client_credentials" });
  return { id, secret: secret === "" ? undefined : secret };
}

/** Both parts are encoded as in a form (RFC 6749, 2.3.1). Undefined for what is not. */
function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

export const secretHash = (secret: string): string => hash("sha256", secret, "base64url");

/** A new secret: `bcs_` and 43 base64url characters. */
export const newSecret = (): string => `bcs_${randomBytes(32).toString("base64url")}`;

function isSecretOf(client: ClientRow, secret: string, now: number): boolean {
  const given = Buffer.from(secretHash(secret));
  const previous =
    client.previousSecretUntil && client.previousSecretUntil.getTime() > now ? client.previousSecretHash : null;
  return [client.secretHash, previous].some((known) => known !== null && timingSafeEqual(Buffer.from(known), given));
}
