import { type Clock, systemClock } from "../clock";
import { BaskError } from "../error";
import type { Fetch } from "../platform";
import { decode, toBytes } from "./base64";
import { openKeySet } from "./key-set";

export interface AccessTokenOptions {
  /** The URL of the installation as it calls itself, its PUBLIC_URL: the issuer and the audience of its tokens. */
  url: string;
  /** Where its keys are fetched, if a service reaches it by another URL. */
  jwksUrl?: string | undefined;
  fetch?: Fetch | undefined;
  clock?: Clock | undefined;
}

/** Who sent a request. */
export interface AccessTokenClaims {
  userId: string;
  sessionId: string;
  tokenId: string;
  issuedAt: Date;
  expiresAt: Date;
}

/** Milliseconds that clocks may differ. */
const tolerance = 5_000;
const maxLength = 8_192;
const keySets = new Map<string, ReturnType<typeof openKeySet>>();

/**
 * Verifies an access token with the public keys of the installation, which are fetched once and kept. Bask is not asked, so a session that was
 * ended is noticed when its token expires, at most 15 minutes later; ask `whoami` with the token where that is too late.
 * @param token as it was sent, with or without `Bearer `
 * @throws BaskError TOKEN_EXPIRED, UNAUTHORIZED, or what became of the request for the keys
 */
export async function verifyAccessToken(
  token: string,
  { url, jwksUrl, fetch: get = (to, init) => fetch(to, init), clock = systemClock }: AccessTokenOptions,
): Promise<AccessTokenClaims> {
  const issuer = url.replace(/\/+$/, "");
  const text = token.replace(/^Bearer /i, "");
  const parts = text.length > maxLength ? [] : text.split(".");
  const [header, payload, signature] = parts.map(decode);
  if (parts.length !== 3 || !header || !payload || !signature) throw unauthorized();
  const { alg, typ, kid, crit } = parse(header);
  if (typ !== "at+jwt" || typeof kid !== "string" || crit !== undefined) throw unauthorized();

  const source = jwksUrl ?? `${issuer}/.well-known/jwks.json`;
  const keyOf = keySets.get(source) ?? openKeySet(source, get, clock);
  keySets.set(source, keyOf);
  const key = await keyOf(kid);
  const signed = toBytes(`${parts[0]}.${parts[1]}`);
  if (!key || key.alg !== alg || !(await key.verify(signature, signed))) throw unauthorized();

  const { iss, aud, sub, sid, jti, iat, exp } = parse(payload);
  const isText = [sub, sid, jti].every((claim) => typeof claim === "string");
  if (iss !== issuer || aud !== issuer || !isText || typeof iat !== "number" || typeof exp !== "number")
    throw unauthorized();
  if (clock.now() >= exp * 1_000 + tolerance)
    throw refusal("TOKEN_EXPIRED", "The access token has expired. Refresh it.");
  return {
    userId: sub as string,
    sessionId: sid as string,
    tokenId: jti as string,
    issuedAt: new Date(iat * 1_000),
    expiresAt: new Date(exp * 1_000),
  };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const unauthorized = () => refusal("UNAUTHORIZED", "The access token is not valid.", "invalid_access_token");

const refusal = (code: "TOKEN_EXPIRED" | "UNAUTHORIZED", message: string, reason?: string) =>
  new BaskError({ status: 401, code, message, reason });
