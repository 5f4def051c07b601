import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { organizations, usageJournal } from "../../src/db/tables";
import type { OrganizationId } from "../../src/ids";
import { closeApp, openExistingApp } from "../../src/open-app";
import { raw } from "../support/raw";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

const newKey = (rateLimit?: number) =>
  ada.bask.apiKeys.create(organization, { name: "Robot", ...(rateLimit && { rateLimit }) });
const rows = async ({ app } = world) => (await app.db.reader.select().from(usageJournal)).length;
const another = () => openWorld({ databaseUrl: world.app.config.database.url, time: world.time });

/** Uses a key so often in each of some seconds, and has each second stored. */
async function use(key: string, seconds: number[], at = world) {
  for (const count of seconds) {
    for (let i = 0; i < count; i++) await at.machine(key).whoami();
    await at.app.usage.save();
    world.time.pass({ seconds: 1 });
  }
}

/** What the API shows of a key: its own count, and its history in each step and by hour. */
async function shown(id: string) {
  const { usageCount } = await ada.bask.apiKeys.get(organization, id);
  const steps = ["minute", "hour", "day"] as const;
  const totals = await Promise.all(steps.map((step) => ada.bask.apiKeys.getUsage(organization, id, { step })));
  const { data } = await ada.bask.usage.getOfKeys(organization, { keys: id });
  return [usageCount, ...totals.map(({ total }) => total.ok), data[0]!.total - totals[0]!.total.limited];
}

describe("what was counted of a key", () => {
  test("is shown in full each second, wherever it is stored, and is in its windows after a minute", async () => {
    const { id, key } = await newKey();
    for (let second = 1; second <= 70; second++) {
      await use(key, [1]);
      if (second % 23 === 0 || second > 60) expect(await shown(id)).toEqual(Array(5).fill(second));
    }
    expect(await rows()).toBeLessThan(60);
    await world.app.usage.fold();
    expect(await rows()).toBe(0);
    expect(await shown(id)).toEqual(Array(5).fill(70));
  });

  test("survives a kill, the limits as well, and is counted once by the process that comes after", async () => {
    const { id, key } = await newKey(30);
    await use(key, [5, 5, 5]);
    const next = await another(); // the first never closed
    expect(await rows(next)).toBe(0);
    const left = await Promise.allSettled(Array.from({ length: 30 }, () => next.machine(key).whoami()));
    expect(left.filter(({ status }) => status === "fulfilled")).toHaveLength(15);
    await next.app.usage.save();
    await world.app.usage.save();
    expect(await shown(id)).toEqual(Array(5).fill(30));
    await next.close();
    expect(await shown(id)).toEqual(Array(5).fill(30));
  });

  test("is heard by a process that begins to write while another has much in its journal", async () => {
    const { id, key } = await newKey(60);
    const other = await another();
    await use(key, [10, 10, 10]);
    await use(key, [1], other);
    await use(key, [1]);
    await use(key, [1], other);
    const statuses = await Promise.allSettled(Array.from({ length: 60 }, () => other.machine(key).whoami()));
    expect(statuses.filter(({ status }) => status === "fulfilled")).toHaveLength(60 - 33);
    await other.app.usage.save();
    await other.app.usage.fold();
    expect(await shown(id)).toEqual(Array(5).fill(60));
    await other.close();
  });

  test("is heard of another process at the turn of a minute, when what is stored is of the minute before", async () => {
    const { id, key } = await newKey(10);
    const other = await another();
    world.time.pass({ milliseconds: 119_000 - (world.time.now() % 60_000) });
    await world.machine(key).whoami();
    world.time.pass({ seconds: 1 });
    await use(key, [9], other);
    await use(key, [0]);
    const statuses = await Promise.allSettled(Array.from({ length: 5 }, () => world.machine(key).whoami()));
    expect(statuses.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await other.close();
    await world.app.usage.save();
    await world.app.usage.fold();
    expect(await shown(id)).toEqual(Array(5).fill(11));
  });

  test("is left where it is by a tool that opens the database beside the server", async () => {
    const { id, key } = await newKey();
    await use(key, [1, 1]);
    const before = await rows();
    await closeApp(await openExistingApp(world.app.config));
    expect(await rows()).toBe(before);
    expect(await shown(id)).toEqual(Array(5).fill(2));
  });

  test("adds up when any write on the way fails, and two processes take from the journal at once", async () => {
    const { id, key } = await newKey();
    const other = await another();
    const { write } = world.app.db;
    let made = 0;
    for (let round = 0; round < 12; round++) {
      world.app.db.write = async (unit) => {
        if (made++ % 4 === round % 4) throw new Error("the disk is full");
        return write(unit);
      };
      await Promise.all([world.machine(key).whoami(), world.machine(key).whoami()]);
      await world.app.usage.save().catch(() => {});
      if (round % 3 === 2) await Promise.allSettled([world.app.usage.fold(), other.app.usage.fold()]);
      world.time.pass({ seconds: 7 });
    }
    world.app.db.write = write;
    await world.app.usage.save();
    expect(await shown(id)).toEqual(Array(5).fill(24));
    await Promise.all([world.app.usage.fold(), other.app.usage.fold()]);
    expect(await shown(id)).toEqual(Array(5).fill(24));
    await other.close();
  });

  test("of more keys than one transaction takes adds up, and a first half that was added is not added again", async () => {
    const grace = await world.person("Grace");
    const { id: hers } = await grace.bask.organizations.create({ name: "Compilers" });
    const planOverrides = { activeKeys: 200 };
    await world.app.db.write((tx) =>
      tx
        .update(organizations)
        .set({ planOverrides })
        .where(eq(organizations.id, hers as OrganizationId)),
    );
    const keys: { id: string; key: string }[] = [];
    for (let i = 0; i < 120; i++) keys.push(await grace.bask.apiKeys.create(hers, { name: `Robot ${i}` }));
    for (let second = 0; second < 3; second++) {
      await Promise.all(keys.map(({ key }) => world.machine(key).whoami()));
      await world.app.usage.save();
    }
    const total = async () => (await grace.bask.usage.get(hers)).total.ok;
    const { write } = world.app.db;
    let writes = 0;
    world.app.db.write = (unit) => (++writes === 2 ? Promise.reject(new Error("the disk is full")) : write(unit));
    await world.app.usage.fold().catch(() => {});
    world.app.db.write = write;
    expect(await total()).toBe(360);
    await world.app.usage.fold();
    expect(await rows()).toBe(0);
    expect(await total()).toBe(360);
  });

  test("goes with the key, and what others have in the same row stays", async () => {
    const [gone, kept] = [await newKey(), await newKey()];
    const { token, id: laptop } = await ada.bask.personalTokens.create({ name: "Laptop" });
    const together = () => Promise.all([gone.key, kept.key, token].map((key) => world.machine(key).whoami()));
    for (let second = 0; second < 3; second++) {
      await together();
      await world.app.usage.save();
    }
    await ada.bask.apiKeys.revoke(organization, gone.id);
    await raw(world, `delete from api_keys where id = '${gone.id}'`);
    await world.app.usage.fold();
    expect(await rows()).toBe(0);
    expect(await shown(kept.id)).toEqual(Array(5).fill(3));
    expect((await ada.bask.personalTokens.getUsage(laptop)).total.ok).toBe(3);
  });
});
