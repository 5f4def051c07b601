import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Meter, type Quotas, take } from "../../src/limits/windows";

const quotas: Quotas = [
  { name: "minute", limit: 5, seconds: 60 },
  { name: "hour", limit: 20, seconds: 3_600 },
  { name: "day", limit: 50, seconds: 86_400 },
];
/** Requests at moments that only grow: pauses in milliseconds, and what each costs. */
const requests = fc.array(fc.record({ pause: fc.nat(2_000_000), cost: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 300,
});

function play(moments: { pause: number; cost: number }[]) {
  const meter = new Meter();
  let now = Date.parse("2026-03-02T23:00:00Z");
  return moments.map(({ pause, cost }) => {
    now += pause;
    return { now, cost, ...take(meter, quotas, now, cost) };
  });
}

const endOf = (now: number, seconds: number) => (Math.floor(now / 1000 / seconds) + 1) * seconds;

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

  test("refuse only what does not fit, count nothing then, and say when all that lacked room begin anew", () => {
    fc.assert(
      fc.property(requests, (moments) => {
        const counts = quotas.map(() => ({ window: -1, spent: 0 }));
        for (const { now, cost, allowed, remaining, reset } of play(moments)) {
          for (const [i, { seconds }] of quotas.entries()) {
            const window = Math.floor(now / 1000 / seconds);
            if (counts[i]!.window !== window) counts[i] = { window, spent: 0 };
          }
          const fits = quotas.every(({ limit }, i) => counts[i]!.spent + cost <= limit);
          expect(allowed).toBe(fits);
          if (fits) for (const count of counts) count.spent += cost;
          const left = quotas.map(({ limit }, i) => limit - counts[i]!.spent);
          if (fits) expect(remaining).toBe(Math.min(...left));
          else
            expect(reset).toBe(
              Math.max(...quotas.map(({ seconds }, i) => (left[i]! < cost ? endOf(now, seconds) : 0))),
            );
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

  test("that several share bound them together, and count nothing for a request that its own refuse", () => {
    const shared = new Meter();
    const sharedQuotas: Quotas = [{ name: "shared", limit: 8, seconds: 60 }];
    const own: Quotas = [{ name: "own", limit: 5, seconds: 60 }];
    const now = Date.parse("2026-03-02T23:00:00Z");
    const [first, second] = [new Meter(), new Meter()];
    const allowed = (meter: typeof first, times: number) =>
      Array.from({ length: times }, () => take(meter, own, now, 1, shared, sharedQuotas)).filter(
        (result) => result.allowed,
      ).length;
    expect([allowed(first, 7), allowed(second, 7)]).toEqual([5, 3]);
    expect(take(second, own, now, 1, shared, sharedQuotas)).toMatchObject({
      allowed: false,
      remaining: 0,
      quota: { name: "shared" },
    });
    expect(second.minute).toBe(3);
    expect(take(second, own, now + 60_000, 0, shared, sharedQuotas)).toMatchObject({ allowed: true, remaining: 5 });
    expect(shared.minute).toBe(0);
  });
});
