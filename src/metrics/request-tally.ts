/** Upper bounds of the buckets of a duration, in seconds, as OpenTelemetry recommends for HTTP. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const boundsInMs = bounds.map((seconds) => seconds * 1000);

/** What a route is by in metrics: its pattern, never the path of a request, which holds ids. */
interface RouteName {
  readonly method: string;
  readonly path: string;
}

/** The requests of one route that ended with one status. */
export interface Tally {
  readonly route: RouteName;
  readonly status: number;
  /** How many took at most so long as each bound, but longer than the one before; the last place is for all others. */
  readonly counts: number[];
  /** Seconds of all together. */
  sum: number;
}

/** Counts requests, at the cost of two look-ups each. */
export interface RequestTally {
  count(route: RouteName, status: number, milliseconds: number): void;
  all(): Tally[];
}

export function openRequestTally(): RequestTally {
  const byRoute = new Map<RouteName, Map<number, Tally>>();

  function tallyOf(route: RouteName, status: number): Tally {
    let byStatus = byRoute.get(route);
    if (!byStatus) {
      byStatus = new Map();
      byRoute.set(route, byStatus);
    }
    let tally = byStatus.get(status);
    if (!tally) {
      tally = { route, status, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
      byStatus.set(status, tally);
    }
    return tally;
  }

  return {
    count(route, status, milliseconds) {
      const tally = tallyOf(route, status);
      let place = 0;
      while (place < boundsInMs.length && milliseconds > boundsInMs[place]!) place++;
      tally.counts[place]!++;
      tally.sum += milliseconds / 1000;
    },
    all: () => [...byRoute.values()].flatMap((byStatus) => [...byStatus.values()]),
  };
}
