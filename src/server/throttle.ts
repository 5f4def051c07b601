import { lruMap } from "../cache/lru";
import type { Clock } from "../clock";
import { setRateLimitHeaders } from "../http/rate-limit";
import type { Throttle } from "../http/route";
import { networkOf } from "../limits/network";
import { type Meter, newMeter, type Quota, take } from "../limits/windows";
import { Problem } from "../problems";

/** Networks that are counted at once; the least recently seen one is dropped first. */
const maxNetworks = 100_000;

/** Limits, in this process, how often each network may call the routes where people sign in or recover. */
export function openThrottle(clock: Clock, limit: number) {
  const counters = { credentials: counter(limit), session: counter(limit * 10) };

  /** Counts a request and sets the rate-limit headers. @throws Problem RATE_LIMITED */
  return (kind: Throttle, ip: string, headers: Pick<Headers, "set">) => {
    const { quotas, meters } = counters[kind];
    const now = clock.now();
    const network = networkOf(ip);
    let meter = meters.get(network);
    if (!meter) {
      meter = newMeter();
      meters.set(network, meter);
    }
    const result = take(meter, quotas, now);
    const seconds = setRateLimitHeaders(headers, result, quotas, now);
    if (!result.allowed) throw new Problem("RATE_LIMITED", { retryAfter: seconds });
  };
}

function counter(limit: number) {
  const quotas: Quota[] = [{ name: "minute", limit, seconds: 60 }];
  return { quotas, meters: lruMap<Meter>(maxNetworks) };
}
