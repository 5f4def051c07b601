import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openClock } from "../../src/clock";
import { type PostgresLocation, parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { openDatabase } from "../../src/db/open";
import { inSession } from "../../src/db/postgres-client";
import { startHousekeeping } from "../../src/housekeeping";
import type { Bask } from "../support/client";
import { realTime } from "../support/clock";
import { newDatabase, type TestDatabase } from "../support/databases";
import { expectRefusal } from "../support/expect";
import { type NetworkProxy, startProxy } from "../support/proxy";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

/** A Bask whose PostgreSQL is reached through a network that fails. Without our own deadlines these tests last a quarter of an hour. */
describe.skipIf(dialect !== "postgres")("PostgreSQL over a network", () => {
  let database: TestDatabase;
  let proxy: NetworkProxy;
  let world: World;
  let ada: Person;
  let machine: Bask;
  let stopHousekeeping: (deadline?: number) => Promise<unknown>;
  beforeAll(async () => {
    database = await newDatabase();
    proxy = await startProxy(database.url);
    world = await openWorld({ databaseUrl: proxy.url, time: realTime() });
    stopHousekeeping = startHousekeeping(world.app);
    ada = await world.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Network" });
    machine = world.machine((await ada.bask.apiKeys.create(id, { name: "Robot" })).key);
    await machine.whoami();
  });
  afterAll(async () => {
    await stopHousekeeping?.();
    await world?.close();
    await proxy?.close();
    await database?.remove();
  });

  const isReady = async () => (await world.fetch("/ready")).status === 200;
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await Bun.sleep(20);
  };

  test("that loses connections without a word: what waits on them is refused, and new ones take their place", async () => {
    proxy.lose();
    const outcomes = await Promise.allSettled([
      machine.whoami(),
      ada.bask.me.get(),
      ada.bask.organizations.create({ name: "Lost" }),
    ]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "UNAVAILABLE", status: 503 });
    await until(isReady);
    expect((await machine.whoami()).type).toBe("api_key");
    expect((await ada.bask.me.get()).email).toBe(ada.email);
    expect((await ada.bask.organizations.create({ name: "Found" })).name).toBe("Found");
  });

  test("that stands still: everything is refused, nothing is ready, and all works when it goes on", async () => {
    proxy.freeze();
    await expectRefusal(ada.bask.organizations.create({ name: "Frozen" }), "UNAVAILABLE");
    await expectRefusal(machine.whoami(), "UNAVAILABLE");
    expect(await isReady()).toBe(false);
    expect((await world.fetch("/health")).status).toBe(200);
    proxy.thaw();
    await until(isReady);
    expect((await machine.whoami()).type).toBe("api_key");
    expect((await ada.bask.auth.refresh()).accessToken).toBeString();
  });

  test("that refuses: as one that stands still", async () => {
    await proxy.refuse();
    await expectRefusal(ada.bask.organizations.create({ name: "Refused" }), "UNAVAILABLE");
    await until(async () => !(await isReady()));
    await proxy.accept();
    await until(isReady);
    expect((await machine.whoami()).type).toBe("api_key");
  });

  test("that stands still in the middle of a transaction leaves all of it or nothing", async () => {
    let asked!: () => void;
    const midway = new Promise<void>((resolve) => (asked = resolve));
    const unit = world.app.db.write(async (tx) => {
      await tx.invalidate({ topic: "user", subject: "one" });
      proxy.freeze();
      asked();
      await tx.invalidate({ topic: "user", subject: "two" });
    });
    await midway;
    await expect(unit).rejects.toThrow("does not answer");
    proxy.thaw();
    await until(isReady);
  });

  test("a transaction that works for longer than the deadline is not cut, for each of its statements is answered", async () => {
    const { db } = world.app;
    const pause = db.dialect === "postgres" ? 50 : 0;
    await db.write(async (tx) => {
      const begun = performance.now();
      while (performance.now() - begun < 3_000) {
        await tx.invalidate({ topic: "user", subject: "nobody" });
        await Bun.sleep(pause);
      }
    });
  });

  test("that needs longer for a connection than for a statement does not end a start", async () => {
    proxy.delay((connection) => (connection > 1 ? 2_600 : 0)); // those of the pool; the one before migrates
    const db = await openDatabase(parseDatabaseUrl(proxy.url), openClock());
    await db.now();
    await db.close();
    proxy.delay(() => 0);
  });

  /** As a start or a tool uses it, with less patience. */
  const session = (work: Parameters<typeof inSession>[1]) =>
    inSession(parseDatabaseUrl(proxy.url) as PostgresLocation, work, { first: 500, pause: 50, look: 500 });

  test("that takes a connection and never answers ends a start", async () => {
    proxy.freeze();
    await expect(session(async (sql) => sql`select 1`)).rejects.toThrow("does not answer");
    proxy.thaw();
  });

  test.each([
    ["stands still", () => proxy.freeze()],
    ["loses the connection without a word", () => proxy.lose()],
  ] as const)("that %s in the middle of a migration ends it", async (_, fail) => {
    const working = session(async (sql) => {
      await sql`select 1`;
      fail();
      await sql`select pg_sleep(0.01)`;
    });
    await expect(working).rejects.toThrow("does not answer");
    proxy.thaw();
  });

  test("that answers is waited for, however long a migration takes", async () => {
    const begun = performance.now();
    await session(async (sql) => sql`select pg_sleep(1.5)`);
    expect(performance.now() - begun).toBeGreaterThan(1_000);
  });
});
