import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newMeter, type Quota, take } from "../../src/limits/windows";

const quotas: Quota[] = [
  { name: "minute", limit: 5, seconds: 60 },
  { name: "hour", limit: 20, seconds: 3_600 },
  { name: "day", limit: 50, seconds: 86_400 },
];
/** Requests at moments that only grow: pauses in milliseconds, and what each costs. */
const requests = fc.array(fc.record({ pause: fc.nat(2_000_000), cost: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 300,
});

function play(moments: { pause: number; cost: number }[]) {
  const meter = newMeter();
  let now = Date.parse("2026-03-02T23:00:00Z");
  return moments.map(({ pause, cost }) => {
    now += pause;
    return { now, cost, ...take(meter, quotas, now, cost) };
  });
}

describe("windows", () => {
  test("never allow more than any quota", () => {
    fc.assert(
      fc.property(requests, (moments) => {
        const played = play(moments);
        for (const { seconds, limit } of quotas) {
          const spent = new Map<number, number>();
          for (const { now, cost, allowed } of played) {
            const window = Math.floor(now / 1000 / seconds);
            if (allowed) spent.set(window, (spent.get(window) ?? 0) + cost);
          }
          expect(Math.max(0, ...spent.values())).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test("refuse only what does not fit, and then count nothing", () => {
    fc.assert(
      fc.property(requests, (moments) => {
        const counts = quotas.map(() => ({ window: -1, spent: 0 }));
        for (const { now, cost, allowed, remaining } of play(moments)) {
          for (const [i, { seconds }] of quotas.entries()) {
            const window = Math.floor(now / 1000 / seconds);
            if (counts[i]!.window !== window) counts[i] = { window, spent: 0 };
          }
          const fits = quotas.every(({ limit }, i) => counts[i]!.spent + cost <= limit);
          expect(allowed).toBe(fits);
          if (fits) for (const count of counts) count.spent += cost;
          expect(remaining).toBe(Math.min(...quotas.map(({ limit }, i) => limit - counts[i]!.spent)));
        }
      }),
    );
  });

  test("report a reset in the future, within the length of the window", () => {
    fc.assert(
      fc.property(requests, (moments) => {
        for (const { now, reset, quota } of play(moments)) {
          expect(reset * 1000).toBeGreaterThan(now);
          expect(reset * 1000 - now).toBeLessThanOrEqual(quota.seconds * 1000);
        }
      }),
    );
  });
});
