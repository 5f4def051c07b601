/** A number of requests in a minute, an hour or a day. Windows begin at multiples of their length since 1970. */
export interface Quota {
  readonly name: string;
  readonly limit: number;
  readonly seconds: 60 | 3_600 | 86_400;
}

/** Quotas of a minute, or of a minute, an hour and a day, in this order. */
export type Quotas = readonly Quota[];

/** What was counted in the current minute, hour and day. It is flat, because what is spread over memory costs more than the counting. */
export class Meter {
  /** When the current minute ends, in milliseconds since 1970. Until then no window begins anew. */
  endsAt = 0;
  minute = 0;
  hour = 0;
  day = 0;
}

export interface RateLimitResult {
  allowed: boolean;
  /** Of an allowed request the quota of which the least is left, of a refused one the quota that has room last. */
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

/** Unix seconds at which a window of a meter began. */
export const windowStart = (meter: Meter, seconds: number): number => startOf(meter.endsAt - 1, seconds);

/** Begins the windows that `now` is in, in milliseconds. */
export function beginWindows(meter: Meter, now: number) {
  if (now < meter.endsAt) return;
  meter.minute = 0;
  if (startOf(now, 3_600) !== windowStart(meter, 3_600)) meter.hour = 0;
  if (startOf(now, 86_400) !== windowStart(meter, 86_400)) meter.day = 0;
  meter.endsAt = (startOf(now, 60) + 60) * 1000;
}

/**
 * Counts `cost` in every window if all of them have room, else in none; a cost of 0 counts nothing and tells whether there is room for one. Nothing
 * is awaited, so two concurrent requests never take the same last unit.
 * @param now milliseconds since 1970
 * @param shared what others are counted in too; nothing is counted unless it has room as well
 */
export function take(
  meter: Meter,
  quotas: Quotas,
  now: number,
  cost = 1,
  shared?: Meter,
  sharedQuotas: Quotas = [],
): RateLimitResult {
  const needed = cost || 1;
  beginWindows(meter, now);
  if (shared) beginWindows(shared, now);
  const own = leastLeft(meter, quotas) - cost;
  const others = shared ? leastLeft(shared, sharedQuotas) - cost : Number.POSITIVE_INFINITY;
  if (Math.min(own, others) + cost < needed) return refused(now, needed, meter, quotas, shared, sharedQuotas);
  add(meter, cost);
  if (shared) add(shared, cost);
  const quota = others < own ? quotaWith(others, shared!, sharedQuotas) : quotaWith(own, meter, quotas);
  return { allowed: true, quota, remaining: Math.min(own, others), reset: endOf(quota, now) };
}

function leastLeft({ minute, hour, day }: Meter, quotas: Quotas): number {
  let least = quotas.length > 0 ? quotas[0]!.limit - minute : Number.POSITIVE_INFINITY;
  if (quotas.length > 1) least = Math.min(least, quotas[1]!.limit - hour, quotas[2]!.limit - day);
  return least;
}

function add(meter: Meter, cost: number) {
  meter.minute += cost;
  meter.hour += cost;
  meter.day += cost;
}

/** The first quota of which so much is left. */
function quotaWith(left: number, { minute, hour }: Meter, quotas: Quotas): Quota {
  if (quotas[0]!.limit - minute === left) return quotas[0]!;
  return quotas[1]!.limit - hour === left ? quotas[1]! : quotas[2]!;
}

/** The quota without room that has room last: trying again earlier is of no use. */
function refused(
  now: number,
  needed: number,
  meter: Meter,
  quotas: Quotas,
  shared: Meter | undefined,
  sharedQuotas: Quotas,
): RateLimitResult {
  const result = { allowed: false, quota: quotas[0]!, remaining: 0, reset: 0 };
  look(meter, quotas);
  if (shared) look(shared, sharedQuotas);
  return result;

  function look({ minute, hour, day }: Meter, quotas: Quotas) {
    for (const [i, counted] of [minute, hour, day].entries()) {
      const quota = quotas[i];
      if (!quota || quota.limit - counted >= needed || endOf(quota, now) <= result.reset) continue;
      result.quota = quota;
      result.remaining = Math.max(0, quota.limit - counted);
      result.reset = endOf(quota, now);
    }
  }
}

const endOf = ({ seconds }: Quota, now: number): number => startOf(now, seconds) + seconds;
