import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import type { JWK } from "jose";
import { isId, type SessionId, type UserId } from "../ids";
import type { Keyring } from "./keyring";

/** Seconds until an access token expires, exactly. */
export const accessTokenSeconds = 900;
const maxLength = 8192;

/** Unix seconds at which a token expires that is issued at `now`, in milliseconds. */
export const expiryOf = (now: number): number => Math.floor(now / 1000) + accessTokenSeconds;

export interface AccessClaims {
  sub: UserId;
  sid: SessionId;
  jti: string;
  iat: number;
  exp: number;
}

export interface AccessTokens {
  /** Signs a JWT (RFC 9068) with EdDSA, issued at `now`, milliseconds. */
  issue(session: { id: SessionId; userId: UserId }, now: number): string;
  /** The claims of a valid token, "expired" after its time, undefined for everything else. */
  verify(token: string, now: number): Promise<AccessClaims | "expired" | undefined>;
  /** The public keys (RFC 7517). */
  readonly jwks: { keys: JWK[] };
}

interface SigningKey {
  /** The exact first part of every token this key signs. */
  header: string;
  privateKey: KeyObject;
  publicJwk: JWK;
  verify(token: string): Promise<unknown>;
}

/**
 * The keys are derived from the installation's secrets, so that every process has the same ones and none is stored. The first signs and all
 * verify, so that a new first secret signs no one out.
 */
export function openAccessTokens(keyring: Keyring, issuer: string): AccessTokens {
  const keys = keyring.derive("access-token").map((seed) => signingKey(seed, issuer));
  const byHeader = new Map(keys.map((key) => [key.header, key]));
  const current = keys[0]!;
  /** What is being signed. Nothing is awaited meanwhile. */
  const scratch = Buffer.alloc(maxLength);

  return {
    jwks: { keys: keys.map((key) => key.publicJwk) },

    issue(session, now) {
      const iat = Math.floor(now / 1000);
      const claims = {
        iss: issuer,
        aud: issuer,
        sub: session.userId,
        sid: session.id,
        jti: randomUUID(),
        iat,
        exp: expiryOf(now),
      };
      const claimsLength = scratch.write(JSON.stringify(claims));
      const signed = `${current.header}.${scratch.toString("base64url", 0, claimsLength)}`;
      const length = scratch.write(signed, "latin1");
      return `${signed}.${sign(null, scratch.subarray(0, length), current.privateKey).toString("base64url")}`;
    },

    async verify(token, now) {
      const claims = await claimsOf(token);
      return claims && now >= claims.exp * 1000 ? "expired" : claims;
    },
  };

  /** Only a token with the exact header that this installation writes is verified: no alg, kid, jwk or crit from outside has an effect. */
  async function claimsOf(token: string): Promise<AccessClaims | undefined> {
    if (token.length > maxLength) return undefined;
    const [header, payload, signature, more] = token.split(".");
    if (more !== undefined || !isCanonical(payload) || !isCanonical(signature)) return undefined;
    const claims = await byHeader.get(header!)?.verify(token);
    return isAccessClaims(claims) ? claims : undefined;
  }
}

function signingKey(seed: Buffer, issuer: string): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: "der", type: "pkcs8" });
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
  const publicJwk = { kty, crv, x, kid, use: "sig", alg: "EdDSA" } as JWK;
  const verifier = jwt({ name: "token", secret: publicJwk, alg: "EdDSA" }).decorator.token;
  return {
    header: base64url(JSON.stringify({ alg: "EdDSA", typ: "at+jwt", kid })),
    privateKey,
    publicJwk,
    verify: (token) =>
      verifier.verify(token, {
        algorithms: ["EdDSA"],
        issuer,
        audience: issuer,
        typ: "at+jwt",
        requiredClaims: ["iss", "aud", "sub", "sid", "jti", "iat", "exp"],
        currentDate: new Date(0), // the library verifies signature and claims; time is compared with the injected clock
      }),
  };
}

/** The DER that precedes the 32 bytes of an Ed25519 private key (RFC 8410). */
const pkcs8Ed25519 = Buffer.from("302e020100300506032b657004220420", "hex");

const base64url = (text: string) => Buffer.from(text).toString("base64url");
const isCanonical = (part: string | undefined): part is string =>
  part !== undefined && Buffer.from(part, "base64url").toString("base64url") === part;

function isAccessClaims(value: unknown): value is AccessClaims {
  const { sub, sid, jti, iat, exp } = (value || {}) as Record<string, unknown>;
  return (
    typeof sub === "string" &&
    isId("usr", sub) &&
    typeof sid === "string" &&
    isId("ses", sid) &&
    typeof jti === "string" &&
    typeof iat === "number" &&
    exp === iat + accessTokenSeconds
  );
}
