import type { Admission } from "../access/authenticate";
import type { KeyLife } from "../access/key-life";
import type { Quotas, RateLimitResult } from "../limits/windows";
import type { NewHeaders } from "./responses";

/**
 * Writes what is left of a caller's quotas to the response.
 * @returns the seconds until the window that is closest to its limit ends
 */
export function setRateLimitHeaders(headers: NewHeaders, result: RateLimitResult, quotas: Quotas, now: number): number {
  const seconds = result.reset - Math.floor(now / 1000);
  headers.setRateLimit(result, quotas, seconds);
  return seconds;
}

/** Milliseconds before its end from which a key's responses carry the Sunset header, RFC 8594. */
const sunsetNotice = 7 * 86_400_000;

function setSunset(headers: NewHeaders, { endsAt }: KeyLife, at: number) {
  if (endsAt - at <= sunsetNotice) headers.set("Sunset", new Date(endsAt).toUTCString());
}

/** Writes what is left of a key's quotas, and its end when that is near. @returns as `setRateLimitHeaders` */
export function setKeyHeaders(headers: NewHeaders, { key, quotas, result, at }: Admission): number {
  if (key.life.worksUntil - at <= sunsetNotice) setSunset(headers, key.life, at);
  return setRateLimitHeaders(headers, result, quotas, at);
}
