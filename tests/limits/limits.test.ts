import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { organizations } from "../../src/db/tables";
import type { OrganizationId } from "../../src/ids";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

const newKey = async (input: { environment?: "live" | "test"; rateLimit?: number } = {}) =>
  (await ada.bask.apiKeys.create(organization, { name: "Robot", ...input })).key;
const ask = (key: string, from = world) => from.fetch("/api/v1/whoami", { headers: { "X-API-Key": key } });
const statuses = async (count: number, key: string, from = world) =>
  Promise.all(Array.from({ length: count }, async () => (await ask(key, from)).status));
const allowed = (all: number[]) => all.filter((status) => status === 200).length;

describe("the limits of a key", () => {
  test("go on where they were when the key was dropped from the cache, also before its use is stored", async () => {
    const key = await newKey({ rateLimit: 3 });
    expect(await statuses(2, key)).toEqual([200, 200]);
    world.app.principals.evictWhere(() => true);
    expect(allowed(await statuses(2, key))).toBe(1);
  });

  test("allow exactly as many requests as the plan when 1,000 arrive at once", async () => {
    const all = await statuses(1_000, await newKey());
    expect(allowed(all)).toBe(100);
    expect(all.filter((status) => status === 429)).toHaveLength(900);
  });

  test("are lower where the key says so, and a tenth for test keys", async () => {
    expect(allowed(await statuses(20, await newKey({ rateLimit: 7 })))).toBe(7);
    expect(allowed(await statuses(20, await newKey({ environment: "test" })))).toBe(10);
  });

  test("are in the headers of every response, refusals included", async () => {
    const key = await newKey({ rateLimit: 2 });
    const limitsOf = ({ status, headers }: Response) => [
      status,
      headers.get("x-ratelimit-limit"),
      headers.get("x-ratelimit-remaining"),
      headers.get("x-ratelimit-reset"),
      headers.get("ratelimit"),
      headers.get("retry-after"),
    ];
    const reset = String(Math.floor(world.time.now() / 60_000) * 60 + 60);
    const left = Number(reset) - Math.floor(world.time.now() / 1000);
    const missing = await world.fetch("/api/v1/organizations/org_0", { headers: { "X-API-Key": key } });
    expect(limitsOf(missing)).toEqual([404, "2", "1", reset, `"minute";r=1;t=${left}`, null]);
    const first = await ask(key);
    expect(limitsOf(first)).toEqual([200, "2", "0", reset, `"minute";r=0;t=${left}`, null]);
    expect(first.headers.get("ratelimit-policy")).toBe(
      '"minute";q=2;w=60, "hour";q=2000;w=3600, "day";q=10000;w=86400',
    );
    const refused = await ask(key);
    expect(limitsOf(refused)).toEqual([429, "2", "0", reset, `"minute";r=0;t=${left}`, String(left)]);
    expect((await refused.json()).error).toMatchObject({ code: "RATE_LIMITED", retryAfter: left });
  });

  test("survive a restart, the hour as well as the day", async () => {
    const key = await newKey({ environment: "test", rateLimit: 10 });
    for (let minute = 0; minute < 19; minute++) {
      expect(allowed(await statuses(10, key))).toBe(10);
      world.time.pass({ minutes: 1 });
    }
    await world.app.usage.save();
    const restarted = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    expect(allowed(await statuses(15, key, restarted))).toBe(10);
    world.time.pass({ minutes: 1 });
    await restarted.app.feed.poll();
    const refused = await ask(key, restarted);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit")).toStartWith('"hour";r=0');
    await restarted.close();
  });

  test("are shared with other processes at the next write", async () => {
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const key = await newKey();
    expect(allowed(await statuses(60, key))).toBe(60);
    expect(allowed(await statuses(30, key, other))).toBe(30);
    await world.app.usage.save();
    await other.app.usage.save();
    expect(allowed(await statuses(60, key, other))).toBe(10);
    await other.close();
  });

  test("of a personal access token are shared with other processes, and survive a restart", async () => {
    const place = { databaseUrl: world.app.config.database.url, time: world.time };
    const other = await openWorld(place);
    const grace = await world.person("Grace");
    const { token } = await grace.bask.personalTokens.create({ name: "Laptop" });
    expect(allowed(await statuses(60, token))).toBe(60);
    expect(allowed(await statuses(30, token, other))).toBe(30);
    await world.app.usage.save();
    await other.app.usage.save();
    const restarted = await openWorld(place);
    expect(allowed(await statuses(20, token, restarted))).toBe(10);
    await restarted.app.usage.save();
    expect(allowed(await statuses(1, token, other))).toBe(1);
    await other.app.usage.save();
    expect(allowed(await statuses(20, token, other))).toBe(0);
    await Promise.all([other.close(), restarted.close()]);
  });

  test("are learned from other processes however late the key is used again", async () => {
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const [key, unrelated] = [await newKey(), await newKey()];
    expect(allowed(await statuses(40, key))).toBe(40);
    await world.app.usage.save();
    expect(allowed(await statuses(50, key, other))).toBe(50);
    await other.app.usage.save();
    await statuses(1, unrelated);
    await world.app.usage.save();
    expect(allowed(await statuses(1, key))).toBe(1);
    await world.app.usage.save();
    expect(allowed(await statuses(20, key))).toBe(9);
    await other.close();
  });

  test("refuse without querying the database", async () => {
    const alone = await openWorld();
    const grace = await alone.person("Grace");
    const { id } = await grace.bask.organizations.create({ name: "Compilers" });
    const { key } = await grace.bask.apiKeys.create(id, { name: "Robot", rateLimit: 1 });
    expect((await ask(key, alone)).status).toBe(200);
    const { write } = alone.app.db;
    const queried: string[] = [];
    const watched = (name: string) => () => {
      queried.push(name);
      throw new Error("the database was queried");
    };
    Object.assign(alone.app.db, { write: watched("write") });
    Object.assign(alone.app.db.reader, { select: watched("select") });
    expect((await ask(key, alone)).status).toBe(429);
    expect(queried).toEqual([]);
    Object.assign(alone.app.db, { write });
    await alone.close();
  });
});

describe("the keys of an organization together", () => {
  const limits = { perKey: { minute: 5, hour: 1_000, day: 10_000 }, activeKeys: 2, verifications: 3 };
  async function newOrganization(name: string) {
    const { id } = await ada.bask.organizations.create({ name });
    await setPlan(id, limits);
    const create = (input = {}) => ada.bask.apiKeys.create(id, { name: "Robot", scopes: ["*"], ...input });
    return { id, create, revoke: (key: string) => ada.bask.apiKeys.revoke(id, key) };
  }
  const setPlan = (id: string, planOverrides: typeof limits) =>
    world.app.db.write(async (tx) => {
      await tx
        .update(organizations)
        .set({ plan: "enterprise", planOverrides })
        .where(eq(organizations.id, id as OrganizationId));
      await tx.invalidate({ topic: "organization", subject: id });
    });

  test("are bounded by the plan, also when one key follows another", async () => {
    const { create, revoke } = await newOrganization("Churning");
    let count = 0;
    for (let i = 0; i < 4; i++) {
      const { id, key } = await create();
      count += allowed(await statuses(7, key));
      await revoke(id);
    }
    expect(count).toBe(10);
    const refused = await ask((await create()).key);
    expect(refused.status).toBe(429);
    expect((await refused.json()).error).toMatchObject({ code: "RATE_LIMITED", reason: "organization" });
    expect(refused.headers.get("ratelimit")).toStartWith('"organization-minute";r=0');
    expect(refused.headers.get("ratelimit-policy")).toBe(
      '"minute";q=5;w=60, "hour";q=1000;w=3600, "day";q=10000;w=86400, "organization-minute";q=10;w=60',
    );
    const other = await (await newOrganization("Other")).create();
    expect(allowed(await statuses(5, other.key))).toBe(5);
  });

  test("are counted exactly under a storm, test keys apart from live ones", async () => {
    const { create, revoke } = await newOrganization("Storming");
    const [first, second] = [await create(), await create()];
    const all = await Promise.all([statuses(50, first.key), statuses(50, second.key)]);
    expect(allowed(all.flat())).toBe(10);
    await revoke(first.id);
    const test = await create({ environment: "test" });
    expect(allowed(await statuses(3, test.key))).toBe(1);
  });

  test("verify other keys within a limit of their own, which is not the one for requests", async () => {
    const { create } = await newOrganization("Gateway");
    const gateway = await create({ scopes: ["api-keys:verify"] });
    const verify = () =>
      world.fetch("/api/v1/api-keys/verify", {
        method: "POST",
        headers: { "X-API-Key": gateway.key, "Content-Type": "application/json" },
        body: JSON.stringify({ key: "bsk_live_unknown" }),
      });
    const responses = await Promise.all(Array.from({ length: 5 }, verify));
    expect(allowed(responses.map(({ status }) => status))).toBe(3);
    const refused = responses.find(({ status }) => status === 429)!;
    expect(refused.headers.get("ratelimit-policy")).toBe('"verifications";q=3;w=60');
    expect(allowed(await statuses(10, gateway.key))).toBe(5);
  });
});
