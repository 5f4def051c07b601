import type { SharedTime } from "./clock";
import type { Database } from "./db/database";
import type { Log } from "./log";

/** Milliseconds by which the clock of this machine may differ from the database's before that is logged ... */
const tolerance = 1_000;
/** ... and before this process is not ready: its machine is not fit to serve. */
const maxDeviation = 5_000;

/** Keeps this process on the time of the database. */
export interface ClockCheck {
  /** Compares the clocks, and logs when they begin or cease to differ. @throws DatabaseUnavailable */
  run(): Promise<void>;
  isFit(): boolean;
}

/** @param time undefined where a test has the time in its hands */
export function openClockCheck(db: Database, time: SharedTime | undefined, log: Log): ClockCheck {
  let deviation = 0;
  let isLogged = false;
  return {
    async run() {
      if (!time) return;
      deviation = await time.compare(db.now);
      const differs = Math.abs(deviation) > tolerance;
      if (differs === isLogged) return;
      isLogged = differs;
      if (!differs) return log.info("the clock of this machine agrees with the database's again");
      const seconds = (Math.abs(deviation) / 1000).toFixed(1);
      log.warn(
        `the clock of this machine is ${seconds} seconds ${deviation > 0 ? "ahead of" : "behind"} the database's; Bask goes by the database's. Set it by NTP.`,
      );
    },
    isFit: () => Math.abs(deviation) <= maxDeviation,
  };
}
