import { createRemoteJWKSet, decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Clock } from "../clock";

/** Milliseconds to wait for an issuer. */
const issuerTimeout = 5_000;
const maxLength = 8_192;

export interface Identity extends JWTPayload {
  iss: string;
  sub: string;
  jti: string;
  exp: number;
}

/** The OpenID Connect issuers whose tokens this installation accepts. No other host is ever contacted. */
export interface Issuers {
  includes(issuer: string): boolean;
  /** The claims of a valid token of one of them. @throws Error that says why a token is not valid */
  verify(token: string): Promise<Identity>;
}

/** Finds the keys of an issuer by OpenID Connect Discovery and caches them. */
export function openIssuers(allowed: readonly string[], clock: Clock): Issuers {
  const keys = new Map<string, Promise<JWTVerifyGetKey>>();

  function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    let found = keys.get(issuer);
    if (!found) {
      found = discover(issuer);
      found.catch(() => keys.delete(issuer));
      keys.set(issuer, found);
    }
    return found;
  }

  return {
    includes: (issuer) => allowed.includes(issuer),
    async verify(token) {
      if (token.length > maxLength) throw new Error("the token is too long");
      const issuer = decodeJwt(token).iss ?? "";
      if (!allowed.includes(issuer)) throw new Error("the issuer is not one of OIDC_ISSUERS");
      const { payload } = await jwtVerify(token, await keysOf(issuer), {
        issuer,
        algorithms: ["RS256", "ES256", "EdDSA"],
        requiredClaims: ["iss", "sub", "aud", "exp", "iat", "jti"],
        currentDate: clock.date(),
        clockTolerance: 30,
        maxTokenAge: "1h",
      });
      return payload as Identity;
    },
  };
}

/** OpenID Connect Discovery 1.0, 4. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, {
    redirect: "error",
    signal: AbortSignal.timeout(issuerTimeout),
  });
  const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (document.issuer !== issuer) throw new Error("the issuer's configuration is another issuer's");
  const keysUrl = new URL(String(document.jwks_uri));
  if (keysUrl.protocol !== new URL(issuer).protocol)
    throw new Error("the issuer's keys are served over another protocol");
  return createRemoteJWKSet(keysUrl, { timeoutDuration: issuerTimeout });
}
