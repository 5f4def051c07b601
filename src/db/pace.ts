import type { Clock } from "../clock";
import type { Database, Writer } from "./database";

/** Deletes at most `max` rows, or replaces them; how many there were. */
export type Step = (tx: Writer, max: number) => Promise<number>;

/** Does what takes long in steps between which everything else goes on. */
export interface Pace {
  /** One step; whether there may be more to do. */
  take(step: Step): Promise<boolean>;
}

/**
 * Milliseconds of work in a step, for on SQLite the process does nothing else meanwhile; the number of rows follows from it. The commit is not counted:
 * most of what that takes is the same for one row, and on a slow disk more than this.
 */
const budget = 10;
const firstRows = 50;
const maxRows = 500;
/** Milliseconds of the pause after a step, which is as long as the step and its commit took, but no longer than this. */
const maxPause = 100;

export function openPace(db: Pick<Database, "write">, clock: Clock): Pace {
  let rows = firstRows;
  return {
    async take(step) {
      const begun = clock.now();
      let worked = 0;
      const done = await db.write(async (tx) => {
        const from = clock.now();
        const many = await step(tx, rows);
        worked = clock.now() - from;
        return many;
      });
      rows = worked > budget ? Math.max(1, rows >> 1) : worked < budget / 2 ? Math.min(maxRows, rows * 2) : rows;
      await Bun.sleep(Math.min(clock.now() - begun, maxPause));
      return done > 0;
    },
  };
}
