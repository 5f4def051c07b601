import { lruMap } from "../cache/lru";
import type { Clock } from "../clock";
import { setRateLimitHeaders } from "../http/rate-limit";
import { networkOf } from "../limits/network";
import { type Meter, newMeter, type Quota, take } from "../limits/windows";
import { Problem } from "../problems";

/**
 * `credentials`: login, registration, recovery, codes. `session`: refresh, logout and what else programs do often, ten times as
 * many, counted apart.
 */
export type Throttle = "credentials" | "session";

type ResponseHeaders = Pick<Headers, "set">;

/** Networks or users that are counted at once; the least recently seen one is dropped first. */
const maxMeters = 100_000;

/** Limits, in this process, how often each network may call the routes where people sign in or recover. @param limit requests a minute */
export function openThrottle(clock: Clock, limit: number) {
  const limits = { credentials: openMeters(clock, limit), session: openMeters(clock, limit * 10) };
  return (kind: Throttle, ip: string, headers: ResponseHeaders) => limits[kind](networkOf(ip), headers);
}

/** Limits, in this process, how many requests each user makes, in all of their sessions together. @param limit requests a minute */
export const openUserThrottle = (clock: Clock, limit: number) => openMeters(clock, limit);

function openMeters(clock: Clock, limit: number) {
  const quotas: Quota[] = [{ name: "minute", limit, seconds: 60 }];
  const meters = lruMap<Meter>(maxMeters);

  /** Counts a request and sets the rate-limit headers. @throws Problem RATE_LIMITED */
  return (name: string, headers: ResponseHeaders) => {
    const now = clock.now();
    let meter = meters.get(name);
    if (!meter) {
      meter = newMeter();
      meters.set(name, meter);
    }
    const result = take(meter, quotas, now);
    const seconds = setRateLimitHeaders(headers, result, quotas, now);
    if (!result.allowed) throw new Problem("RATE_LIMITED", { retryAfter: seconds });
  };
}
