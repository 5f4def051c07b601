import { randomUUID } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import type { JWK } from "jose";
import { type GrantId, isId, type OrganizationId, type SessionId, type UserId } from "../ids";
import { openIssued } from "./issued";
import type { Keyring } from "./keyring";
import { type DerivedKey, type SigningAlgorithm, signingAlgorithms, signingKeysOf } from "./signing-keys";

/** Seconds until an access token expires, exactly. */
export const accessTokenSeconds = 900;
const maxLength = 8192;

/** Unix seconds at which a token expires that is issued at `now`, in milliseconds. */
const expiryOf = (now: number): number => Math.floor(now / 1000) + accessTokenSeconds;

interface CommonClaims {
  sub: UserId;
  jti: string;
  iat: number;
  exp: number;
}

/** Of a token of a user's own session. */
export interface SessionClaims extends CommonClaims {
  sid: SessionId;
}

/** Of a token of an app that a user lets act for them. */
export interface GrantClaims extends CommonClaims {
  /** The one service it is for. */
  aud: string;
  client_id: string;
  grant: GrantId;
  org: OrganizationId;
  /** Separated by spaces. */
  scope: string;
}

export type AccessClaims = SessionClaims | GrantClaims;

export interface AccessTokens {
  /** What signs them. */
  readonly algorithm: SigningAlgorithm;
  /** Resolves when the first token can be issued. */
  ready(): Promise<void>;
  /** Signs a JWT (RFC 9068), issued at `now`, milliseconds. */
  issue(session: { id: SessionId; userId: UserId }, now: number): string;
  /** As `issue`, for an app. */
  issueGranted(claims: Omit<GrantClaims, "jti" | "iat" | "exp">, now: number): string;
  /** Signs other claims about a user, for the app that asks who they are (OpenID Connect Core 1.0, 2). Never accepted as an access token. */
  issueIdToken(claims: Record<string, unknown>, now: number): string;
  /** The claims of a valid token, "expired" after its time, undefined for everything else. */
  verify(token: string, now: number): Promise<AccessClaims | "expired" | undefined>;
  /** The public keys (RFC 7517) of the algorithm that signs ... */
  readonly jwks: { keys: JWK[] };
  /** ... and of others beside it. */
  jwksWith(others: readonly SigningAlgorithm[]): Promise<{ keys: JWK[] }>;
}

interface Key {
  /** The exact first part of every access token this key signs. */
  header: string;
  /** The same for tokens that say who someone is. */
  idTokenHeader: string;
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
  /** What was signed here is not verified: that takes seven times as long as everything else a request by token needs. */
  const issued = openIssued();
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

    issue: ({ id, userId }, now) => issue({ iss: issuer, aud: issuer, sub: userId, sid: id }, now),
    issueGranted: (claims, now) => issue({ iss: issuer, ...claims }, now),
    issueIdToken: (claims, now) => signed(current.idTokenHeader, { iss: issuer, ...claims }, now),

    async verify(token, now) {
      const claims = await claimsOf(token);
      return claims && now >= claims.exp * 1000 ? "expired" : claims;
    },
  };

  function issue(claims: Record<string, unknown>, now: number): string {
    const token = signed(current.header, claims, now);
    issued.add(token);
    return token;
  }

  function signed(header: string, claims: Record<string, unknown>, now: number): string {
    const iat = Math.floor(now / 1000);
    const claimsLength = scratch.write(JSON.stringify({ ...claims, jti: randomUUID(), iat, exp: expiryOf(now) }));
    const text = `${header}.${scratch.toString("base64url", 0, claimsLength)}`;
    const length = scratch.write(text, "latin1");
    return `${text}.${current.derived.loaded!.sign(scratch.subarray(0, length)).toString("base64url")}`;
  }

  /** Only a token with the exact header that this installation writes is verified: no alg, kid, jwk or crit from outside has an effect. */
  async function claimsOf(token: string): Promise<AccessClaims | undefined> {
    if (token.length > maxLength) return undefined;
    const [header, payload, signature, more] = token.split(".");
    if (more !== undefined || !isCanonical(payload) || !isCanonical(signature)) return undefined;
    const claims = issued.has(token) ? jsonIn(payload) : await byHeader.get(header!)?.verify(token);
    return isAccessClaims(claims) && (isOfGrant(claims) || claims.aud === issuer) ? claims : undefined;
  }
}

function openKey(derived: DerivedKey, issuer: string): Key {
  const { algorithm: alg, kid } = derived;
  let verifier: ReturnType<typeof openVerifier> | undefined;
  return {
    header: base64url(JSON.stringify({ alg, typ: "at+jwt", kid })),
    idTokenHeader: base64url(JSON.stringify({ alg, typ: "JWT", kid })),
    derived,
    async verify(token) {
      verifier ??= openVerifier((await derived.load()).publicJwk, alg);
      return verifier.verify(token, {
        algorithms: [alg],
        issuer,
        typ: "at+jwt",
        requiredClaims: ["iss", "aud", "sub", "jti", "iat", "exp"],
        currentDate: new Date(0), // the library verifies signature and claims; time is compared with the injected clock
      });
    },
  };
}

const openVerifier = (secret: JWK, alg: SigningAlgorithm) => jwt({ name: "token", secret, alg }).decorator.token;

const jsonIn = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
const base64url = (text: string) => Buffer.from(text).toString("base64url");
const isCanonical = (part: string | undefined): part is string =>
  part !== undefined && Buffer.from(part, "base64url").toString("base64url") === part;

function isAccessClaims(value: unknown): value is AccessClaims & { aud: string } {
  const { aud, sub, sid, jti, iat, exp, ...granted } = (value || {}) as Record<string, unknown>;
  return (
    typeof aud === "string" &&
    typeof sub === "string" &&
    isId("usr", sub) &&
    (sid === undefined ? isGranted(granted) : typeof sid === "string" && isId("ses", sid)) &&
    typeof jti === "string" &&
    typeof iat === "number" &&
    exp === iat + accessTokenSeconds
  );
}

const isGranted = ({ client_id, grant, org, scope }: Record<string, unknown>): boolean =>
  typeof client_id === "string" &&
  typeof grant === "string" &&
  isId("grt", grant) &&
  typeof org === "string" &&
  isId("org", org) &&
  typeof scope === "string";

const isOfGrant = (claims: AccessClaims): claims is GrantClaims => "grant" in claims;
