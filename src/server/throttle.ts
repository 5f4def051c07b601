import type { KnownToken } from "../access/known-tokens";
import { lruMap } from "../cache/lru";
import { setRateLimitHeaders } from "../http/rate-limit";
import type { NewHeaders } from "../http/responses";
import { networkOf } from "../limits/network";
import { Meter, type Quotas, take } from "../limits/windows";
import { Problem } from "../problems";
import type { Call } from "./call";

/**
 * `credentials`: login, registration, recovery, codes. `session`: refresh, logout and what else programs do often, ten times as
 * many, counted apart. `service`: what services ask as often as they have requests, a thousand times as many.
 */
export type Throttle = "credentials" | "session" | "service";

/** Networks or users that are counted at once; the least recently seen one is dropped first. */
const maxMeters = 100_000;

/** Limits, in this process, how often each network may call the routes where people sign in or recover. @param limit requests a minute */
export function openThrottle(limit: number) {
  const limits = { credentials: openMeters(limit), session: openMeters(limit * 10), service: openMeters(limit * 1000) };
  return (kind: Throttle, { ip, headers, startedAt }: Call) => {
    const { meterOf, count } = limits[kind];
    count(meterOf(networkOf(ip)), headers, startedAt);
  };
}

/**
 * Limits, in this process, how many requests each user makes, in all of their sessions together, and each of their apps: an app that runs in a loop
 * does not keep its user from disconnecting it. @param limit requests a minute
 */
export function openUserThrottle(limit: number) {
  const { meterOf, count } = openMeters(limit);
  /** The token keeps the meter of its user for the rest of the minute. */
  return (token: Pick<KnownToken, "userId" | "granted" | "requests">, { headers, startedAt }: Call) => {
    if (!token.requests || startedAt >= token.requests.endsAt)
      token.requests = meterOf(token.granted ? `${token.userId} ${token.granted.clientId}` : token.userId);
    count(token.requests, headers, startedAt);
  };
}

function openMeters(limit: number) {
  const quotas: Quotas = [{ name: "minute", limit, seconds: 60 }];
  const meters = lruMap<Meter>(maxMeters);
  return {
    meterOf(name: string): Meter {
      const known = meters.get(name);
      if (known) return known;
      const meter = new Meter();
      meters.set(name, meter);
      return meter;
    },
    /** Counts a request and sets the rate-limit headers. @throws Problem RATE_LIMITED */
    count(meter: Meter, headers: NewHeaders, now: number) {
      const result = take(meter, quotas, now);
      const seconds = setRateLimitHeaders(headers, result, quotas, now);
      if (!result.allowed) throw new Problem("RATE_LIMITED", { retryAfter: seconds });
    },
  };
}
