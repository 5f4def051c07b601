import type { TimeSource } from "../../src/clock";

export interface TestTime extends TimeSource {
  /** Lets time pass. */
  pass(duration: { days?: number; hours?: number; minutes?: number; seconds?: number; milliseconds?: number }): void;
  /** Sets the wall clock forward or back while no time passes. */
  jump(milliseconds: number): void;
  /** Milliseconds since 1970, as the wall has it. */
  now(): number;
}

/** A clock that stands still until a test moves it. It starts at a whole minute, so that windows are predictable. */
export function testTime(start = Date.parse("2026-03-02T09:00:00Z")): TestTime {
  let wall = start;
  let monotonic = 0;
  return {
    wall: () => wall,
    monotonic: () => monotonic,
    now: () => wall,
    pass({ days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 }) {
      const passed = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
      wall += passed;
      monotonic += passed;
    },
    jump: (milliseconds) => {
      wall += milliseconds;
    },
  };
}

/** The machine's own clock, for races that a standing one would hide. */
export function realTime(): TestTime {
  const still = () => {
    throw new Error("Real time passes by itself.");
  };
  return { wall: Date.now, monotonic: () => performance.now(), now: Date.now, pass: still, jump: still };
}
