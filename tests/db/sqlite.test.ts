import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import Driver from "better-sqlite3";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { openDatabase } from "../../src/db/open";
import { takeAttempt } from "../../src/limits/attempts.sql";
import { emptyDatabase } from "../support/databases";
import { journalOf, migration } from "../support/migrations";
import { openWorld } from "../support/world";

setDefaultTimeout(30_000);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Another process's connection to a file. */
function connectionTo(url: string) {
  const connection = new Driver(url.slice("sqlite:".length));
  undo.push(() => connection.close());
  return connection;
}

describe.skipIf(dialect !== "sqlite")("another process that writes to the file", () => {
  test("holds up what is written here until it is done, and nothing else", async () => {
    const world = await openWorld();
    const other = connectionTo(world.app.config.database.url);
    other.exec("begin immediate");
    const order: string[] = [];
    const written = world.app.db
      .write((tx) => takeAttempt(tx, "door", 20, 60_000))
      .then((taken) => {
        order.push("written");
        return taken;
      });
    for (let request = 0; request < 5; request++) {
      expect((await world.fetch("/ready")).status).toBe(200);
      order.push("read");
    }
    other.exec("commit");
    expect(await written).toBe(true);
    expect(order).toEqual(["read", "read", "read", "read", "read", "written"]);
  });

  test("holds up a start until it is done", async () => {
    const { url, remove } = await emptyDatabase();
    undo.push(remove);
    const other = connectionTo(url);
    other.exec("create table passing (id integer); drop table passing; begin exclusive");
    const start = openDatabase(parseDatabaseUrl(url), openClock(), [
      migration("0000_first", "create table first (id);"),
    ]);
    await Bun.sleep(100);
    other.exec("rollback");
    await (await start).close();
    expect(await journalOf(url)).toEqual(["bask 0000_first"]);
  });
});
