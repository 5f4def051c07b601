import { afterEach, expect, test } from "bun:test";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { openDatabase } from "../../src/db/open";
import { watchFile } from "../../src/db/sqlite-file";
import { takeAttempt } from "../../src/limits/attempts.sql";
import { temporaryFolder } from "../support/process";

const undo: (() => unknown)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** Another process that wants to fold the WAL, and waits in the middle of it until it is killed. */
function foldingProcess(file: string) {
  const wait = `
    const { Database } = require("bun:sqlite");
    const [writing, folding] = [1, 2].map(() => new Database(process.argv[1]));
    writing.run("begin immediate");
    folding.run("pragma busy_timeout = 600000");
    folding.query("pragma wal_checkpoint(full)").all();`;
  const child = Bun.spawn([process.execPath, "-e", wait, file]);
  undo.push(() => child.kill("SIGKILL"));
  return child;
}

/** A file in WAL mode that is folded only when a test does. @returns its path, and what opens a connection to it */
function openFile() {
  const folder = temporaryFolder();
  undo.push(() => folder[Symbol.dispose]());
  const file = join(folder.path, "bask.db");
  const open = () => {
    const connection = new Driver(file);
    undo.push(() => connection.close());
    connection.pragma("journal_mode = wal");
    connection.pragma("wal_autocheckpoint = 0");
    return connection;
  };
  return { file, open };
}

test.skipIf(dialect !== "sqlite")("a fold that another process is in the way of is not taken for one", async () => {
  const { file, open } = openFile();
  const [writing, reading, other] = [open(), open(), open()];
  for (const table of ["a", "b", "c"]) writing.exec(`create table ${table} (x)`);
  let now = 0;
  const watched = watchFile(file, { now: () => now } as never, writing, reading);
  let number = 0;
  const write = (table: string) => writing.exec(`insert into ${table} values (1); pragma user_version = ${++number}`);
  /** A reader that keeps what is written from now on in the WAL. */
  const reader = () => {
    const connection = open();
    connection.exec("begin; select * from a");
    return connection;
  };
  const fold = () =>
    (other.pragma("wal_checkpoint(passive)") as [{ busy: number; log: number; checkpointed: number }])[0];

  const readers = ["a", "b", "c"].map((table) => {
    write(table);
    return reader();
  });
  fold();
  const child = foldingProcess(file);
  while (fold().busy === 0) await Bun.sleep(5);
  watched.fold("PASSIVE");
  child.kill("SIGKILL");
  await child.exited;
  readers[0]!.exec("rollback");
  const { log, checkpointed } = fold(); // "b", but not the number, which is in the WAL again
  expect(checkpointed).toBeLessThan(log);
  now += 1_000;
  watched.requireSame();
  expect(watched.isOverwritten).toBe(false);
});

test.skipIf(dialect !== "sqlite")(
  "a link to a file is as the file, and one that leads to another is a file that was replaced",
  async () => {
    const folder = temporaryFolder();
    undo.push(() => folder[Symbol.dispose]());
    const at = (name: string) => join(folder.path, name);
    for (const name of ["one.db", "other.db"]) writeFileSync(at(name), "");
    symlinkSync(at("one.db"), at("bask.db"));
    const database = await openDatabase(parseDatabaseUrl(`sqlite:${at("bask.db")}`), openClock());
    expect(await database.write((tx) => takeAttempt(tx, "door", 20, 60_000))).toBe(true);
    expect(database.lost()).toBeUndefined();
    rmSync(at("bask.db"));
    symlinkSync(at("other.db"), at("bask.db"));
    while (database.lost() === undefined) await Bun.sleep(5);
    expect(database.lost()).toContain("was deleted or replaced");
    await database.close();
  },
);

test.skipIf(dialect !== "sqlite").each([
  [30, 0],
  [5, 300],
])("on a disk that takes %d ms to fold, %d pages wait for the next time", async (takes, waiting) => {
  const { file, open } = openFile();
  const [writing, reading] = [open(), open()];
  writing.exec("create table a (x)");
  let now = 0;
  const watched = watchFile(file, { now: () => (now += takes) } as never, writing, reading);
  const grow = async (pages: number) => {
    writing.prepare("insert into a values (zeroblob(?))").run(pages * 4_096);
    await watched.foldIfLarge();
  };
  for (let i = 0; i < 4; i++) await grow(1_000);
  await grow(300);
  const [{ log, checkpointed }] = reading.pragma("wal_checkpoint(NOOP)") as [{ log: number; checkpointed: number }];
  expect(Math.floor((log - checkpointed) / 100) * 100).toBe(waiting);
});
