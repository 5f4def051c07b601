import { beforeAll, describe, expect, test } from "bun:test";
import { eq, max } from "drizzle-orm";
import { openCache } from "../../src/cache/cache";
import { lruMap } from "../../src/cache/lru";
import { openClock } from "../../src/clock";
import type { Writer } from "../../src/db/database";
import { apiKeys, changes } from "../../src/db/tables";
import type { ApiKeyId } from "../../src/ids";
import { prune } from "../../src/pruning";
import type { Scope } from "../../src/sdk/client";
import { readError } from "../../src/sdk/error";
import { testTime } from "../support/clock";
import { expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

describe("a cache", () => {
  test("does not keep what was read before a change", async () => {
    const answers: ((value: { generation: number } | undefined) => void)[] = [];
    const load = () => new Promise<{ generation: number } | undefined>((resolve) => answers.push(resolve));
    const cache = openCache(openClock(testTime()), load);
    for (const change of [() => cache.evict("a"), () => cache.evictWhere(() => false)]) {
      const seen = cache.get("a");
      change();
      answers.shift()!({ generation: 1 });
      await seen;
      const again = cache.get("a");
      expect(answers).toHaveLength(1);
      answers.shift()!(undefined);
      expect(await again).toBeUndefined();
      cache.evict("a");
    }
  });

  test("keeps that something does not exist, for five seconds or until a change", async () => {
    const time = testTime();
    let loads = 0;
    const cache = openCache(openClock(time), async () => void loads++);
    const lookup = async () => expect(await cache.get("a")).toBeUndefined();
    await lookup();
    await lookup();
    expect(loads).toBe(1);
    time.pass({ seconds: 5 });
    await lookup();
    expect(loads).toBe(2);
    cache.evictWhere(() => false);
    await lookup();
    expect(loads).toBe(3);
  });

  test("is bounded, and keeps what was used last", () => {
    const cache = lruMap<number>(10);
    cache.set("often", 0);
    for (let i = 1; i <= 100; i++) {
      cache.set(`once ${i}`, i);
      expect(cache.get("often")).toBe(0);
    }
    const kept = Array.from({ length: 100 }, (_, i) => cache.get(`once ${i + 1}`)).filter(
      (value) => value !== undefined,
    );
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toContain(100);
    cache.delete("often");
    expect(cache.get("often")).toBeUndefined();
    cache.deleteWhere((value) => value > 50);
    expect(cache.get("once 100")).toBeUndefined();
  });

  test("drops a value together with the one that replaced it", () => {
    const cache = lruMap<string>(4);
    cache.set("key", "old");
    cache.set("another", "x");
    cache.set("third", "y");
    cache.set("key", "new");
    cache.deleteWhere((value) => value === "new");
    expect(cache.get("key")).toBeUndefined();
  });
});

describe("a process that does not know what it missed", () => {
  let world: World;
  let other: World;
  let ada: Person;
  let organization: string;
  beforeAll(async () => {
    world = await openWorld();
    other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    ada = await world.person("Ada");
    organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  });

  const newKey = async (scopes: Scope[]) => {
    const { id, key } = await ada.bask.apiKeys.create(organization, { name: "Robot", scopes });
    return { id: id as ApiKeyId, robot: other.machine(key) };
  };
  /** Gives a key fewer scopes without announcing it, as a restore of an earlier state would. */
  const narrowBehindItsBack = (id: ApiKeyId, earlier: (tx: Writer, last: number) => Promise<unknown>) =>
    world.app.db.write(async (tx) => {
      await tx
        .update(apiKeys)
        .set({ scopes: ["usage:read"] })
        .where(eq(apiKeys.id, id));
      const [last] = await tx.select({ seq: max(changes.seq) }).from(changes);
      await earlier(tx, last!.seq!);
    });

  test("refuses a key that was revoked while it stood still, also when the announcement is gone", async () => {
    const [{ id, robot }, later] = [await newKey(["members:read"]), await newKey(["members:read"])];
    await robot.members.list(organization);
    await ada.bask.apiKeys.revoke(organization, id);
    await ada.bask.apiKeys.revoke(organization, later.id);
    world.time.pass({ hours: 2 });
    await prune(world.app);
    expect(await other.app.db.reader.select().from(changes)).toHaveLength(1);
    await expectRefusal(robot.members.list(organization), "INVALID_API_KEY");
    ada.bask = await world.signIn(ada);
  });

  test.each([
    ["are gone", (tx: Writer, last: number) => tx.delete(changes).where(eq(changes.seq, last))],
    [
      "were given to others",
      (tx: Writer, last: number) => tx.update(changes).set({ subject: "x" }).where(eq(changes.seq, last)),
    ],
  ])("empties its caches when the database goes back: when numbers it has seen %s", async (_, earlier) => {
    const { id, robot } = await newKey(["usage:read"]);
    await ada.bask.apiKeys.update(organization, id, { scopes: ["members:read"] });
    await other.app.feed.poll();
    await robot.members.list(organization);
    await narrowBehindItsBack(id, earlier);
    await robot.members.list(organization);
    const before = other.log.length;
    world.time.pass({ seconds: 1 });
    await expectRefusal(robot.members.list(organization), "INSUFFICIENT_SCOPE");
    expect(other.log.slice(before).join()).toContain("the database is in an earlier state than before");
    world.time.pass({ seconds: 1 });
    const after = other.log.length;
    await robot.usage.get(organization);
    expect(other.log.slice(after).join()).not.toContain("earlier state");
  });
});

type Code = "INVALID_API_KEY" | "UNAUTHORIZED" | "INSUFFICIENT_SCOPE";

describe("a credential that is loaded while it is revoked", () => {
  const rounds = 60;
  let world: World;
  let other: World;
  let ada: Person;
  let organization: string;
  beforeAll(async () => {
    world = await openWorld();
    other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    ada = await world.person("Ada");
    organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  });

  /** Uses a credential in both processes while it is revoked, a little later each round; afterwards both must refuse it. */
  async function race(round: number, ask: (where: World) => Promise<unknown>, end: () => Promise<unknown>, code: Code) {
    const ending = end();
    for (let i = 0; i < round; i++) await new Promise(setImmediate);
    const asked = [world, other, world, other].map((where) => ask(where).catch(() => {}));
    await Promise.all([ending, ...asked]);
    await expectRefusal(ask(world), code);
    world.time.pass({ minutes: 1 });
    await expectRefusal(ask(other), code);
  }

  test("a revoked key: never cached here, and refused everywhere within a second", async () => {
    for (let i = 0; i < rounds; i++) {
      const { id, key } = await ada.bask.apiKeys.create(organization, { name: "Robot" });
      await race(
        i,
        ({ machine }) => machine(key).whoami(),
        () => ada.bask.apiKeys.revoke(organization, id),
        "INVALID_API_KEY",
      );
    }
  });

  test("a key whose creator is demoted", async () => {
    const ben = await world.person("Ben");
    const membership = await admit(world, organization, ben, "admin");
    const { key } = await ben.bask.apiKeys.create(organization, { name: "Robot", scopes: ["audit-logs:read"] });
    const demote = () => ada.bask.members.update(organization, membership, { role: "member" });
    for (let i = 0; i < rounds; i++) {
      await race(i, ({ machine }) => machine(key).auditLogs.list(organization), demote, "INSUFFICIENT_SCOPE");
      await ada.bask.members.update(organization, membership, { role: "admin" });
      await other.app.feed.poll();
    }
  });

  test("an access token whose session is logged out", async () => {
    const { email, password } = ada;
    const post = (path: string, body: object) =>
      world.fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    for (let i = 0; i < rounds; i++) {
      const { accessToken, refreshToken } = await (await post("/auth/login", { email, password })).json();
      const ask = async ({ fetch }: World) => {
        const answer = await fetch("/whoami", { headers: { Authorization: `Bearer ${accessToken}` } });
        const { status, headers } = answer;
        if (!answer.ok) throw readError({ status, headers, text: await answer.text() });
      };
      await race(i, ask, () => post("/auth/logout", { refreshToken }), "UNAUTHORIZED");
    }
  });
});
