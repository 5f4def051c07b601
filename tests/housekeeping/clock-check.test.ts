import { expect, test } from "bun:test";
import { openClock, openSharedTime } from "../../src/clock";
import { openClockCheck } from "../../src/clock-check";
import type { Log } from "../../src/log";
import { testTime } from "../support/clock";

const log = { warn() {}, info() {}, error() {} } as unknown as Log;

/** A machine and a database whose clocks can be set apart. */
async function pair(skew: number) {
  const machine = testTime();
  let ofDatabase = machine.now() + skew;
  const time = openSharedTime(machine);
  const clock = openClock(time);
  const check = openClockCheck({ now: async () => ofDatabase }, time, clock, log);
  await check.run();
  return {
    machine,
    clock,
    setDatabase(milliseconds: number) {
      ofDatabase += milliseconds;
    },
    async second() {
      machine.pass({ seconds: 1 });
      ofDatabase += 1_000;
      await check.run();
      return check.isFit();
    },
  };
}

test.each([0, 120_000, -120_000])("a machine whose clock is %d ms off is corrected, and ready", async (skew) => {
  const { second } = await pair(skew);
  for (let i = 0; i < 5; i++) expect(await second()).toBe(true);
});

test("a machine whose clock is set forward while it runs is not ready, when time was told by it", async () => {
  const { machine, clock, second } = await pair(0);
  machine.jump(120_000);
  clock.now();
  expect(await second()).toBe(false);
  expect(await second()).toBe(false);
});

test("a database whose clock is set back takes no process out of service, and one set forward neither", async () => {
  const { setDatabase, second } = await pair(0);
  setDatabase(-3_600_000);
  for (let i = 0; i < 3; i++) expect(await second()).toBe(true);
  setDatabase(7_200_000);
  for (let i = 0; i < 3; i++) expect(await second()).toBe(true);
});
