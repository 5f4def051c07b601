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
  let at = source.monotonic();
  const now = () => {
    const monotonic = source.monotonic();
    told = Math.max(source.wall(), Math.floor(told + (monotonic - at)));
    at = monotonic;
    return told;
  };
  return { now, date: () => new Date(now()) };
}
