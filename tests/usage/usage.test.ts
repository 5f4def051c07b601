import { beforeAll, describe, expect, spyOn, test } from "bun:test";
import Driver from "better-sqlite3";
import { SQL } from "bun";
import { eq, sql as rawSql } from "drizzle-orm";
import { isRemote } from "../../src/db/prepared";
import { apiKeys } from "../../src/db/tables";
import type { ApiKeyId } from "../../src/ids";
import { prune } from "../../src/pruning";
import type { BaskError } from "../../src/sdk/client";
import type { CountedKey } from "../../src/usage/counting";
import { talliesIn } from "../../src/usage/counts";
import { store } from "../../src/usage/storing";
import { expectRefusal } from "../support/expect";
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

describe("the usage of several keys", () => {
  test("is counted by hour in one answer, in the order that was asked for, and never of another organization", async () => {
    const [used, idle] = [await newKey(), await newKey()];
    const grace = await world.person("Grace");
    const { id: hers } = await grace.bask.organizations.create({ name: "Compilers" });
    const foreign = await grace.bask.apiKeys.create(hers, { name: "Robot" });
    await world.machine(used.key).whoami();
    await world.app.usage.save();
    world.time.pass({ hours: 2 });
    for (let i = 0; i < 3; i++) await world.machine(used.key).whoami();
    await world.app.usage.save();
    const keys = [idle.id, foreign.id, used.id, "key_00000000000000000000000000"].join(",");
    const { data, from, to } = await ada.bask.usage.getOfKeys(organization, { keys, hours: 4 });
    expect(data).toEqual([
      { keyId: idle.id, total: 0, requests: [0, 0, 0, 0] },
      { keyId: used.id, total: 4, requests: [0, 1, 0, 3] },
    ]);
    expect(Date.parse(to) - Date.parse(from)).toBe(4 * 3_600_000);
    await expectRefusal(ada.bask.usage.getOfKeys(hers, { keys }), "NOT_FOUND");
    for (const wrong of ["", "key_x", `${used.id},`, Array(101).fill(used.id).join(",")])
      await expectRefusal(ada.bask.usage.getOfKeys(organization, { keys: wrong }), "VALIDATION_ERROR");
    expect((await ada.bask.usage.getOfKeys(organization, { keys: used.id })).data[0]!.requests).toHaveLength(24);
  });
});

describe.skipIf(isRemote)("the statements that store what was used", () => {
  test("find the windows of a key without searching its history", async () => {
    const prepare = spyOn(Driver.prototype, "prepare");
    const fresh = await openWorld();
    const grace = await fresh.person("Grace");
    const { id } = await grace.bask.organizations.create({ name: "Compilers" });
    const { key } = await grace.bask.apiKeys.create(id, { name: "Robot" });
    await fresh.machine(key).whoami();
    await fresh.app.usage.save();
    const connection = new Driver(fresh.app.config.database.url.replace(/^sqlite:/, ""));
    const statements = prepare.mock.calls.map(([sql]) => sql);
    prepare.mockRestore();
    const plans = statements
      .filter((sql) => /^(insert|update|select).*"key_usage"/is.test(sql))
      .flatMap((sql) => {
        const values = Array.from({ length: sql.split("?").length - 1 }, () => 1);
        return connection.prepare<number[], { detail: string }>(`explain query plan ${sql}`).all(...values);
      })
      .map(({ detail }) => detail)
      .filter((detail) => detail.includes("key_usage"));
    expect(plans).not.toBeEmpty();
    for (const plan of plans) expect(plan).toEndWith("(key_id=? AND seconds=? AND start=?)");
    connection.close();
    await fresh.close();
  });
});

describe.skipIf(!isRemote)("the statement that stores what keys were used, on PostgreSQL", () => {
  test("reads only the windows of its keys where other processes added to them, not those of all keys that begin now", async () => {
    const barbara = await world.person("Barbara");
    const { id: hers } = await barbara.bask.organizations.create({ name: "Abstractions" });
    const { id } = await barbara.bask.apiKeys.create(hers, { name: "Robot" });
    const keyId = id as ApiKeyId;
    const { app, time } = world;
    const minute = Math.floor(time.now() / 60_000) * 60;
    await using sql = new SQL(app.config.database.url, { max: 1 });
    await sql`insert into api_keys select (jsonb_populate_record(key, jsonb_build_object(
      'id', 'key_' || lpad(n::text, 26, '0'), 'hash', 'hash ' || n))).* from api_keys key, generate_series(1, 3000) n where key.id = ${id}`;
    const beginWindows = (at: number) =>
      sql`insert into key_usage (key_id, seconds, start, spent, ok, limited, denied)
        select id, steps.s, ${at}::bigint - ${at}::bigint % steps.s, 1, 1, 0, 0
        from api_keys cross join (values (60), (3600), (86400)) as steps (s) where organization_id = ${hers}`;
    await beginWindows(minute - 86_400);
    await sql`analyze key_usage`;
    await beginWindows(minute);
    const storeUseOf = (at: number) =>
      app.db.write(async (tx) => {
        const tallies = [{ minute: at, spent: 1, ok: 1, limited: 0, denied: 0 }];
        const stored = await store(tx, [{ keyId, tallies, spentToday: 1_000_000 }]);
        const [read] = await tx
          .select({ entries: rawSql<string>`pg_stat_get_xact_tuples_returned('key_usage_age'::regclass)` })
          .from(rawSql`(values (1)) as one`);
        return { stored, entries: Number(read!.entries) };
      });
    const spent = (seconds: number) => ({
      keyId,
      seconds,
      start: minute - (minute % seconds),
      spent: expect.any(Number),
    });
    const windows = [60, 3_600, 86_400].map(spent);
    expect(await storeUseOf(minute)).toEqual({ stored: [{ keyId, windows }], entries: 0 });
    expect(await storeUseOf(minute - 86_400)).toEqual({ stored: [{ keyId, windows }], entries: 0 });
  });
});

describe("the usage of a key", () => {
  test("is counted by outcome, for the key and for its organization", async () => {
    const { id, key } = await newKey(4);
    const robot = world.machine(key);
    await robot.whoami();
    await robot.whoami();
    await robot.organizations.delete(organization).catch(() => {});
    await robot.organizations.get("org_nowhere").catch(() => {});
    await robot.whoami().catch(() => {});
    await world.app.usage.save();

    for (const step of ["minute", "hour", "day"] as const) {
      const usage = await ada.bask.apiKeys.getUsage(organization, id, { step });
      expect(usage.total).toEqual({ ok: 3, limited: 1, denied: 1 });
      expect(usage.data).toHaveLength(1);
    }
    expect((await ada.bask.usage.get(organization)).total.ok).toBeGreaterThanOrEqual(3);
  });

  test("adds up exactly over minutes, also when a write fails", async () => {
    const { id, key } = await newKey();
    const robot = world.machine(key);
    const from = new Date(world.time.now()).toISOString();
    const { write } = world.app.db;
    for (let minute = 0; minute < 3; minute++) {
      for (let i = 0; i <= minute; i++) await robot.whoami();
      const fails = minute === 1;
      if (fails) world.app.db.write = () => Promise.reject(new Error("the disk is full"));
      const saved = await world.app.usage.save().then(
        () => true,
        () => false,
      );
      expect(saved).toBe(!fails);
      world.app.db.write = write;
      world.time.pass({ minutes: 1 });
    }
    await world.app.feed.poll();
    await world.app.usage.save();
    const usage = await ada.bask.apiKeys.getUsage(organization, id, { step: "minute", from });
    expect(usage.data.map(({ ok }) => ok)).toEqual([1, 2, 3]);
    expect(usage.total.ok).toBe(6);
    expect((await ada.bask.apiKeys.get(organization, id)).usageCount).toBe(6);
  });

  test("adds up by the hour when nothing can be stored for hours, and takes little memory meanwhile", async () => {
    const { id } = await newKey();
    const use = await world.app.usage.recall({ id, organizationId: organization, environment: "live" } as CountedKey);
    const from = new Date(world.time.now()).toISOString();
    const { write } = world.app.db;
    world.app.db.write = () => Promise.reject(new Error("the disk is full"));
    for (let minute = 0; minute < 150; minute++) {
      const origin = { ip: "192.0.2.1", userAgent: null, requestId: "req_1" };
      world.app.usage.count(use, "ok", world.app.clock.now(), origin);
      await world.app.usage.save().catch(() => {});
      world.time.pass({ minutes: 1 });
    }
    world.app.db.write = write;
    expect(talliesIn(use.counting).length).toBeLessThan(15);
    await world.app.feed.poll();
    await world.app.usage.save();
    const hours = (await ada.bask.apiKeys.getUsage(organization, id, { step: "hour", from })).data;
    expect(hours.map(({ ok }) => ok).filter((ok) => ok === 60)).not.toBeEmpty();
    expect(hours.reduce((sum, { ok }) => sum + ok, 0)).toBe(150);
  });

  test("is not lost when it is counted during a write", async () => {
    const { id, key } = await newKey();
    const robot = world.machine(key);
    const { write } = world.app.db;
    let uses = 1;
    await robot.whoami();
    world.app.db.write = async (unit) => {
      await robot.whoami();
      const value = await write(unit);
      await robot.whoami();
      uses += 2;
      return value;
    };
    await world.app.usage.save();
    world.app.db.write = write;
    expect((await ada.bask.apiKeys.get(organization, id)).usageCount).toBe(uses);
    await world.app.usage.save();
    expect((await ada.bask.apiKeys.getUsage(organization, id)).total.ok).toBe(uses);
    await world.app.usage.fold();
    const stored = await world.app.db.reader
      .select({ uses: apiKeys.usageCount })
      .from(apiKeys)
      .where(eq(apiKeys.id, id as ApiKeyId));
    expect(stored).toEqual([{ uses }]);
  });

  test("shows when and from where the key was last used, before and after it is stored", async () => {
    const { id, key } = await newKey();
    await world.fetch("/api/v1/whoami", { headers: { "X-API-Key": key, "User-Agent": "robot/1.0" } });
    const expected = {
      usageCount: 1,
      lastUsedAt: new Date(world.time.now()).toISOString(),
      lastUsedIp: "127.0.0.1",
      lastUsedUserAgent: "robot/1.0",
    };
    expect(await ada.bask.apiKeys.get(organization, id)).toMatchObject(expected);
    await world.app.usage.save();
    expect(await ada.bask.apiKeys.get(organization, id)).toMatchObject(expected);
  });

  test("shows the time, the IP and the user agent of one and the same use, also among many in a second", async () => {
    const { id, key } = await newKey();
    const uses = new Map<string, string>();
    const robot = async (name: string, at = world) => {
      uses.set(name, new Date(world.time.now()).toISOString());
      await at.fetch("/api/v1/whoami", { headers: { "X-API-Key": key, "User-Agent": name } });
      world.time.pass({ milliseconds: 10 });
    };
    const expectOneUse = async () => {
      const { lastUsedAt, lastUsedUserAgent } = await ada.bask.apiKeys.get(organization, id);
      expect(lastUsedAt).toBe(uses.get(lastUsedUserAgent!)!);
      return lastUsedUserAgent;
    };
    for (let i = 1; i <= 12; i++) {
      await robot(`robot/${i}`);
      await expectOneUse();
    }
    await world.app.usage.save();
    expect(await expectOneUse()).toBe("robot/10");

    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    await robot("earlier", other);
    await robot("later");
    await world.app.usage.save();
    await other.app.usage.save();
    expect(await expectOneUse()).toBe("later");
    expect((await ada.bask.apiKeys.get(organization, id)).usageCount).toBe(14);
    await other.close();
  });

  test("is deleted by minute after two days, and entirely at the end of the plan's history", async () => {
    const { id, key } = await newKey();
    await world.machine(key).whoami();
    await world.app.usage.save();
    const days = async (days: number) => {
      world.time.pass({ days });
      await world.app.feed.poll();
      await prune(world.app);
      ada.bask = await world.signIn(ada);
      const from = new Date(world.time.now() - 9 * 86_400_000).toISOString();
      const total = async (step: "hour" | "day") =>
        (await ada.bask.apiKeys.getUsage(organization, id, { step, from })).total.ok;
      const minutes = await ada.bask.apiKeys.getUsage(organization, id, {
        step: "minute",
        from: new Date(world.time.now() - days * 86_400_000).toISOString(),
        to: new Date(world.time.now() - days * 86_400_000 + 3_600_000).toISOString(),
      });
      return [minutes.total.ok, await total("hour"), await total("day")];
    };
    expect(await days(3)).toEqual([0, 1, 1]);
    expect(await days(5)).toEqual([0, 0, 0]);
  });

  test("of a personal access token is deleted when it is not shown any more", async () => {
    const { id, token } = await ada.bask.personalTokens.create({ name: "Laptop", expiresAt: null });
    await world.machine(token).whoami();
    await world.app.usage.save();
    const left = async (time: { hours?: number; days?: number }) => {
      world.time.pass(time);
      await world.app.feed.poll();
      await prune(world.app);
      ada.bask = await world.signIn(ada);
      const steps = ["minute", "hour", "day"] as const;
      const from = (step: (typeof steps)[number]) =>
        new Date(world.time.now() - (step === "minute" ? 1 : 32) * 86_400_000).toISOString();
      const usages = steps.map((step) => ada.bask.personalTokens.getUsage(id, { step, from: from(step) }));
      return (await Promise.all(usages)).map(({ total }) => total.ok);
    };
    expect(await left({ hours: 1 })).toEqual([1, 1, 1]);
    expect(await left({ hours: 2 })).toEqual([0, 1, 1]);
    expect(await left({ days: 4 })).toEqual([0, 0, 1]);
    expect(await left({ days: 28 })).toEqual([0, 0, 0]);
  });

  test("of many keys adds up, however few of them a query takes", async () => {
    const own = await openWorld();
    const grace = await own.person("Grace");
    const { id } = await grace.bask.organizations.create({ name: "Many" });
    const keys = [];
    for (let i = 0; i < 5; i++) keys.push((await grace.bask.apiKeys.create(id, { name: `Key ${i}` })).id);
    const minute = Math.floor(own.time.now() / 60_000) * 60;
    const rows = keys.flatMap((key, i) =>
      [0, 60].map((ago) => `('${key}', 60, ${minute - ago}, 0, ${10 ** i}, ${i}, 1)`),
    );
    await raw(own, `insert into key_usage (key_id, seconds, start, spent, ok, limited, denied) values ${rows}`);
    const from = new Date((minute - 47 * 3_600) * 1_000).toISOString(); // 2,821 minutes: three keys a query
    const { total, data } = await grace.bask.usage.get(id, { step: "minute", from });
    expect(total).toEqual({ ok: 22_222, limited: 20, denied: 10 });
    const start = (ago: number) => new Date((minute - ago) * 1_000).toISOString();
    expect(data).toMatchObject([
      { start: start(60), ok: 11_111, limited: 10, denied: 5 },
      { start: start(0), ok: 11_111, limited: 10, denied: 5 },
    ]);
    await own.close();
  });

  test("is not visible to other organizations", async () => {
    const { id, key } = await newKey();
    const eve = await world.person("Eve");
    const hers = (await eve.bask.organizations.create({ name: "Eavesdropping" })).id;
    const refusal = async (asked: Promise<unknown>) => ((await asked.catch((error) => error)) as BaskError).code;
    expect(await refusal(eve.bask.usage.get(organization))).toBe("NOT_FOUND");
    expect(await refusal(eve.bask.apiKeys.getUsage(hers, id))).toBe("NOT_FOUND");
    expect(await refusal(world.machine(key).apiKeys.getUsage(hers, id))).toBe("NOT_FOUND");
  });

  test("is returned only for a valid range", async () => {
    const refusal = async (range: object) =>
      (await ada.bask.usage.get(organization, range).catch((error) => error)) as BaskError;
    expect((await refusal({ from: "2026-03-02T10:00:00Z", to: "2026-03-02T09:00:00Z" })).details).toEqual([
      { path: "from", message: "must be before the end" },
    ]);
    expect((await refusal({ step: "minute", from: "2020-01-01T00:00:00Z" })).code).toBe("VALIDATION_ERROR");
    expect((await refusal({ step: "week" })).code).toBe("VALIDATION_ERROR");
    for (const step of ["minute", "hour", "day"] as const) {
      const { to } = await ada.bask.usage.get(organization, { step, to: "9999-12-31T23:59:59Z" });
      expect(to).toBe((await ada.bask.usage.get(organization, { step })).to);
    }
  });
});
