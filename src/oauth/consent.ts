import { hash } from "node:crypto";
import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import { permissionsOfRole } from "../access/permissions";
import { findSessionProof } from "../access/permit.sql";
import { allowedScopes } from "../access/policy";
import type { App } from "../app";
import { consumeChallenge } from "../challenges/challenges.sql";
import type { Challenge } from "../crypto/challenges";
import type { Reader } from "../db/database";
import { isId } from "../ids";
import { lockAnyOrganization } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { findUser } from "../users/users.sql";
import { type AuthorizationRequest, codeAt, errorAt } from "./authorization";
import { documentHost } from "./client-documents";
import { requireClient } from "./clients";
import type { ClientRow } from "./clients.sql";
import { listOrganizationsToChoose } from "./consents.sql";
import { giveGrant, requireConsentPolicy } from "./grants";
import { listGrantsFor } from "./grants.sql";
import { isRegistered, redirectHost } from "./redirects.contract";
import { describeScope, permissionsAmong } from "./scopes";

/** How long a code can be exchanged, in milliseconds. */
const codeLife = 60_000;

/** What is asked, by whom, and where the answer goes. */
export interface Asked {
  client: ClientRow;
  scopes: readonly string[];
  resource: string;
  /** As people recognize it; null for a device. */
  redirectHost: string | null;
  /** Where it asks from, if it is a device without a browser. */
  device?: { ip: string; name: string; askedAt: Date };
}

/**
 * What a page shows a user who is asked to let an app act for them. The digest stands for all of it: who agrees sends it back, and what has
 * changed meanwhile is shown again.
 */
export async function describeConsent(app: App, db: Reader, actor: UserActor, asked: Asked) {
  const { client, scopes, resource } = asked;
  const user = (await findUser(db, actor.userId))!;
  const permissions = permissionsAmong(scopes);
  const organizations = [];
  for (const { role, grants, policy, twoFactorSince, ...organization } of await listOrganizationsToChoose(
    db,
    user.id,
  )) {
    const isOther = client.organizationId !== null && client.organizationId !== organization.id;
    if (isOther || organization.suspendedAt) continue;
    const held = allowedScopes(policy, new Set(permissions).intersection(permissionsOfRole(role, grants)));
    const hasAuthenticator = twoFactorSince !== null;
    const refused = await requireConsentPolicy(app, db, actor, client.id, { policy, role, hasAuthenticator }).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Problem) return { code: error.code, reason: error.reason, message: error.message };
        throw error;
      },
    );
    organizations.push({
      id: organization.id,
      name: organization.name,
      /** Why the app cannot be let act there. */
      refused: refused ?? null,
      /** What it could do there now: what is asked for, as far as the user may do it. */
      scopes: [...held],
    });
  }
  const shown = {
    client: { id: client.id, name: client.name, uri: client.uri, host: documentHost(client.id) ?? null },
    redirectHost: asked.redirectHost,
    account: { id: user.id, email: user.email, fullName: user.fullName },
    scopes: scopes.map((scope) => ({ scope, description: describeScope(scope) })),
    resource,
    device: asked.device ?? null,
    organizations,
  };
  return { ...shown, digest: hash("sha256", JSON.stringify(shown), "base64url") };
}

/**
 * What the page for an authorization request shows.
 * @returns `remembered` the organization for which the user has let this app do at least as much before, and to which page it was sent back: there
 * is nothing new to agree to
 * @throws Problem INVALID_REQUEST, INVALID_CLIENT, REAUTHENTICATION_REQUIRED where the app asks for a more recent sign-in
 */
export async function readAuthorization(app: App, actor: UserActor, sealed: string) {
  const { content: request } = open(app, sealed);
  const client = await clientOf(app, request);
  await requireRecent(app.db.reader, actor, request);
  const shown = await describeConsent(app, app.db.reader, actor, askedBy(request, client));
  return { ...shown, remembered: await rememberedFor(app, actor, request, client), mustAsk: request.mustAsk };
}

/**
 * Lets an app act for the user in one organization, as it was shown to them. Of concurrent answers to one request, one counts.
 * @returns where to send the browser: back to the app with a code
 * @throws Problem CONFLICT when anything that was shown has changed, INVALID_REQUEST for a request that was answered
 */
export async function approveAuthorization(
  app: App,
  actor: UserActor,
  { request: sealed, organizationId, digest }: { request: string; organizationId: string; digest: string },
) {
  const challenge = open(app, sealed);
  const { content: request } = challenge;
  const client = await clientOf(app, request);
  if (!isId("org", organizationId)) throw new Problem("NOT_FOUND");
  const grant = await app.db.write(async (tx) => {
    await lockAnyOrganization(tx, organizationId);
    await lockLiveUser(tx, actor);
    await requireRecent(tx, actor, request);
    await requireAgreed(app, tx, actor, askedBy(request, client), organizationId, digest);
    if (!(await consumeChallenge(tx, challenge))) return undefined;
    const { scopes, resource, redirectUri, codeChallenge, nonce = null } = request;
    const expiresAt = new Date(tx.now.getTime() + codeLife);
    return giveGrant(tx, actor, {
      client,
      organizationId,
      scopes,
      resource,
      redirectUri,
      codeChallenge,
      nonce,
      expiresAt,
    });
  });
  if (!grant) throw new Problem("INVALID_REQUEST", { reason: "expired" });
  return { redirectTo: codeAt(app, request, app.authorizationCodes.write(grant.id)) };
}

/** Refuses an app what it asks for. @returns where to send the browser @throws Problem INVALID_REQUEST for a request that was answered */
export async function denyAuthorization(app: App, actor: UserActor, sealed: string) {
  const challenge = open(app, sealed);
  await clientOf(app, challenge.content);
  const isFirst = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    return consumeChallenge(tx, challenge);
  });
  if (!isFirst) throw new Problem("INVALID_REQUEST", { reason: "expired" });
  return { redirectTo: errorAt(app, challenge.content, new Problem("ACCESS_DENIED")) };
}

/** Requires that a user agrees to what is so now, and that they may. @throws Problem CONFLICT, NOT_FOUND, FORBIDDEN and as the policy */
export async function requireAgreed(
  app: App,
  db: Reader,
  actor: UserActor,
  asked: Asked,
  organizationId: string,
  digest: string,
) {
  const now = await describeConsent(app, db, actor, asked);
  if (now.digest !== digest) throw new Problem("CONFLICT", { reason: "consent_changed" });
  const chosen = now.organizations.find(({ id }) => id === organizationId);
  if (!chosen) throw new Problem("NOT_FOUND");
  if (chosen.refused !== null) throw new Problem("FORBIDDEN", { reason: "client_not_allowed" });
}

function open(app: App, sealed: string): Challenge<AuthorizationRequest> {
  const challenge = app.challenges.read<AuthorizationRequest>("authorization", sealed, app.clock.now());
  if (!challenge) throw new Problem("INVALID_REQUEST", { reason: "expired" });
  return challenge;
}

/** The client of a request, which may be gone, or may have dropped the redirect URI meanwhile. @throws Problem */
async function clientOf(app: App, { clientId, redirectUri }: AuthorizationRequest): Promise<ClientRow> {
  const client = await requireClient(app, clientId);
  if (!isRegistered(redirectUri, client.redirectUris)) throw new Problem("INVALID_REQUEST", { reason: "redirect_uri" });
  return client;
}

const askedBy = ({ scopes, resource, redirectUri }: AuthorizationRequest, client: ClientRow): Asked => ({
  client,
  scopes,
  resource,
  redirectHost: redirectHost(redirectUri),
});

/** @throws Problem REAUTHENTICATION_REQUIRED */
async function requireRecent(db: Reader, { sessionId }: UserActor, { confirmedSince }: AuthorizationRequest) {
  if (confirmedSince === undefined) return;
  const session = await findSessionProof(db, sessionId);
  if (!session || session.confirmedAt.getTime() < confirmedSince) throw new Problem("REAUTHENTICATION_REQUIRED");
}

/**
 * The organization in which an app may go on without asking: where the user has let it do at least this much, with the answer sent to the same host.
 * An app that anyone on the device can pass for, because its redirect stays there and it has no secret, is always asked about (RFC 8252, 8.6).
 */
async function rememberedFor(
  app: App,
  { userId }: UserActor,
  { scopes, resource, redirectUri, mustAsk }: AuthorizationRequest,
  client: ClientRow,
) {
  if (mustAsk || (client.secretHash === null && !redirectUri.startsWith("https:"))) return null;
  const grants = await listGrantsFor(app.db.reader, { userId, clientId: client.id, now: app.clock.date() });
  const same = grants.find(
    (grant) =>
      grant.redirectUri !== null &&
      redirectHost(grant.redirectUri) === redirectHost(redirectUri) &&
      grant.resource === resource &&
      scopes.every((scope) => grant.scopes.includes(scope)),
  );
  return same?.organizationId ?? null;
}
