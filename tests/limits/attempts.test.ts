import { beforeAll, describe, expect, test } from "bun:test";
import { attempts } from "../../src/db/tables";
import { countAttempt, nextAttemptAt, takeAttempt } from "../../src/limits/attempts.sql";
import { takeNetworkAttempt } from "../../src/limits/network-attempts";
import { prune } from "../../src/pruning";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
const hour = 3_600_000;
const take = (subject: string) => world.app.db.write((tx) => takeAttempt(tx, subject, 5, hour));
const wait = async (subject: string) => {
  const at = await world.app.db.write((tx) => nextAttemptAt(tx, subject, 5, hour));
  return at && at.getTime() - world.time.now();
};

describe("attempts that are limited to five an hour", () => {
  test("are never more than five within any hour, and refused ones prolong nothing", async () => {
    const taken: number[] = [];
    for (let minutes = 0; minutes < 600; minutes += 7) {
      if (await take("steady")) taken.push(world.time.now());
      world.time.pass({ minutes: 7 });
    }
    for (const [i, at] of taken.entries()) expect(at - (taken[i - 5] ?? 0)).toBeGreaterThanOrEqual(hour);
    expect(taken.length).toBeGreaterThan(40);
  });

  test("are all taken when they are further apart, however many there are", async () => {
    for (let i = 0; i < 20; i++) {
      expect(await take("slow")).toBe(true);
      world.time.pass({ minutes: 15 });
    }
  });

  test("say exactly when the next one is possible", async () => {
    expect(await wait("exact")).toBeUndefined();
    for (let i = 0; i < 5; i++) {
      await take("exact");
      world.time.pass({ minutes: 1 });
    }
    expect(await wait("exact")).toBe(55 * 60_000);
    expect(await take("exact")).toBe(false);
    expect(await wait("exact")).toBe(55 * 60_000);
    world.time.pass({ minutes: 55 });
    expect(await wait("exact")).toBeUndefined();
    await take("exact");
    expect(await wait("exact")).toBe(60_000);
  });

  test("can be made first and counted only when they fail", async () => {
    for (let i = 0; i < 20; i++) expect(await wait("correct")).toBeUndefined();
    await world.app.db.write((tx) => countAttempt(tx, "correct", 5, hour));
    for (let i = 0; i < 4; i++) expect(await take("correct")).toBe(true);
    expect(await take("correct")).toBe(false);
  });

  test("leave nothing behind an hour after the last one", async () => {
    await take("pruned");
    world.time.pass({ hours: 1 });
    await prune(world.app);
    expect(await world.app.db.reader.$count(attempts)).toBe(0);
  });
});

test("the networks of one site share what five of them have, and other sites have their own", async () => {
  const takeFrom = (ip: string) => world.app.db.write((tx) => takeNetworkAttempt(tx, "flood", ip, 4, hour));
  const taken = async (ips: string[]) => (await Promise.all(ips.map(takeFrom))).filter(Boolean).length;
  const networks = Array.from({ length: 30 }, (_, i) => `2001:db8:1:${i}::1`);
  expect(await taken(Array(6).fill(networks[0]))).toBe(4);
  expect(await taken(networks)).toBe(16);
  expect(await taken(["2001:db8:2::1", "192.0.2.1"])).toBe(2);
  const noted = await world.app.db.reader.select({ subject: attempts.subject }).from(attempts);
  expect(noted.filter(({ subject }) => subject.startsWith("flood:2001:db8:1:"))).toHaveLength(17);
  world.time.pass({ hours: 1 });
  expect(await taken(networks.slice(20))).toBe(10);
});
