import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import Driver from "better-sqlite3";
import { SQL } from "bun";
import { dialect } from "../../src/db/dialect";
import { watchLineage } from "../../src/db/lineage.postgres";
import type { QueryClient } from "../../src/db/postgres-pool";
import { expectRefusal } from "../support/expect";
import { rowsOf } from "../support/migrations";
import { openWorld, type World } from "../support/world";

setDefaultTimeout(180_000);

describe.skipIf(dialect !== "postgres")("a PostgreSQL that goes back", () => {
  let world: World;
  let client: SQL;
  beforeAll(async () => {
    world = await openWorld();
    client = new SQL(world.app.config.database.url, { max: 1 });
  });
  afterAll(async () => {
    await client.close();
    await world.close();
  });
  /** As if its server answered so. */
  const answering = (change: (row: { history: string; transaction: string }) => object): QueryClient => ({
    unsafe: (query) =>
      client.unsafe(query).then((rows: { history: string; transaction: string }[]) => rows.map(change)) as never,
  });

  test("is not mistaken for one that goes on", async () => {
    const wentBack = watchLineage(client as unknown as QueryClient);
    const seen = [await wentBack()];
    await rowsOf(world.app.config.database.url, "insert into changes (topic, subject, at) values ('user', 'x', now())");
    seen.push(await wentBack(), await wentBack());
    expect(seen).toEqual([false, false, false]);
  });

  test("is noticed by a smaller number of transactions, another start or timeline, or a table that was written anew, once", async () => {
    let number = 0;
    let start = "1.5";
    let timeline = "00000001";
    const wentBack = watchLineage(
      answering(({ history }) => ({
        history: history.replace(/[^/]+\/[^/]+$/, `${start}/${timeline}`),
        transaction: String(1_000 + number),
      })),
    );
    const looks: boolean[] = [];
    const look = async () => looks.push(await wentBack());
    await look();
    number = -1;
    await look();
    await look();
    timeline = "00000002";
    await look();
    start = "2.5"; // a copy of its disk, which others have written to since
    await look();
    await client.unsafe("vacuum full changes");
    await look();
    await look();
    expect(looks).toEqual([false, true, false, true, true, true, false]);
  });

  test("empties the caches although nothing was announced: what it does not know any more ends", async () => {
    const ada = await world.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Engines" });
    const robot = world.machine((await ada.bask.apiKeys.create(id, { name: "Late", scopes: ["members:read"] })).key);
    await world.app.feed.poll(); // what was announced until here
    await robot.members.list(id);
    await rowsOf(world.app.config.database.url, "delete from api_keys");
    await world.app.feed.poll();
    await robot.members.list(id);
    await client.unsafe("vacuum full changes"); // what `pg_restore` and a failover do to it
    await world.app.feed.poll();
    await expectRefusal(robot.members.list(id), "INVALID_API_KEY");
    expect(world.log.join()).toContain("in an earlier state than before");
  });
});

describe.skipIf(dialect !== "sqlite")("an SQLite file that goes back", () => {
  test("to what its own tools restored into it ends what it does not know any more, although nothing was announced", async () => {
    const world = await openWorld();
    const ada = await world.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Engines" });
    const newRobot = async (name: string) =>
      world.machine((await ada.bask.apiKeys.create(id, { name, scopes: ["members:read"] })).key);
    const early = await newRobot("Early");
    const file = world.app.config.database.url.slice("sqlite:".length);
    const live = new Driver(file);
    await live.backup(`${file}.backup`);
    const late = await newRobot("Late");
    for (const robot of [early, late]) await robot.members.list(id);
    await world.app.feed.poll();
    await world.app.feed.poll();
    expect(world.log.join()).not.toContain("in an earlier state than before");
    live.close();
    const backup = new Driver(`${file}.backup`);
    await backup.backup(file); // as `.restore` does
    backup.close();
    await world.app.feed.poll();
    await expectRefusal(late.members.list(id), "INVALID_API_KEY");
    await early.members.list(id);
    expect(world.log.join()).toContain("in an earlier state than before");
    await world.close();
  });
});

test("a database of another secret that takes the place of the one that was open is left alone", async () => {
  const world = await openWorld();
  const ada = await world.person("Ada");
  const { url } = world.app.config.database;
  const file = url.slice("sqlite:".length);
  await world.app.feed.poll();
  const strange = ["update installation set fingerprint = 'another'", "update secrets set id = 'another'"];
  if (dialect === "postgres") {
    for (const statement of [...strange, "vacuum full changes"]) await rowsOf(url, statement);
  } else {
    const live = new Driver(file);
    await live.backup(`${file}.other`);
    live.close();
    await ada.bask.organizations.create({ name: "Engines" });
    await world.app.feed.poll();
    const other = new Driver(`${file}.other`);
    for (const statement of strange) other.exec(statement);
    await other.backup(file);
    other.close();
  }
  await expect(world.app.feed.poll()).rejects.toThrow("belongs to another secret");
  expect(world.app.db.lost()).toContain("belongs to another secret");
  await expectRefusal(ada.bask.organizations.create({ name: "Strange" }), "UNAVAILABLE");
  expect((await world.fetch("/ready")).status).toBe(503);
  await world.close();
});
