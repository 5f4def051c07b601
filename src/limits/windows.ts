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

export const newMeter = (): Meter => ({ starts: [0, 0, 0], counts: [0, 0, 0] });

/** A meter with the quotas that bound it. */
export interface Bounded {
  readonly meter: Meter;
  readonly quotas: readonly Quota[];
}

/**
 * Counts `cost` in every window if all of them have room, else in none; a cost of 0 counts nothing and tells whether there is room for one. Nothing
 * is awaited, so two concurrent requests never take the same last unit.
 * @param now milliseconds since 1970
 * @param shared what others are counted in too; nothing is counted unless it has room as well
 */
export function take(meter: Meter, quotas: readonly Quota[], now: number, cost = 1, shared?: Bounded): RateLimitResult {
  const needed = cost || 1;
  const hasOwnRoom = hasRoom(meter, quotas, now, needed);
  const allowed = (!shared || hasRoom(shared.meter, shared.quotas, now, needed)) && hasOwnRoom;
  if (allowed && cost > 0) {
    add(meter, quotas, cost);
    if (shared) add(shared.meter, shared.quotas, cost);
  }
  const result = { allowed, quota: quotas[0]!, remaining: Number.POSITIVE_INFINITY, reset: 0 };
  (allowed ? findLeast : findLastReset)(result, meter, quotas, needed);
  if (shared) (allowed ? findLeast : findLastReset)(result, shared.meter, shared.quotas, needed);
  return result;
}

/** Of an allowed request: the quota of which the least is left. */
function findLeast(result: RateLimitResult, { starts, counts }: Meter, quotas: readonly Quota[]) {
  for (let i = 0; i < quotas.length; i++) {
    const quota = quotas[i]!;
    const remaining = quota.limit - counts[i]!;
    if (remaining < result.remaining) {
      result.quota = quota;
      result.remaining = remaining;
      result.reset = starts[i]! + quota.seconds;
    }
  }
}

/** Of a refused request: the quota without room that has room last; trying again earlier is of no use. */
function findLastReset(result: RateLimitResult, { starts, counts }: Meter, quotas: readonly Quota[], needed: number) {
  for (let i = 0; i < quotas.length; i++) {
    const quota = quotas[i]!;
    const remaining = Math.max(0, quota.limit - counts[i]!);
    const reset = starts[i]! + quota.seconds;
    if (remaining < needed && reset > result.reset) {
      result.quota = quota;
      result.remaining = remaining;
      result.reset = reset;
    }
  }
}

/** Begins the windows that `now` is in, and says whether all of them have room. */
function hasRoom({ starts, counts }: Meter, quotas: readonly Quota[], now: number, cost: number): boolean {
  let room = true;
  for (let i = 0; i < quotas.length; i++) {
    const start = startOf(now, quotas[i]!.seconds);
    if (starts[i] !== start) {
      starts[i] = start;
      counts[i] = 0;
    }
    if (counts[i]! + cost > quotas[i]!.limit) room = false;
  }
  return room;
}

function add({ counts }: Meter, quotas: readonly Quota[], cost: number) {
  for (let i = 0; i < quotas.length; i++) counts[i]! += cost;
}
