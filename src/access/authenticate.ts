import type { App } from "../app";
import { andThen } from "../cache/cache";
import { apiKeyHash, apiKeyLength, isApiKey, isPersonalToken, personalTokenLength } from "../crypto/api-key-secrets";
import { derivedTokenPrefix } from "../crypto/derived-tokens";
import { type GrantId, isId, type SessionId } from "../ids";
import type { Quotas, RateLimitResult } from "../limits/windows";
import { Problem } from "../problems";
import type { GrantActor, KeyActor, Origin, TokenActor, UserActor } from "./actor";
import { narrowed } from "./derived";
import { judgeKey, type KeyRefusal } from "./judge-key";
import { authorizationOf, type KnownToken } from "./known-tokens";
import type { LiveSession } from "./live-sessions";
import type { CacheKey, Principal } from "./principals";

/**
 * The user an access token was issued to, if its session has not ended.
 * @throws Problem UNAUTHORIZED, TOKEN_EXPIRED
 */
export const identifyUser = (app: App, token: string, origin: Origin): UserActor | Promise<UserActor> =>
  andThen(findToken(app, token), (known) => userOf(known, origin));

/** @throws Problem UNAUTHORIZED for a token of an app */
export function userOf({ userId, sessionId, granted }: KnownToken, origin: Origin): UserActor {
  if (granted) throw new Problem("UNAUTHORIZED", { reason: "user_required" });
  return { kind: "user", userId, sessionId: sessionId as SessionId, origin };
}

/**
 * Who sends an access token to one of the services of this installation.
 * @param isOwn whether a token of an app that names this audience is meant for that service (RFC 8707)
 * @throws Problem UNAUTHORIZED for a token that is meant for another one
 */
export function bearerOf(
  token: KnownToken,
  origin: Origin,
  isOwn: (audience: string) => boolean,
): UserActor | GrantActor {
  const { userId, sessionId, granted } = token;
  if (!granted) return userOf(token, origin);
  if (!isOwn(granted.resource)) throw new Problem("UNAUTHORIZED", { reason: "other_resource" });
  const { clientId, organizationId, permissions, scope } = granted;
  const grantId = sessionId as GrantId;
  return { kind: "grant", grantId, clientId, organizationId, creatorId: userId, permissions, scope, origin };
}

/**
 * The token in an Authorization header, if it was accepted here before and still is; undefined where that takes a closer look.
 * @param now milliseconds since 1970
 */
export function recognizeToken(app: App, authorization: string, now: number): KnownToken | undefined {
  const token = app.knownTokens.get(authorization);
  if (!token || !app.feed.isFresh(now)) return undefined;
  if (token.version !== app.liveSessions.version) {
    const session = app.liveSessions.peek(token.sessionId);
    if (!session || session.userId !== token.userId) return undefined;
    noteSession(app, token, session);
  }
  return now < token.acceptedUntil ? token : undefined;
}

function noteSession(app: App, token: KnownToken, { endsAt }: LiveSession) {
  token.version = app.liveSessions.version;
  token.acceptedUntil = Math.min(token.expiresAt, endsAt);
}

/**
 * An access token whose session has not ended.
 * @throws Problem UNAUTHORIZED, TOKEN_EXPIRED
 */
export function findToken(app: App, text: string): KnownToken | Promise<KnownToken> {
  const authorization = authorizationOf(text);
  const now = app.clock.now();
  const recognized = recognizeToken(app, authorization, now);
  if (recognized) return recognized;
  return andThen(app.knownTokens.get(authorization) ?? verify(app, text, now), (token) => {
    if (token.expiresAt <= now) throw new Problem("TOKEN_EXPIRED");
    return andThen(getFresh(app, app.liveSessions, token.sessionId), (session) => {
      if (!session || session.userId !== token.userId || session.endsAt <= now)
        throw new Problem("UNAUTHORIZED", { reason: "session_ended" });
      return token;
    });
  });
}

async function verify(app: App, text: string, now: number): Promise<KnownToken> {
  const claims = await app.accessTokens.verify(text, now);
  if (claims === "expired") throw new Problem("TOKEN_EXPIRED");
  if (!claims) throw new Problem("UNAUTHORIZED", { reason: "invalid_access_token" });
  return app.knownTokens.add(text, claims);
}

/** A request by key or personal access token, counted. */
export interface Admission {
  readonly key: Principal;
  /** The quotas this request was counted in ... */
  readonly quotas: Quotas;
  /** ... and what is left of them. */
  readonly result: RateLimitResult;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined when a quota is used up. */
  readonly actor: KeyActor | TokenActor | undefined;
}

/**
 * The key that a text is or stands for, after counting this request against its quotas.
 * @param now milliseconds since 1970
 * @param purpose a request that verifies other keys is counted against a quota of its own
 * @throws Problem INVALID_API_KEY, FORBIDDEN for an IP address it may not be used from
 */
export function admitKey(
  app: App,
  text: string,
  origin: Origin,
  now: number,
  purpose?: "verification",
): Admission | Promise<Admission> {
  const key = findPrincipal(app, text, now);
  return key instanceof Promise
    ? key.then((key) => admit(app, text, key, origin, app.clock.now(), purpose))
    : admit(app, text, key, origin, now, purpose);
}

function admit(
  app: App,
  text: string,
  key: Principal | undefined,
  origin: Origin,
  now: number,
  purpose: "verification" | undefined,
): Admission {
  const refusal = judgeKey(key, origin, now);
  if (!key || refusal) {
    if (key && refusal === "ip") app.usage.count(key.use, "denied", now);
    throw problemOf(app, text, refusal ?? "unknown", key);
  }
  const quotas = purpose === "verification" ? key.limits.verification : key.limits.own;
  const result =
    purpose === "verification"
      ? app.usage.consumeVerification(key.use, key.limits, now)
      : app.usage.consume(key.use, key.limits, now);
  return { key, quotas, result, at: now, actor: result.allowed ? actorOf(key, origin) : undefined };
}

/**
 * The key or personal access token that a text is, or that it stands for as a workload token or a derived one, whether it works or not; never as it was more than a second ago.
 * Undefined for an unknown key, a token that has expired or was revoked, and every other text.
 * @param now milliseconds since 1970
 */
export function findPrincipal(
  app: App,
  text: string,
  now = app.clock.now(),
): Principal | undefined | Promise<Principal | undefined> {
  if (text.length === apiKeyLength) {
    const hash = apiKeyHash(text);
    const known = app.feed.isFresh(now) ? app.principals.peek(hash) : undefined;
    if (known) return known;
    // The checksum spares a look for what cannot be a key. What is known has a right one.
    if (isApiKey(text)) return getFresh(app, app.principals, { hash });
  }
  if (text.length === personalTokenLength) {
    const tokenHash = apiKeyHash(text);
    const known = app.feed.isFresh(now) ? app.principals.peekToken(tokenHash) : undefined;
    if (known) return known;
    if (isPersonalToken(text)) return getFresh(app, app.principals, { tokenHash });
  }
  if (text.startsWith(derivedTokenPrefix)) return findDerived(app, text, now);
  const token = app.workloadTokens.read(text);
  if (!token || token.expiresAt <= now) return undefined;
  return andThen(getFresh<CacheKey, Principal>(app, app.principals, { id: token.keyId }), (key) =>
    key && token.expiresAt > key.life.tokensRevokedThrough ? key : undefined,
  );
}

/** What a derived token stands for: its parent as it is now, narrowed. It is narrowed anew only when something about the parent changed. */
function findDerived(app: App, text: string, now: number): Principal | undefined | Promise<Principal | undefined> {
  const token = app.derivedTokens.get(text);
  if (!token || token.expiresAt <= now) return undefined;
  const { parentId } = token;
  const id: CacheKey = isId("key", parentId) ? { id: parentId } : { tokenId: parentId };
  return andThen(getFresh<CacheKey, Principal>(app, app.principals, id), (parent) => {
    if (!parent || token.expiresAt <= parent.life.tokensRevokedThrough) return undefined;
    if (token.parent !== parent) {
      token.parent = parent;
      token.principal = narrowed(parent, token);
    }
    return token.principal;
  });
}

function problemOf(app: App, text: string, refusal: KeyRefusal, key: Principal | undefined): Problem {
  switch (refusal) {
    case "ip":
      return new Problem("FORBIDDEN", { reason: "key_ip_not_allowed" });
    case "unknown":
      if (isApiKey(text)) return new Problem("INVALID_API_KEY");
      if (isPersonalToken(text)) return new Problem("INVALID_API_KEY", { reason: "unknown_token" });
      return new Problem("INVALID_API_KEY", {
        reason: app.derivedTokens.get(text)
          ? "derived_token_ended"
          : app.workloadTokens.read(text)
            ? "workload_token_ended"
            : "malformed_key",
      });
    case "scope":
      return new Problem("INSUFFICIENT_SCOPE");
    default:
      if (key?.kind === "personal_token") {
        const reason =
          refusal === "revoked" ? "token_revoked" : refusal === "expired" ? "token_expired" : "token_owner_suspended";
        return new Problem("INVALID_API_KEY", { reason });
      }
      return new Problem("INVALID_API_KEY", { reason: refusal, values: { environment: key?.environment ?? "" } });
  }
}

const actorOf = (principal: Principal, origin: Origin): KeyActor | TokenActor =>
  principal.kind === "key"
    ? {
        kind: "key",
        keyId: principal.id,
        organizationId: principal.organizationId,
        creatorId: principal.creatorId,
        environment: principal.environment,
        permissions: principal.permissions,
        scopes: principal.scopes,
        only: principal.only,
        origin,
      }
    : {
        kind: "personal_token",
        tokenId: principal.id,
        creatorId: principal.userId,
        organizationId: principal.organizationId,
        standings: principal.standings,
        scopes: principal.scopes,
        only: principal.only,
        origin,
      };

/** Reads a cache; polls what other processes changed first, if the last poll is too old. */
function getFresh<Key, Value>(
  app: App,
  cache: { get(key: Key): Value | undefined | Promise<Value | undefined> },
  key: Key,
): Value | undefined | Promise<Value | undefined> {
  const polling = app.feed.fresh();
  return polling === undefined ? cache.get(key) : polling.then(() => cache.get(key));
}
