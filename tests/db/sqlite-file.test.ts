import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { openDatabase } from "../../src/db/open";
import { watchFile } from "../../src/db/sqlite-file";
import { startFoldThread } from "../../src/db/sqlite-fold";
import { changes } from "../../src/db/tables";
import { takeAttempt } from "../../src/limits/attempts.sql";
import { temporaryFolder } from "../support/process";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
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
  watched.foldAll();
  child.kill("SIGKILL");
  await child.exited;
  readers[0]!.exec("rollback");
  const { log, checkpointed } = fold(); // "b", but not the number, which is in the WAL again
  expect(checkpointed).toBeLessThan(log);
  now += 1_000;
  expect(() => watched.requireSame()).not.toThrow();
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

describe.skipIf(dialect !== "sqlite")("a WAL that has grown large", () => {
  /** A file that is watched, and what writes a number of pages in a commit of its own. */
  function watchedFile(startThread?: typeof startFoldThread) {
    const { file, open } = openFile();
    const [writing, reading] = [open(), open()];
    writing.exec("create table a (x)");
    const watched = watchFile(file, openClock(), writing, reading, startThread);
    undo.push(() => watched.close());
    const grow = (pages: number) => {
      writing.exec("begin");
      watched.number();
      writing.prepare("insert into a values (zeroblob(?))").run(pages * 4_096);
      writing.exec("commit");
      return watched.foldIfLarge();
    };
    const wal = () => (reading.pragma("wal_checkpoint(NOOP)") as [{ log: number; checkpointed: number }])[0];
    return { file, watched, grow, wal, other: open() };
  }

  test("is folded beside what is written meanwhile, which waits for the rest, and begins anew", async () => {
    const { watched, grow, wal } = watchedFile();
    expect(grow(999)).toBeUndefined();
    expect(wal().checkpointed).toBe(0);
    expect(grow(10)).toBeUndefined(); // no one waits
    expect(grow(10)).toBeUndefined();
    while (wal().checkpointed === 0) await Bun.sleep(1);
    let rest = grow(1);
    while (!rest) {
      await Bun.sleep(1);
      rest = grow(1);
    }
    await rest;
    expect(wal().checkpointed).toBe(wal().log);
    await grow(1);
    expect(wal().log).toBeLessThan(20);
    watched.requireSame();
  });

  test("has another number in the file after each fold, so that an older file is known from a newer one", async () => {
    const folding = Promise.withResolvers<boolean>();
    const { file, watched, grow, wal, other } = watchedFile(() => ({
      underWay: undefined,
      fold: () => folding.promise,
      close: async () => {},
    }));
    const numberInFile = () => readFileSync(file).readUInt32BE(60);
    await grow(1_100);
    other.pragma("wal_checkpoint(passive)");
    const before = numberInFile();
    const rest = grow(5); // before it is heard that the fold is over
    folding.resolve(true);
    await rest;
    watched.foldAll();
    expect(wal().checkpointed).toBe(wal().log);
    expect(numberInFile()).toBeGreaterThan(before);
  });

  test("makes what is written wait when it is folded more slowly than it grows", async () => {
    const held = Promise.withResolvers<boolean>();
    const { grow } = watchedFile(() => ({ underWay: held.promise, fold: () => held.promise, close: async () => {} }));
    expect(grow(1_100)).toBeUndefined();
    expect(grow(6_000)).toBeUndefined();
    const waiting = grow(1_000);
    expect(waiting).toBeInstanceOf(Promise);
    held.resolve(true);
    await waiting;
  });

  test("makes what is written wait for no longer than a second when the disk stands still", async () => {
    const never = new Promise<boolean>(() => {});
    const { grow } = watchedFile(() => ({ underWay: never, fold: () => never, close: async () => {} }));
    expect(grow(1_100)).toBeUndefined();
    await grow(7_000);
  });

  test.each([
    ["no thread can be started", () => startFoldThread("/nowhere/bask.db", "0:0")],
    [
      "the system has no threads",
      () => {
        throw new Error("no threads");
      },
    ],
  ])("is folded here where %s", async (_, startThread) => {
    const { watched, grow, wal } = watchedFile(startThread);
    for (let i = 0; i < 2; i++) {
      expect(grow(1_100)).toBeUndefined();
      while (wal().checkpointed < wal().log) await Bun.sleep(1);
      await grow(1); // the rest
    }
    expect(await watched.close()).toBe(true);
  });

  test("keeps no program from its end, also when it closes nothing", async () => {
    const { file } = openFile();
    const source = join(import.meta.dir, "../../src/db/sqlite-fold.ts");
    const program = `
      const { startFoldThread } = await import(${JSON.stringify(source)});
      const { idOf } = await import(${JSON.stringify(source.replace("sqlite-fold", "file-id"))});
      console.log(await startFoldThread(process.argv[1], idOf(process.argv[1])).fold());`;
    writeFileSync(file, "");
    const child = Bun.spawn([process.execPath, "-e", program, file], { stdout: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("true\n");
    expect(await child.exited).toBe(0);
  });

  test("stays bounded under writes that do not pause, and is in the file when the database is closed", async () => {
    const folder = temporaryFolder();
    undo.push(() => folder[Symbol.dispose]());
    const file = join(folder.path, "bask.db");
    const db = await openDatabase(parseDatabaseUrl(`sqlite:${file}`), openClock());
    const subject = "x".repeat(20_000); // five pages
    const write = () => db.write(async (tx) => tx.insert(changes).values({ topic: "user", subject, at: tx.now }));
    for (let i = 0; i < 150; i++) await Promise.all(Array.from({ length: 20 }, write));
    // Of 60 MB: the 8,000 pages after which what is written waits, and what a disk that stands still for half a minute adds.
    expect(statSync(`${file}-wal`).size).toBeLessThan(45_000_000);
    await db.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    const connection = new Driver(file, { readonly: true });
    expect(connection.prepare("select count(*) from changes").pluck().get()).toBe(3_000);
    connection.close();
  });
});
