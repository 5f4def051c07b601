/** Where time comes from: the wall, which people may set, and a stopwatch, which only runs forward. Milliseconds. */
export interface TimeSource {
  wall(): number;
  monotonic(): number;
}

/** The only place that tells the time. It never runs backward while the process lives. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  date(): Date;
}

const system: TimeSource = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * A clock that goes on from the latest moment it has told when its wall is set back,
 * so that nothing which expired comes to life again.
 */
export function openClock(source: TimeSource = system): Clock {
  let told = Number.NEGATIVE_INFINITY;
  /** While the wall is behind: the latest moment told before, and what the stopwatch showed when that was seen. */
  let behind: { since: number; at: number } | undefined;
  const now = () => {
    const wall = source.wall();
    if (wall >= told) {
      behind = undefined;
      told = wall;
    } else {
      behind ??= { since: told, at: source.monotonic() };
      told = Math.max(told, behind.since + Math.floor(source.monotonic() - behind.at));
    }
    return told;
  };
  return { now, date: () => new Date(now()) };
}
