import { beforeAll, describe, expect, test } from "bun:test";
import { openCache } from "../../src/cache/cache";
import { lruMap } from "../../src/cache/lru";
import { openClock } from "../../src/clock";
import { readError } from "../../src/sdk/error";
import { testTime } from "../support/clock";
import { expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

describe("what is remembered", () => {
  test("is not what was seen before a change", async () => {
    const answers: ((value: { generation: number } | undefined) => void)[] = [];
    const load = () => new Promise<{ generation: number } | undefined>((resolve) => answers.push(resolve));
    const memory = openCache(openClock(testTime()), load);
    for (const change of [() => memory.evict("a"), () => memory.evictWhere(() => false)]) {
      const seen = memory.get("a");
      change();
      answers.shift()!({ generation: 1 });
      await seen;
      const again = memory.get("a");
      expect(answers).toHaveLength(1);
      answers.shift()!(undefined);
      expect(await again).toBeUndefined();
      memory.evict("a");
    }
  });

  test("is also that something does not exist, for five seconds or until a change", async () => {
    const time = testTime();
    let looks = 0;
    const memory = openCache(openClock(time), async () => void looks++);
    const lookup = async () => expect(await memory.get("a")).toBeUndefined();
    await lookup();
    await lookup();
    expect(looks).toBe(1);
    time.pass({ seconds: 5 });
    await lookup();
    expect(looks).toBe(2);
    memory.evictWhere(() => false);
    await lookup();
    expect(looks).toBe(3);
  });

  test("is bounded: what was used lately stays", () => {
    const memory = lruMap<number>(10);
    memory.set("often", 0);
    for (let i = 1; i <= 100; i++) {
      memory.set(`once ${i}`, i);
      expect(memory.get("often")).toBe(0);
    }
    const kept = Array.from({ length: 100 }, (_, i) => memory.get(`once ${i + 1}`)).filter(
      (value) => value !== undefined,
    );
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toContain(100);
    memory.delete("often");
    expect(memory.get("often")).toBeUndefined();
    memory.deleteWhere((value) => value > 50);
    expect(memory.get("once 100")).toBeUndefined();
  });

  test("is gone with what took its place", () => {
    const memory = lruMap<string>(4);
    memory.set("key", "old");
    memory.set("another", "x");
    memory.set("third", "y");
    memory.set("key", "new");
    memory.deleteWhere((value) => value === "new");
    expect(memory.get("key")).toBeUndefined();
  });
});

type Code = "INVALID_API_KEY" | "UNAUTHORIZED" | "INSUFFICIENT_SCOPE";

describe("a request that is looked up while its right ends", () => {
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

  /** Asks in both processes while something ends a right, each round a little later; after it nobody may be let in any more. */
  async function race(round: number, ask: (where: World) => Promise<unknown>, end: () => Promise<unknown>, code: Code) {
    const ending = end();
    for (let i = 0; i < round; i++) await new Promise(setImmediate);
    const asked = [world, other, world, other].map((where) => ask(where).catch(() => {}));
    await Promise.all([ending, ...asked]);
    await expectRefusal(ask(world), code);
    world.time.pass({ minutes: 1 });
    await expectRefusal(ask(other), code);
  }

  test("by a key that is revoked: never remembered here, and within a second nowhere", async () => {
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

  test("by a key whose creator is demoted", async () => {
    const ben = await world.person("Ben");
    const membership = await admit(world, organization, ben, "admin");
    const { key } = await ben.bask.apiKeys.create(organization, { name: "Robot", scopes: ["audit-logs:read"] });
    const demote = () => ada.bask.members.changeRole(organization, membership, { role: "member" });
    for (let i = 0; i < rounds; i++) {
      await race(i, ({ machine }) => machine(key).auditLogs.list(organization), demote, "INSUFFICIENT_SCOPE");
      await ada.bask.members.changeRole(organization, membership, { role: "admin" });
      await other.app.feed.poll();
    }
  });

  test("by an access token whose session is logged out", async () => {
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
        if (!answer.ok) throw await readError(answer);
      };
      await race(i, ask, () => post("/auth/logout", { refreshToken }), "UNAUTHORIZED");
    }
  });
});
