import { expect, test } from "bun:test";
import { openClock } from "../../src/clock";
import type { Writer } from "../../src/db/database";
import { openPace } from "../../src/db/pace";
import { testTime } from "../support/clock";

/** The rows of the last of some steps, each of which takes so many milliseconds for a row, and so many to commit. */
async function rowsAfterSteps(perRow: number, perCommit: number): Promise<number> {
  const time = testTime();
  const pass = (milliseconds: number) => time.pass({ milliseconds });
  const write = async <T>(unit: (tx: Writer) => Promise<T>) => {
    const value = await unit({} as Writer);
    pass(perCommit);
    return value;
  };
  const pace = openPace({ write }, openClock(time));
  let rows = 0;
  for (let i = 0; i < 6; i++)
    await pace.take(async (_, max) => {
      rows = max;
      pass(rows * perRow);
      return rows;
    });
  return rows;
}

test("a step that deletes has as many rows as its work takes about ten milliseconds for", async () => {
  const rows = await rowsAfterSteps(1, 0);
  expect(rows).toBeGreaterThanOrEqual(5);
  expect(rows).toBeLessThanOrEqual(12);
});

test("a disk on which every commit takes long does not leave a step one row", async () => {
  expect(await rowsAfterSteps(0.01, 40)).toBe(500);
});
