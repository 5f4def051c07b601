import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import Driver from "better-sqlite3";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { openCommitQueue } from "../../src/db/commit-queue";
import { DatabaseUnavailable } from "../../src/db/database";
import { dialect } from "../../src/db/dialect";
import type { Migration } from "../../src/db/migrations";
import { openDatabase, pendingMigrations } from "../../src/db/open";
import { takeAttempt } from "../../src/limits/attempts.sql";
import { emptyDatabase } from "../support/databases";
import { journalOf, migration, rowsOf } from "../support/migrations";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

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

test.skipIf(dialect !== "sqlite")(
  "another program that opens the file and closes it leaves the WAL to this process",
  async () => {
    const world = await openWorld();
    const { url } = world.app.config.database;
    const file = url.slice("sqlite:".length);
    await world.person("Ada");
    const look = `
    const { Database } = require("bun:sqlite");
    const file = new Database(process.argv[1]);
    console.log(file.query("select count(*) as n from users").get().n);
    file.close(true);`;
    const other = Bun.spawnSync([process.execPath, "-e", look, file]);
    expect(other.stdout.toString()).toBe("1\n");
    expect(existsSync(`${file}-wal`)).toBe(true);
    await world.person("Bea");
    expect(await rowsOf(url, "select email from users")).toHaveLength(2);
    await world.close();
  },
);

describe.skipIf(dialect !== "sqlite")("a file that was left by a process that died", () => {
  /** A copy of a file in the middle of a transaction, with the journal that undoes it. */
  async function interrupted(migrations: Migration[], journalMode: "delete" | "wal") {
    const { url, remove } = await emptyDatabase();
    undo.push(remove);
    await (await openDatabase(parseDatabaseUrl(url), openClock(), migrations)).close();
    const other = connectionTo(url);
    other.exec(`pragma journal_mode = ${journalMode}; pragma cache_size = 5; begin; create table half (x)`);
    for (let row = 0; row < 200; row++) other.prepare("insert into half values (?)").run("x".repeat(1000));
    const file = url.slice("sqlite:".length);
    const copy = `${file}.copy`;
    const companion = journalMode === "wal" ? "-wal" : "-journal";
    copyFileSync(file, copy);
    copyFileSync(file + companion, copy + companion);
    other.exec("rollback");
    return { url: `sqlite:${copy}`, files: () => [readFileSync(copy), readFileSync(copy + companion)] };
  }
  const first = migration("0000_first", "create table first (id);");
  const second = migration("0001_second", "create table second (id);");

  test("is repaired and opened, in either kind of journal", async () => {
    for (const journalMode of ["delete", "wal"] as const) {
      const { url } = await interrupted([first], journalMode);
      expect(await pendingMigrations(parseDatabaseUrl(url), [first, second])).toEqual([second]);
      await (await openDatabase(parseDatabaseUrl(url), openClock(), [first, second])).close();
      expect(await journalOf(url)).toEqual(["bask 0000_first", "bask 0001_second"]);
      expect(await rowsOf(url, "select name from sqlite_schema where name = 'half'")).toEqual([]);
    }
  });

  test("is left as it is, with its journal, when a newer Bask wrote it", async () => {
    const { url, files } = await interrupted([first, second], "wal");
    const before = files();
    const refused = openDatabase(parseDatabaseUrl(url), openClock(), [first]);
    await expect(refused).rejects.toThrow("it has the migration 0001_second");
    expect(files()).toEqual(before);
  });
});

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

  test("for too long has everything refused that waited as long, not one group after the other", async () => {
    const { url, remove } = await emptyDatabase();
    undo.push(remove);
    const database = await openDatabase(parseDatabaseUrl(url), openClock());
    const other = connectionTo(url);
    other.exec("begin immediate");
    let refused = 0;
    const units = Array.from({ length: 300 }, () =>
      database
        .write((tx) => takeAttempt(tx, "door", 1_000, 60_000))
        .catch((error) => {
          expect(error).toBeInstanceOf(DatabaseUnavailable);
          refused++;
        }),
    );
    await units[0];
    await new Promise(setImmediate);
    expect(refused).toBe(300);
    other.exec("rollback");
    expect(await database.write((tx) => takeAttempt(tx, "door", 1_000, 60_000))).toBe(true);
    await database.close();
  });

  test("is waited for as long after a fold that held everything up", async () => {
    const { url, remove } = await emptyDatabase();
    undo.push(remove);
    const file = url.slice("sqlite:".length);
    const writing = new Driver(file);
    writing.pragma("journal_mode = wal");
    writing.pragma("busy_timeout = 5");
    writing.exec("create table a (x)");
    undo.push(() => writing.close());
    const other = connectionTo(url);
    let now = 1_000_000;
    const fold = Promise.withResolvers<void>();
    const queue = openCommitQueue(writing, { now: () => now, date: () => new Date(now) } as never, {
      beforeCommit() {},
      onBegin() {},
      onCommit() {},
      afterGroup: () => fold.promise,
    });
    const insert = () => queue.write(async () => writing.exec("insert into a values (1)"));
    await insert();
    const second = insert(); // waits for the fold
    now += 5_000;
    other.exec("begin immediate");
    fold.resolve();
    setTimeout(() => other.exec("rollback"), 100);
    await second;
    expect(writing.prepare("select count(*) from a").pluck().get()).toBe(2);
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
