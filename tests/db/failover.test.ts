import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SQL } from "bun";
import { dialect } from "../../src/db/dialect";
import type { Bask } from "../support/client";
import { realTime } from "../support/clock";
import { newDatabase, type TestDatabase } from "../support/databases";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

describe.skipIf(dialect !== "postgres")("a PostgreSQL that changes under its connections", () => {
  let database: TestDatabase;
  let world: World;
  let ada: Person;
  let machine: Bask;
  let admin: SQL;
  let name: string;
  beforeAll(async () => {
    database = await newDatabase();
    world = await openWorld({ databaseUrl: database.url, time: realTime() });
    ada = await world.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Engines" });
    machine = world.machine((await ada.bask.apiKeys.create(id, { name: "Robot" })).key);
    name = new URL(database.url).pathname.slice(1);
    admin = new SQL(Object.assign(new URL(database.url), { pathname: "/postgres" }).href, { max: 1 });
  });
  afterAll(async () => {
    await world?.close();
    await admin?.close();
    await database?.remove();
  });

  const isReady = async () => (await world.fetch("/ready")).status === 200;
  const untilReady = async () => {
    while (!(await isReady())) await Bun.sleep(20);
  };
  const cutAll = () => admin.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);

  test("is connected to anew when it only reads, as one that is not the primary any more: then another may be", async () => {
    await admin.unsafe(`alter database ${name} set default_transaction_read_only = on`);
    await cutAll();
    while (await isReady()) await Bun.sleep(20);
    await expectRefusal(ada.bask.organizations.create({ name: "Read only" }), "UNAVAILABLE");
    await admin.unsafe(`alter database ${name} reset default_transaction_read_only`); // only new connections lose it
    await untilReady();
    expect((await ada.bask.organizations.create({ name: "Again" })).name).toBe("Again");
  });

  test("and has its tables dropped, as a restore does: requests are refused, nothing is ready, and all works when they are back", async () => {
    const own = new SQL(database.url, { max: 1 });
    await own.unsafe("alter table changes rename to elsewhere");
    while (await isReady()) await Bun.sleep(20);
    await expectRefusal(machine.whoami(), "UNAVAILABLE");
    await own.unsafe("alter table elsewhere rename to changes");
    await own.close();
    await untilReady();
    expect((await machine.whoami()).type).toBe("api_key");
  });
});
