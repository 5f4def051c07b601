import type { App } from "../app";
import { andThen, type Cache } from "../cache/cache";
import { apiKeyHash, isApiKey } from "../crypto/api-key-secrets";
import { setRateLimitHeaders } from "../limits/windows";
import { Problem } from "../problems";
import type { KeyActor, Origin, UserActor } from "./actor";
import type { Principal } from "./principals";

export type Credential = { kind: "token" | "key"; text: string };

const bearer = /^bearer +([^\s,]+)$/i;

/**
 * The one credential of a request: `Authorization: Bearer` with an access token or a key, or `X-API-Key`.
 * @throws Problem BAD_REQUEST for two at once, UNAUTHORIZED for a header that holds none
 */
export function findCredential(headers: Headers): Credential | undefined {
  const authorization = headers.get("authorization");
  const apiKey = headers.get("x-api-key");
  if (authorization !== null && apiKey !== null) {
    throw new Problem("BAD_REQUEST", { reason: "two_credentials" });
  }
  if (apiKey !== null) return { kind: "key", text: apiKey };
  if (authorization === null) return undefined;
  const text = bearer.exec(authorization)?.[1];
  if (text === undefined) throw new Problem("UNAUTHORIZED", { reason: "malformed_authorization" });
  return { kind: /^bs[kw]_/.test(text) ? "key" : "token", text };
}

/**
 * The person behind an access token, if its session lives.
 * @throws Problem UNAUTHORIZED, TOKEN_EXPIRED
 */
export function identifyUser(app: App, token: string, origin: Origin): UserActor | Promise<UserActor> {
  const now = app.clock.now();
  return andThen(app.accessTokens.verify(token, now), (claims) => {
    if (claims === "expired") throw new Problem("TOKEN_EXPIRED");
    if (!claims) throw new Problem("UNAUTHORIZED", { reason: "invalid_access_token" });
    return andThen(trusted(app, app.liveSessions, claims.sid), (session) => {
      if (!session || session.userId !== claims.sub || session.endsAt <= now) {
        throw new Problem("UNAUTHORIZED", { reason: "session_ended" });
      }
      return { kind: "user", userId: claims.sub, sessionId: claims.sid, origin } as const;
    });
  });
}

/** How long before its end a key's answers carry the Sunset header, RFC 8594. */
const sunsetNotice = 7 * 86_400_000;

/**
 * The key a text is or stands for, after counting this request in its windows; the limits go to `headers`, refused or not.
 * @throws Problem INVALID_API_KEY, FORBIDDEN from an address it may not be used from, RATE_LIMITED
 */
export function identifyKey(
  app: App,
  text: string,
  origin: Origin,
  headers: Pick<Headers, "set">,
): KeyActor | Promise<KeyActor> {
  const name = cacheKeyOf(app, text);
  if (name === undefined) throw new Problem("INVALID_API_KEY");
  return andThen(trusted(app, app.principals, name), (key) => admit(app, key, origin, headers));
}

/** What a key is remembered by: the hash of its text, or the id in a workload token whose time has not come. */
export function cacheKeyOf(app: App, text: string): string | undefined {
  if (isApiKey(text)) return apiKeyHash(text);
  const token = app.workloadTokens.read(text);
  return token && app.clock.now() < token.expiresAt ? token.keyId : undefined;
}

function admit(app: App, key: Principal | undefined, origin: Origin, headers: Pick<Headers, "set">): KeyActor {
  const now = app.clock.now();
  if (!key || key.expiresAt <= now) throw new Problem("INVALID_API_KEY");
  if (!app.config.keyEnvironments.includes(key.environment)) {
    throw new Problem("INVALID_API_KEY", {
      reason: "environment_not_accepted",
      values: { environment: key.environment },
    });
  }

  if (key.allows && !key.allows(origin.ip)) {
    app.usage.count(key.use, "denied", now);
    throw new Problem("FORBIDDEN", { reason: "key_ip_not_allowed" });
  }
  const result = app.usage.consume(key.use, key.quotas, now);
  if (key.sunset && key.expiresAt - now <= sunsetNotice) headers.set("Sunset", key.sunset);
  const seconds = setRateLimitHeaders(headers, result, key.policy, now);
  if (!result.allowed) throw new Problem("RATE_LIMITED", { retryAfter: seconds });

  const { keyId, organizationId, creatorId, environment, permissions, scopes, use } = key;
  return { kind: "key", keyId, organizationId, creatorId, environment, permissions, scopes, use, origin };
}

/** What is remembered of a credential, after hearing of changes if it is too long since. */
function trusted<Value>(app: App, cache: Cache<Value>, key: string): Value | undefined | Promise<Value | undefined> {
  const polling = app.feed.fresh();
  return polling === undefined ? cache.get(key) : polling.then(() => cache.get(key));
}

/** Counts how a key's request ended, for its history. */
export function countUse(app: App, { use, origin }: KeyActor, error?: unknown) {
  const outcome = error instanceof Problem && error.status === 403 ? "denied" : "ok";
  app.usage.count(use, outcome, app.clock.now(), origin);
}
