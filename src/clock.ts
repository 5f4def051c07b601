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

/** The clocks of this machine. */
export const systemTime: TimeSource = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * A clock that goes on from the latest moment it has told when its wall is set back,
 * so that nothing which expired comes to life again.
 */
export function openClock(source: TimeSource = systemTime): Clock {
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

/** The time of this machine, corrected to that of the database: all processes of an installation go by one clock. */
export interface SharedTime extends TimeSource {
  /**
   * Compares the machine's clock with another one and corrects it, as far as the way there lets tell.
   * @param there what the other clock shows; undefined where it is the same
   * @returns milliseconds by which the machine is ahead of it, 0 within the error of the measurement
   */
  compare(there: () => Promise<number | undefined>): Promise<number>;
}

export function openSharedTime(machine: TimeSource = systemTime): SharedTime {
  let correction = 0;
  return {
    wall: () => machine.wall() + correction,
    monotonic: machine.monotonic,
    async compare(there) {
      const sent = machine.wall();
      const shown = await there();
      if (shown === undefined) return 0;
      const error = (machine.wall() - sent) / 2;
      const offset = shown - (sent + error);
      if (Math.abs(offset - correction) > error) correction = Math.round(offset);
      return Math.abs(offset) > error ? -offset : 0;
    },
  };
}
