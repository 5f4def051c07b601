import type { Clock } from "../clock";
import type { Database, Writer } from "./database";

/** Deletes at most `max` rows, or replaces them; how many there were. */
export type Step = (tx: Writer, max: number) => Promise<number>;

/** Does what takes long in steps between which everything else goes on. */
export interface Pace {
  /** One step; whether there may be more to do. */
  take(step: Step): Promise<boolean>;
}

/** Milliseconds that a step may take, for on SQLite the process does nothing else meanwhile; the number of rows follows from it. */
const budget = 20;
const firstRows = 50;
const maxRows = 500;

export function openPace(db: Database, clock: Clock): Pace {
  let rows = firstRows;
  return {
    async take(step) {
      const begun = clock.now();
      const done = await db.write((tx) => step(tx, rows));
      const took = clock.now() - begun;
      rows = took > budget ? Math.max(1, rows >> 1) : took < budget / 2 ? Math.min(maxRows, rows * 2) : rows;
      await Bun.sleep(Math.min(took, budget));
      return done > 0;
    },
  };
}
