import type { Clock, SharedTime } from "./clock";
import type { Database } from "./db/database";
import type { Log } from "./log";

/** Milliseconds by which the clock of this machine may differ from the database's before that is logged ... */
const tolerance = 1_000;
/** ... and by which the time that this process goes by may be ahead of it before the process is not ready. */
const maxAhead = 5_000;

/** Keeps this process on the time of the database. */
export interface ClockCheck {
  /** Compares the clocks, and logs when they begin or cease to differ. @throws DatabaseUnavailable */
  run(): Promise<void>;
  /**
   * Whether this process goes by the time of the database, as the others do. A machine whose clock is wrong does: it is corrected. One whose clock
   * was set forward while it ran may not, for time that was told is not taken back; a restart mends it. Where the database's own clock was set
   * back, all processes are ahead of it alike, and all go on.
   */
  isFit(): boolean;
}

/** @param time undefined where a test has the time in its hands */
export function openClockCheck(
  db: Pick<Database, "now">,
  time: SharedTime | undefined,
  clock: Clock,
  log: Log,
): ClockCheck {
  let ahead = 0;
  /** Milliseconds by which the database's clock was set back since this process began. */
  let setBack = 0;
  let last: { shown: number; at: number } | undefined;
  let isLogged = false;

  /** Tells a step of the database's clock from one of this machine's by a stopwatch. */
  function noteStep(shown: number, at: number) {
    const step = last ? shown - last.shown - (at - last.at) : 0;
    last = { shown, at };
    if (Math.abs(step) <= tolerance) return;
    setBack = Math.max(0, setBack - step);
    if (step < 0) log.error(`the clock of the database was set back by ${secondsOf(step)} seconds. Set it by NTP.`);
  }

  return {
    async run() {
      if (!time) return;
      let shown: number | undefined;
      const deviation = await time.compare(async () => {
        shown = await db.now();
        return shown;
      });
      if (shown === undefined) return;
      noteStep(shown, time.monotonic());
      ahead = clock.now() - shown;
      const differs = Math.abs(deviation) > tolerance;
      if (differs === isLogged) return;
      isLogged = differs;
      if (!differs) return log.info("the clock of this machine agrees with the database's again");
      log.warn(
        `the clock of this machine is ${secondsOf(deviation)} seconds ${deviation > 0 ? "ahead of" : "behind"} the database's; Bask goes by the database's. Set it by NTP.`,
      );
    },
    isFit: () => ahead - setBack <= maxAhead,
  };
}

const secondsOf = (milliseconds: number) => (Math.abs(milliseconds) / 1000).toFixed(1);
