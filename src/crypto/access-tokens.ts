import { randomUUID } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import type { JWK } from "jose";
import { isId, type SessionId, type UserId } from "../ids";
import type { Keyring } from "./keyring";
import { type DerivedKey, type SigningAlgorithm, signingAlgorithms, signingKeysOf } from "./signing-keys";

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
  /** What signs them. */
  readonly algorithm: SigningAlgorithm;
  /** Resolves when the first token can be issued. */
  ready(): Promise<void>;
  /** Signs a JWT (RFC 9068), issued at `now`, milliseconds. */
  issue(session: { id: SessionId; userId: UserId }, now: number): string;
  /** The claims of a valid token, "expired" after its time, undefined for everything else. */
  verify(token: string, now: number): Promise<AccessClaims | "expired" | undefined>;
  /** The public keys (RFC 7517) of the algorithm that signs ... */
  readonly jwks: { keys: JWK[] };
  /** ... and of others beside it. */
  jwksWith(others: readonly SigningAlgorithm[]): Promise<{ keys: JWK[] }>;
}

interface Key {
  /** The exact first part of every token this key signs. */
  header: string;
  derived: DerivedKey;
  verify(token: string): Promise<unknown>;
}

/**
 * The first secret signs and all verify, so that a new first secret signs no one out; and tokens of every algorithm are accepted, so that
 * neither does another one.
 */
export function openAccessTokens(
  keyring: Keyring,
  issuer: string,
  algorithm: SigningAlgorithm = "EdDSA",
): AccessTokens {
  const keys = signingAlgorithms.flatMap((each) =>
    signingKeysOf(keyring, each).map((derived): Key => openKey(derived, issuer)),
  );
  const byHeader = new Map(keys.map((key) => [key.header, key]));
  const keysOf = (each: SigningAlgorithm) => keys.filter(({ derived }) => derived.algorithm === each);
  const current = keysOf(algorithm)[0]!;
  /** What is being signed. Nothing is awaited meanwhile. */
  const scratch = Buffer.alloc(maxLength);

  return {
    algorithm,

    async ready() {
      await Promise.all(keysOf(algorithm).map(({ derived }) => derived.load()));
    },

    get jwks() {
      return { keys: keysOf(algorithm).map(({ derived }) => derived.loaded!.publicJwk) };
    },

    async jwksWith(others) {
      const all = [...new Set([algorithm, ...others])].flatMap(keysOf);
      return { keys: await Promise.all(all.map(async ({ derived }) => (await derived.load()).publicJwk)) };
    },

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
      return `${signed}.${current.derived.loaded!.sign(scratch.subarray(0, length)).toString("base64url")}`;
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

function openKey(derived: DerivedKey, issuer: string): Key {
  const { algorithm: alg, kid } = derived;
  let verifier: ReturnType<typeof openVerifier> | undefined;
  return {
    header: base64url(JSON.stringify({ alg, typ: "at+jwt", kid })),
    derived,
    async verify(token) {
      verifier ??= openVerifier((await derived.load()).publicJwk, alg);
      return verifier.verify(token, {
        algorithms: [alg],
        issuer,
        audience: issuer,
        typ: "at+jwt",
        requiredClaims: ["iss", "aud", "sub", "sid", "jti", "iat", "exp"],
        currentDate: new Date(0), // the library verifies signature and claims; time is compared with the injected clock
      });
    },
  };
}

const openVerifier = (secret: JWK, alg: SigningAlgorithm) => jwt({ name: "token", secret, alg }).decorator.token;

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
