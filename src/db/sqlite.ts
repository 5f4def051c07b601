import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Driver from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { Clock } from "../clock";
import { announcing, type Change } from "./changes";
import type { Database, Writer } from "./database";
import { migrateSqlite, missingInSqlite } from "./migrate.sqlite";
import { type Migration, readMigrations } from "./migrations";
import { explainSqliteError, explainSqliteOpenError, isLocked } from "./sqlite-errors";

/** Units that share one commit, and so one fsync. */
const unitsPerCommit = 64;

interface Job {
  unit: (tx: Writer) => Promise<unknown>;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  changes: Change[];
}

/** Opens an SQLite file in WAL mode with two connections: one that reads what is committed, one that writes. */
export async function openSqlite(file: string, clock: Clock, migrations = readMigrations("sqlite")): Promise<Database> {
  const { writing, reading } = await whenUnlocked(file, () => openConnections(file, migrations, clock));
  const reader = drizzle({ client: reading });
  const writer = drizzle({ client: writing });
  const queue: Job[] = [];
  let listener: (changes: readonly Change[]) => void = () => {};
  let scheduled = false;
  let closed: (() => void) | undefined;

  const begin = writing.prepare("BEGIN IMMEDIATE");
  const commit = writing.prepare("COMMIT");
  const rollback = writing.prepare("ROLLBACK");
  const savepoint = writing.prepare("SAVEPOINT unit");
  const release = writing.prepare("RELEASE unit");
  const rollbackUnit = writing.prepare("ROLLBACK TO unit");

  /** Runs what waits in one transaction and answers all of it after the fsync of their common commit. Never rejects. */
  async function commitGroup() {
    const jobs = queue.splice(0, unitsPerCommit);
    try {
      const outcomes = (await runTogether(jobs)) ?? (await runApart(jobs));
      const changes = jobs.flatMap((job) => job.changes);
      if (changes.length > 0) listener(changes);
      for (const outcome of outcomes) outcome();
    } catch (error) {
      for (const job of jobs) job.reject(explainSqliteError(error));
      rollBack();
    }
    scheduled = queue.length > 0;
    if (scheduled) setImmediate(commitGroup);
    else closed?.();
  }

  /** A rollback that fails leaves the transaction open: the next group cannot begin, is refused, and rolls back again. */
  function rollBack() {
    try {
      if (writing.inTransaction) rollback.run();
    } catch {}
  }

  /** The quick way, for units that all succeed; undefined, and nothing done, when one of them threw. */
  async function runTogether(jobs: Job[]) {
    const outcomes: (() => void)[] = [];
    begin.run();
    for (const job of jobs) {
      try {
        const value = await run(job);
        outcomes.push(() => job.resolve(value as never));
      } catch {
        if (writing.inTransaction) rollback.run();
        return undefined;
      }
    }
    commit.run();
    return outcomes;
  }

  /** Each unit in a savepoint of its own, so that those that throw take nothing else back. */
  async function runApart(jobs: Job[]) {
    const outcomes: (() => void)[] = [];
    begin.run();
    for (const job of jobs) {
      savepoint.run();
      try {
        const value = await run(job);
        outcomes.push(() => job.resolve(value as never));
      } catch (error) {
        if (!writing.inTransaction) throw error;
        rollbackUnit.run();
        job.changes = [];
        outcomes.push(() => job.reject(explainSqliteError(error)));
      }
      release.run();
    }
    commit.run();
    return outcomes;
  }

  function run(job: Job) {
    job.changes = [];
    return job.unit(announcing(writer, clock.date(), job.changes));
  }

  function write<T>(unit: (tx: Writer) => Promise<T>) {
    return new Promise<T>((resolve, reject) => {
      queue.push({ unit, resolve, reject, changes: [] });
      if (!scheduled) setImmediate(commitGroup);
      scheduled = true;
    });
  }

  return {
    dialect: "sqlite",
    reader,
    write,
    writeOne: write,
    onCommit: (heard) => {
      listener = heard;
    },
    explain: explainSqliteError,
    async ping() {
      return reading.open && reading.prepare("select 1").get() !== undefined;
    },
    async close() {
      if (scheduled) await new Promise<void>((resolve) => (closed = resolve));
      reading.close();
      writing.pragma("wal_checkpoint(TRUNCATE)");
      writing.close();
    },
  };
}

/** The migrations that a file lacks, all of them where there is none. */
export const pendingInSqlite = (file: string, migrations = readMigrations("sqlite")) =>
  whenUnlocked(file, () => missingInSqlite(file, migrations));

/** How often an open is tried while another process holds the file, and the milliseconds between two tries. */
const maxAttempts = 200;
const pause = 50;

/** Processes that start at the same moment get in each other's way: only one can switch a new file to WAL, only one can migrate. */
async function whenUnlocked<T>(file: string, open: () => T): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return open();
    } catch (error) {
      if (!isLocked(error) || attempt === maxAttempts) throw explainSqliteOpenError(file, error);
      await Bun.sleep(pause);
    }
  }
}

function openConnections(file: string, migrations: readonly Migration[], clock: Clock) {
  missingInSqlite(file, migrations);
  const writing = connect(file);
  try {
    migrateSqlite(writing, migrations, file, clock.now());
    const reading = connect(file);
    reading.pragma("query_only = ON");
    return { writing: cachingStatements(writing), reading: cachingStatements(reading) };
  } catch (error) {
    writing.close();
    throw error;
  }
}

function connect(file: string): Driver.Database {
  mkdirSync(dirname(file), { recursive: true });
  const connection = new Driver(file, { timeout: 1000 });
  try {
    connection.pragma("trusted_schema = OFF");
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    connection.pragma("wal_autocheckpoint = 10000");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** drizzle prepares anew for each query; the same SQL is the same statement. */
function cachingStatements(connection: Driver.Database): Driver.Database {
  const prepare = connection.prepare.bind(connection);
  const statements = new Map<string, Driver.Statement>();
  connection.prepare = ((sql: string) => {
    let statement = statements.get(sql);
    if (!statement) {
      if (statements.size >= 500) statements.clear();
      statement = prepare(plannedOnce(sql));
      statements.set(sql, statement);
    }
    return statement;
  }) as typeof connection.prepare;
  return connection;
}

/**
 * SQLite plans a join with a table that has a partial index anew for each value of a compared parameter, because the value could
 * make the index of use; that costs twenty times the look itself. `+?` is the same value, and an expression it does not look into.
 */
const plannedOnce = (sql: string) => sql.replace(/([=<>]) \?/g, "$1 +?");
