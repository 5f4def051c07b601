import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { Clock } from "../clock";
import type { IssuerFetch } from "../outbound/issuer-fetch";
import type { Outbound } from "../outbound/outbound";

/** Milliseconds to wait for an issuer. */
const issuerTimeout = 5_000;
const maxLength = 8_192;
/** Seconds after which a token is refused, whatever its own expiry. */
export const maxTokenAge = 3_600;

/** The claims of a valid token. */
export interface Identity extends JWTPayload {
  iss: string;
  sub: string;
  jti: string;
  iat: number;
  exp: number;
}

/** An issuer could not be asked for its keys, which says nothing about the token. */
export class IssuerUnavailable extends Error {
  override name = "IssuerUnavailable";
}

/** The OpenID Connect issuers whose tokens this installation accepts. No other is ever contacted. */
export interface Issuers {
  includes(issuer: string): boolean;
  /** The claims of a valid token of one of them. @throws IssuerUnavailable, Error that says why a token is not valid */
  verify(token: string): Promise<Identity>;
}

/** Finds the keys of an issuer by OpenID Connect Discovery and caches them. */
export function openIssuers(allowed: readonly string[], clock: Clock, outbound: Outbound): Issuers {
  const keys = new Map<string, Promise<JWTVerifyGetKey>>();

  function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    let found = keys.get(issuer);
    if (!found) {
      found = discover(issuer, outbound.fetchOf(issuer));
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
        maxTokenAge,
      });
      if (typeof payload.sub !== "string" || typeof payload.jti !== "string") {
        throw new Error("sub or jti is not a string");
      }
      return payload as Identity;
    },
  };
}

/** OpenID Connect Discovery 1.0, 4. @throws IssuerUnavailable */
async function discover(issuer: string, fetch: IssuerFetch): Promise<JWTVerifyGetKey> {
  const response = await asking(issuer, () => fetch(`${issuer}/.well-known/openid-configuration`));
  if (!response.ok) throw new IssuerUnavailable(`${issuer} answered ${response.status}`);
  const document = await asking(issuer, () => response.json() as Promise<{ issuer?: unknown; jwks_uri?: unknown }>);
  if (document.issuer !== issuer) throw new IssuerUnavailable(`${issuer} serves the configuration of another issuer`);
  const keysUrl = await asking(issuer, async () => new URL(String(document.jwks_uri)));
  if (keysUrl.protocol !== new URL(issuer).protocol) {
    throw new IssuerUnavailable(`${issuer} serves its keys over another protocol`);
  }
  const remote = createRemoteJWKSet(keysUrl, { timeoutDuration: issuerTimeout, [customFetch]: fetch });
  return (header, token) => asking(issuer, () => remote(header, token));
}

/** Calls an issuer; what fails but for the token means that the issuer cannot be asked. @throws IssuerUnavailable */
async function asking<T>(issuer: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (aboutToken.some((kind) => cause instanceof kind)) throw cause;
    throw new IssuerUnavailable(`${issuer} could not be asked`, { cause });
  }
}

const aboutToken = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];
