import { hash } from "node:crypto";
import type { Origin, Visitor } from "../access/actor";
import type { App } from "../app";
import type { RefreshToken } from "../crypto/refresh-tokens";
import type { Writer } from "../db/database";
import type { GrantId } from "../ids";
import { Problem } from "../problems";
import { graceOf, judgeRefreshToken, type TokenStanding } from "../sessions/refresh-rule";
import { requireGrantType } from "./authorization";
import type { ClientRow } from "./clients.sql";
import { endReusedGrant, grantRefreshLife, requireActing, tokensOf } from "./grants";
import { findGrant, findGrantByRowId, type GrantRow, type Redemption, redeemCode, rotateGrant } from "./grants.sql";
import { findResource } from "./resources";

/** RFC 7636, 4.1. */
const verifierShape = /^[A-Za-z0-9._~-]{43,128}$/;
/** Older rotations need not be remembered. Milliseconds. */
const maxGrace = 60_000;

/**
 * Exchanges an authorization code for tokens (OAuth 2.1, 4.1.3). A code is exchanged once, by the client it was issued to, with the verifier whose
 * hash came with the request. Two parties that hold code and verifier cannot be told apart, so the second one ends the grant.
 * @throws Problem INVALID_GRANT, INVALID_TARGET
 */
export async function exchangeCode(
  app: App,
  { origin }: Visitor,
  client: ClientRow,
  sent: { code: string; codeVerifier: string; redirectUri: string | undefined; resource: string | undefined },
) {
  requireGrantType(client, "authorization_code");
  const id = app.authorizationCodes.read("grt", sent.code);
  if (!id || !verifierShape.test(sent.codeVerifier)) throw new Problem("INVALID_GRANT", { cause: "malformed" });
  const redemption = {
    id,
    clientId: client.id,
    redirectUri: sent.redirectUri,
    codeChallenge: hash("sha256", sent.codeVerifier, "base64url"),
    ip: origin.ip,
  };
  const before = await findGrant(app.db.reader, id);
  if (before) await requireActing(app, before);
  if (before) requireResource(app, before, sent.resource);
  const grant = await app.db.write(async (tx) => {
    const expiresAt = new Date(tx.now.getTime() + grantRefreshLife);
    const redeemed = await redeemCode(tx, { ...redemption, expiresAt });
    if (!redeemed) await endIfReused(tx, redemption, origin);
    return redeemed;
  });
  if (!grant) throw new Problem("INVALID_GRANT", { cause: "the code is not exchangeable" });
  return tokensOf(app, client, grant);
}

async function endIfReused(tx: Writer, redemption: Omit<Redemption, "expiresAt">, origin: Origin) {
  const grant = await findGrant(tx, redemption.id);
  const { redirectUri = grant?.redirectUri } = redemption;
  const isHolder =
    grant?.clientId === redemption.clientId &&
    grant.codeChallenge === redemption.codeChallenge &&
    grant.redirectUri === redirectUri;
  if (grant && isHolder && grant.redeemedAt) await endReusedGrant(tx, grant, origin, "code_reused");
}

/**
 * Exchanges a refresh token of an app for its successor, by one conditional write. The token before the current one gets the same successor again:
 * for a client with a secret within the grace, for one without as long as the successor has not been used.
 * @param scope narrows the access token, not the grant
 * @throws Problem INVALID_GRANT, INVALID_SCOPE, INVALID_TARGET
 */
export async function refreshGrant(
  app: App,
  { origin }: Visitor,
  client: ClientRow,
  sent: { refreshToken: string; scope: string | undefined; resource: string | undefined },
) {
  requireGrantType(client, "refresh_token");
  const token = app.grantRefreshTokens.read(sent.refreshToken);
  if (!token) throw new Problem("INVALID_GRANT", { cause: "not a refresh token of this installation" });
  // Without a value it is as if it were not there (RFC 6749, 3.2).
  const scopes = sent.scope?.trim() ? sent.scope.split(" ").filter(Boolean) : undefined;
  const before = await findGrant(app.db.reader, token.session);
  if (before) await requireActing(app, before);
  if (before) requireResource(app, before, sent.resource);
  if (before && scopes?.some((scope) => !before.scopes.includes(scope))) throw new Problem("INVALID_SCOPE");
  let at = 0;
  const rotated = await app.db.writeOne((tx) => {
    at = tx.now.getTime();
    return rotateNow(tx, client, token, origin);
  });
  if (rotated) return tokensOf(app, client, rotated, scopes);
  const verdict = await app.db.write((tx) => repeat(app, tx, client, origin, token, at));
  if ("refused" in verdict) throw new Problem("INVALID_GRANT", { cause: verdict.refused });
  return tokensOf(app, client, verdict.grant, scopes);
}

function rotateNow(
  tx: Writer,
  { id: clientId }: ClientRow,
  { rowId, session: id, generation }: RefreshToken<GrantId>,
  { ip }: Origin,
) {
  const now = tx.now.getTime();
  return rotateGrant(tx, {
    rowId,
    id,
    clientId,
    generation,
    ip,
    now: tx.now,
    expiresAt: new Date(now + grantRefreshLife),
    horizon: new Date(now - maxGrace),
    rotation: `,${now}`,
  });
}

type Verdict = { grant: GrantRow } | { refused: `its standing is ${TokenStanding}` | "it is of another client" };

async function repeat(
  app: App,
  tx: Writer,
  client: ClientRow,
  origin: Origin,
  token: RefreshToken<GrantId>,
  at: number,
): Promise<Verdict> {
  const grant = await findGrantByRowId(tx, token.rowId, token.session);
  if (grant && grant.clientId !== client.id) return { refused: "it is of another client" };
  const parentLasts = client.secretHash === null;
  const standing = judgeRefreshToken(token, grant, { at, now: tx.now, grace: graceOf(app), parentLasts });
  if (standing === "parent") return { grant: grant! };
  if (standing === "reused") await endReusedGrant(tx, grant!, origin, "reuse_detected");
  return { refused: `its standing is ${standing}` };
}

/** @throws Problem INVALID_TARGET for another service than the grant is for */
function requireResource({ config }: App, { resource }: GrantRow, asked: string | undefined) {
  if (asked !== undefined && findResource(config, asked) !== resource) throw new Problem("INVALID_TARGET");
}
