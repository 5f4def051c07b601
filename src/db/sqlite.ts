import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Driver from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { Clock } from "../clock";
import { openCommitQueue } from "./commit-queue";
import { type Change, type Database, DatabaseUnavailable } from "./database";
import { cacheStatements } from "./drizzle-internals";
import { watchLineage } from "./lineage.sqlite";
import { migrateSqlite, missingInSqlite } from "./migrate.sqlite";
import type { Judge } from "./migration-plan";
import { type Migration, readMigrations } from "./migrations";
import { explainSqliteError, explainSqliteOpenError } from "./sqlite-errors";
import { FileLost, watchFile } from "./sqlite-file";
import { busyTimeout, isLocked, turnTimeout, whenUnlocked } from "./sqlite-locks";

/** Milliseconds without a write after which the WAL is folded into the file that people copy, and between two looks at that. */
const idleTime = 500;
const foldInterval = 5_000;

/** Milliseconds that units under way are given when the database closes. */
const drainTimeout = 1_500;

/** Opens an SQLite file in WAL mode with two connections: one that reads what is committed, one that writes. */
export async function openSqlite(
  file: string,
  clock: Clock,
  migrations = readMigrations("sqlite"),
  judge?: Judge,
): Promise<Database> {
  const { writing, reading } = await inTurn(file, () => openConnections(file, migrations, clock, judge));
  let listener: (changes: readonly Change[]) => void = () => {};
  const opened = watchFile(file, clock, writing, reading);
  const wentBack = watchLineage(reading);
  let abandoned: DatabaseUnavailable | undefined;
  let writtenAt: number | undefined;
  const folding = setInterval(() => {
    if (writtenAt === undefined || clock.now() - writtenAt < idleTime) return;
    writtenAt = undefined;
    opened.foldAll();
  }, foldInterval);
  folding.unref();
  const queue = openCommitQueue(writing, clock, {
    beforeCommit() {
      if (abandoned) throw abandoned;
      opened.requireSame();
      writtenAt = clock.now();
    },
    onBegin: opened.number,
    onCommit: (changes) => listener(changes),
    afterGroup: opened.foldIfLarge,
  });
  return {
    dialect: "sqlite",
    reader: drizzle({ client: reading }),
    write: queue.write,
    writeOne: queue.write,
    writeJointly: (statement, item) => queue.write((tx) => statement.one(tx, item)),
    onCommit: (heard) => {
      listener = heard;
    },
    patiently: queue.patiently,
    explain: explainSqliteError,
    async ping() {
      try {
        if (abandoned) return false;
        opened.requireSame();
        accessSync(file, constants.W_OK);
        if (queue.isFailing) await queue.write(opened.touch);
        return reading.prepare("select 1").get() !== undefined && canWrite(writing);
      } catch {
        return false;
      }
    },
    now: async () => undefined,
    wentBack: async () => wentBack(), // a file that is replaced is `lost`
    abandon: (reason) => (abandoned = new DatabaseUnavailable(reason)),
    lost() {
      if (abandoned) return abandoned.message;
      try {
        opened.requireSame();
        return undefined;
      } catch (error) {
        return error instanceof FileLost ? error.message : undefined;
      }
    },
    async close() {
      await Promise.race([queue.drain(), Bun.sleep(drainTimeout)]);
      clearInterval(folding);
      if (!(await opened.close())) return;
      reading.close();
      writing.close();
    },
  };
}

/** Whether a write could begin. One that is under way, here or in another process, shows that it can. */
function canWrite(connection: Driver.Database): boolean {
  if (connection.inTransaction) return true;
  try {
    connection.exec("BEGIN IMMEDIATE; ROLLBACK");
    return true;
  } catch (error) {
    return isLocked(error);
  }
}

/** The migrations that a file lacks, all of them where there is none. */
export const pendingInSqlite = (file: string, migrations = readMigrations("sqlite")) =>
  inTurn(file, () => missingInSqlite(file, migrations));

/**
 * Processes that start at the same moment get in each other's way: only one can switch a new file to WAL, and only one can migrate.
 * The others wait for about ten seconds.
 */
async function inTurn<T>(file: string, open: () => T): Promise<T> {
  try {
    return await whenUnlocked(10, open);
  } catch (error) {
    throw explainSqliteOpenError(file, error);
  }
}

function openConnections(file: string, migrations: readonly Migration[], clock: Clock, judge?: Judge) {
  missingInSqlite(file, migrations, judge);
  const writing = connect(file);
  try {
    migrateSqlite(writing, migrations, file, clock.now());
    const reading = connect(file);
    reading.pragma("query_only = ON");
    writing.pragma(`busy_timeout = ${turnTimeout}`);
    return { writing: cacheStatements(writing), reading: cacheStatements(reading) };
  } catch (error) {
    writing.close();
    throw error;
  }
}

/** A connection with the settings that everything relies on; creates the file. */
export function connect(file: string): Driver.Database {
  mkdirSync(dirname(file), { recursive: true });
  // SQLite would make a file that others can read; its WAL has the mode of the file. One that is there is left alone: closing a descriptor would take
  // the locks of this process from it (POSIX), and the next program that closes it would delete the WAL.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const connection = new Driver(file, { timeout: busyTimeout });
  try {
    connection.pragma("trusted_schema = OFF");
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    connection.pragma("wal_autocheckpoint = 0"); // sqlite-file.ts folds
    connection.pragma("journal_size_limit = 67108864");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
