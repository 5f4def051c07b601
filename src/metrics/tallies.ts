import type { Clock } from "../clock";

/** Counts how often something ended in each way. */
export interface Tally {
  count(outcome: string): void;
  all(): [outcome: string, times: number][];
}

/** What runs beside the requests: whether each job comes to its turn, and how it ends. */
export interface JobTally {
  /** Announces a job that begins every so many milliseconds. */
  expect(job: string, every: number): void;
  count(job: string, outcome: "done" | "failed"): void;
  /** Milliseconds for which each job has been overdue: since it ended last, beyond its period. */
  all(): { job: string; overdue: number; failures: number }[];
}

/** What a process counts of its work, at the cost of one addition each; it is read when /metrics is asked for. */
export interface Tallies {
  /** Sign-ins by any method: `OK`, or the code of the error. */
  readonly signIns: Tally;
  /** Refresh tokens by what they were worth. */
  readonly refreshes: Tally;
  /** API keys that were verified for other services, by the code of the answer. */
  readonly keyVerifications: Tally;
  readonly jobs: JobTally;
}

export const openTallies = (clock: Clock): Tallies => ({
  signIns: openTally("OK"),
  refreshes: openTally("current", "parent", "reused"),
  keyVerifications: openTally("VALID"),
  jobs: openJobTally(clock),
});

/** @param expected outcomes that are shown before they happen, so that the first one is seen as a change */
function openTally(...expected: string[]): Tally {
  const times: Record<string, number> = Object.fromEntries(expected.map((outcome) => [outcome, 0]));
  return {
    count(outcome) {
      times[outcome] = (times[outcome] ?? 0) + 1;
    },
    all: () => Object.entries(times),
  };
}

function openJobTally(clock: Clock): JobTally {
  const jobs = new Map<string, { every: number; endedAt: number; failures: number }>();
  return {
    expect: (job, every) => void jobs.set(job, { every, endedAt: clock.now(), failures: 0 }),
    count(job, outcome) {
      const found = jobs.get(job);
      if (!found) return;
      found.endedAt = clock.now();
      if (outcome === "failed") found.failures++;
    },
    all() {
      const now = clock.now();
      return [...jobs].map(([job, { every, endedAt, failures }]) => ({
        job,
        overdue: Math.max(0, now - endedAt - every),
        failures,
      }));
    },
  };
}
