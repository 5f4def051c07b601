import type { Admission } from "../access/authenticate";
import type { Quota, RateLimitResult } from "../limits/windows";

/** Where headers of a response are set. */
type ResponseHeaders = Pick<Headers, "set">;

/** RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers, `"minute";q=100;w=60, "hour";q=2000;w=3600`, made once for each list of quotas. */
function policyOf(quotas: readonly Quota[]): string {
  let policy = policies.get(quotas);
  if (policy === undefined) {
    policy = quotas.map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`).join(", ");
    policies.set(quotas, policy);
  }
  return policy;
}

const policies = new WeakMap<readonly Quota[], string>();

/**
 * Writes what is left of a caller's quotas to the response (draft-ietf-httpapi-ratelimit-headers). Of a quota that the caller shares with others
 * the response tells only when it is the one that is left least of.
 * @returns the seconds until the window that is closest to its limit ends
 */
export function setRateLimitHeaders(
  headers: ResponseHeaders,
  { quota, remaining, reset }: RateLimitResult,
  quotas: readonly Quota[],
  now: number,
): number {
  const seconds = reset - Math.floor(now / 1000);
  headers.set("X-RateLimit-Limit", String(quota.limit));
  headers.set("X-RateLimit-Remaining", String(remaining));
  headers.set("X-RateLimit-Reset", String(reset));
  headers.set("RateLimit-Policy", quotas.includes(quota) ? policyOf(quotas) : policyOf([...quotas, quota]));
  headers.set("RateLimit", `"${quota.name}";r=${remaining};t=${seconds}`);
  return seconds;
}

/** Milliseconds before its end from which a key's responses carry the Sunset header, RFC 8594. */
const sunsetNotice = 7 * 86_400_000;

/** Writes what is left of a key's quotas, and its end when that is near. @returns as `setRateLimitHeaders` */
export function setKeyHeaders(headers: ResponseHeaders, { key, quotas, result, at }: Admission): number {
  const { endsAt } = key.life;
  if (endsAt - at <= sunsetNotice) headers.set("Sunset", new Date(endsAt).toUTCString());
  return setRateLimitHeaders(headers, result, quotas, at);
}
