/** A number of requests in a window of so many seconds. Windows begin at multiples of their length since 1970. */
export interface Quota {
  readonly name: string;
  readonly limit: number;
  readonly seconds: number;
}

/** What was counted in the current window of each quota. */
export interface Meter {
  readonly starts: number[];
  readonly counts: number[];
}

export interface RateLimitResult {
  allowed: boolean;
  /** The quota with the fewest requests left. */
  quota: Quota;
  remaining: number;
  /** Unix seconds at which its window ends. */
  reset: number;
}

/** Unix seconds at which the window of `now`, in milliseconds, began. */
export const startOf = (now: number, seconds: number): number => {
  const second = Math.floor(now / 1000);
  return second - (second % seconds);
};

export const newMeter = (): Meter => ({ starts: [0, 0, 0], counts: [0, 0, 0] });

/**
 * Counts `cost` in every window if all of them have room, else in none. Nothing is awaited, so two concurrent requests never take the same
 * last unit. `now` in milliseconds since 1970.
 */
export function take(meter: Meter, quotas: readonly Quota[], now: number, cost = 1): RateLimitResult {
  let allowed = true;
  for (let i = 0; i < quotas.length; i++) {
    const start = startOf(now, quotas[i]!.seconds);
    if (meter.starts[i] !== start) {
      meter.starts[i] = start;
      meter.counts[i] = 0;
    }
    if (meter.counts[i]! + cost > quotas[i]!.limit) allowed = false;
  }
  let closest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < quotas.length; i++) {
    if (allowed) meter.counts[i]! += cost;
    const remaining = quotas[i]!.limit - meter.counts[i]!;
    if (remaining < least || (remaining === least && !allowed)) {
      least = remaining;
      closest = i;
    }
  }
  return {
    allowed,
    quota: quotas[closest]!,
    remaining: Math.max(0, least),
    reset: meter.starts[closest]! + quotas[closest]!.seconds,
  };
}
