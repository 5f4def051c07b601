import type { Clock } from "../clock";
import { networkOf } from "../limits/network";
import { type Meter, newMeter, policyHeader, type Quota, showStanding, take } from "../limits/windows";
import { Problem } from "../problems";
import { recent } from "../cache/lru";

/**
 * `proof`: login, registration, recovery, codes. `renewal`: refresh, logout and what else programs do often, ten times as
 * many, counted apart.
 */
export type Throttle = "proof" | "renewal";

/** Addresses that are remembered; the one that was quiet longest goes first. */
const most = 100_000;

/** Counts, in this process, what each address asks of the routes where people prove who they are. */
export function openThrottle(clock: Clock, limit: number) {
  const counters = { proof: counter(limit), renewal: counter(limit * 10) };

  /** Counts a request and shows how its address stands. @throws Problem RATE_LIMITED */
  return (kind: Throttle, address: string, headers: Pick<Headers, "set">) => {
    const { quotas, policy, meters } = counters[kind];
    const now = clock.now();
    const network = networkOf(address);
    let meter = meters.get(network);
    if (!meter) {
      meter = newMeter();
      meters.set(network, meter);
    }
    const standing = take(meter, quotas, now);
    const seconds = showStanding(headers, standing, policy, now);
    if (!standing.allowed) throw new Problem("RATE_LIMITED", { retryAfter: seconds });
  };
}

function counter(limit: number) {
  const quotas: Quota[] = [{ name: "minute", limit, seconds: 60 }];
  return { quotas, policy: policyHeader(quotas), meters: recent<Meter>(most) };
}
