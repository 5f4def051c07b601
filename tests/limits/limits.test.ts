import { beforeAll, describe, expect, test } from "bun:test";
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
