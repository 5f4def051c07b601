import type { App } from "../app";
import { andThen } from "../cache/cache";
import { apiKeyHash, isApiKey } from "../crypto/api-key-secrets";
import type { Quota, RateLimitResult } from "../limits/windows";
import { Problem } from "../problems";
import type { KeyActor, Origin, UserActor } from "./actor";
import { judgeKey, type KeyRefusal } from "./judge-key";
import type { Principal } from "./principals";

/**
 * The user an access token was issued to, if its session has not ended.
 * @throws Problem UNAUTHORIZED, TOKEN_EXPIRED
 */
export function identifyUser(app: App, token: string, origin: Origin): UserActor | Promise<UserActor> {
  const now = app.clock.now();
  return andThen(app.accessTokens.verify(token, now), (claims) => {
    if (claims === "expired") throw new Problem("TOKEN_EXPIRED");
    if (!claims) throw new Problem("UNAUTHORIZED", { reason: "invalid_access_token" });
    return andThen(getFresh(app, app.liveSessions, claims.sid), (session) => {
      if (!session || session.userId !== claims.sub || session.endsAt <= now) {
        throw new Problem("UNAUTHORIZED", { reason: "session_ended" });
      }
      return { kind: "user", userId: claims.sub, sessionId: claims.sid, origin } as const;
    });
  });
}

/** A request by key, counted. */
export interface Admission {
  readonly key: Principal;
  /** The quotas this request was counted in ... */
  readonly quotas: readonly Quota[];
  /** ... and what is left of them. */
  readonly result: RateLimitResult;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined when a quota is used up. */
  readonly actor: KeyActor | undefined;
}

/**
 * The key that a text is or stands for, after counting this request against its quotas.
 * @param purpose a request that verifies other keys is counted against a quota of its own
 * @throws Problem INVALID_API_KEY, FORBIDDEN for an IP address it may not be used from
 */
export function admitKey(
  app: App,
  text: string,
  origin: Origin,
  purpose?: "verification",
): Admission | Promise<Admission> {
  return andThen(findPrincipal(app, text), (key) => {
    const now = app.clock.now();
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
  });
}

/**
 * The key that a text is, or that it stands for as a workload token, whether it works or not; never as it was more than a second ago.
 * Undefined for an unknown key, a token that has expired or was revoked, and every other text.
 */
export function findPrincipal(app: App, text: string): Principal | undefined | Promise<Principal | undefined> {
  if (isApiKey(text)) return getFresh(app, app.principals, { hash: apiKeyHash(text) });
  const token = app.workloadTokens.read(text);
  if (!token || token.expiresAt <= app.clock.now()) return undefined;
  return andThen(getFresh(app, app.principals, { id: token.keyId }), (key) =>
    key && token.expiresAt > key.tokensRevokedThrough ? key : undefined,
  );
}

function problemOf(app: App, text: string, refusal: KeyRefusal, key: Principal | undefined): Problem {
  switch (refusal) {
    case "ip":
      return new Problem("FORBIDDEN", { reason: "key_ip_not_allowed" });
    case "unknown":
      if (isApiKey(text)) return new Problem("INVALID_API_KEY");
      return new Problem("INVALID_API_KEY", {
        reason: app.workloadTokens.read(text) ? "workload_token_ended" : "malformed_key",
      });
    case "scope":
      return new Problem("INSUFFICIENT_SCOPE");
    default:
      return new Problem("INVALID_API_KEY", { reason: refusal, values: { environment: key?.environment ?? "" } });
  }
}

const actorOf = (key: Principal, origin: Origin): KeyActor => ({
  kind: "key",
  keyId: key.keyId,
  organizationId: key.organizationId,
  creatorId: key.creatorId,
  environment: key.environment,
  permissions: key.permissions,
  scopes: key.scopes,
  origin,
});

/** Reads a cache; polls what other processes changed first, if the last poll is too old. */
function getFresh<Key, Value>(
  app: App,
  cache: { get(key: Key): Value | undefined | Promise<Value | undefined> },
  key: Key,
): Value | undefined | Promise<Value | undefined> {
  const polling = app.feed.fresh();
  return polling === undefined ? cache.get(key) : polling.then(() => cache.get(key));
}
