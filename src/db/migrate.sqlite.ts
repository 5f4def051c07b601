import { existsSync, statSync } from "node:fs";
import Driver from "better-sqlite3";
import { DatabaseRefused, DatabaseUnavailable } from "./database";
import {
  type AppliedMigration,
  type Judge,
  journal,
  missingMigrations,
  type SchemaState,
  secretTables,
} from "./migration-plan";
import type { Migration } from "./migrations";
import { explainSqliteError } from "./sqlite-errors";
import { busyTimeout } from "./sqlite-locks";

/**
 * The migrations that a file lacks. A file that is refused is not touched, not even switched to WAL.
 * @throws DatabaseRefused
 */
export function missingInSqlite(file: string, known: readonly Migration[], judge?: Judge): readonly Migration[] {
  if (!existsSync(file) || statSync(file).size === 0) return known;
  const state = inspect(file);
  const missing = missingMigrations(known, state, `sqlite:${file}`);
  judge?.(state.secretMarks);
  return missing;
}

/**
 * Applies what is missing in one transaction, with the journal: a process that dies at any point of it leaves the file as it was.
 * @throws DatabaseRefused for a migration that fails, too
 */
export function migrateSqlite(connection: Driver.Database, known: readonly Migration[], file: string, now: number) {
  if (missingMigrations(known, stateOfSqlite(connection), `sqlite:${file}`).length === 0) return;
  // A migration that rebuilds a table drops the old one, which would delete or refuse the rows that refer to it. This setting
  // cannot be changed within a transaction; what it would have prevented is checked before the commit.
  connection.pragma("foreign_keys = OFF");
  try {
    connection.exec("BEGIN IMMEDIATE");
    applyMissing(connection, known, file, now);
    connection.exec("COMMIT");
  } finally {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    connection.pragma("foreign_keys = ON");
  }
}

/** Looks again, now that no other process can migrate. */
function applyMissing(connection: Driver.Database, known: readonly Migration[], file: string, now: number) {
  const state = stateOfSqlite(connection);
  applyToSqlite(connection, missingMigrations(known, state, `sqlite:${file}`), file, now);
}

/** Applies migrations and writes them to the journal, in the transaction that is open. @throws DatabaseRefused for one that fails */
export function applyToSqlite(connection: Driver.Database, missing: readonly Migration[], file: string, now: number) {
  connection.exec(
    `CREATE TABLE IF NOT EXISTS ${journal} (source text NOT NULL, name text NOT NULL, hash text NOT NULL, applied_at integer NOT NULL, PRIMARY KEY (source, name))`,
  );
  if (!columnsOf(connection, journal).includes("compatible")) {
    connection.exec(`ALTER TABLE ${journal} ADD COLUMN compatible integer NOT NULL DEFAULT 0`);
  }
  const record = connection.prepare(
    `INSERT INTO ${journal} (source, name, hash, compatible, applied_at) VALUES (?, ?, ?, ?, ?)`,
  );
  for (const { source, name, hash, compatible, sql } of missing) {
    try {
      connection.exec(sql);
      requireReferences(connection);
    } catch (error) {
      if (explainSqliteError(error) instanceof DatabaseUnavailable) throw error;
      throw new DatabaseRefused(
        `The migration ${name} failed on sqlite:${file}: ${(error as Error).message}. Nothing was changed.`,
        { cause: error },
      );
    }
    record.run(source, name, hash, Number(compatible), now);
  }
}

/** @throws Error for rows that refer to missing ones */
export function requireReferences(connection: Driver.Database) {
  const [broken] = connection.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (broken) throw new Error(`rows of ${broken.table} would refer to missing rows of ${broken.parent}`);
}

/** What a file holds. */
export function stateOfSqlite(connection: Driver.Database): SchemaState {
  const tables = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name")
    .pluck()
    .all() as string[];
  if (!tables.includes(journal)) return { tables, applied: [], secretMarks: [] };
  return {
    tables,
    applied: connection.prepare(`SELECT * FROM ${journal}`).all() as AppliedMigration[],
    secretMarks: secretTables
      .filter(([table]) => tables.includes(table))
      .flatMap(([table, column]) => connection.prepare(`SELECT ${column} FROM ${table}`).pluck().all() as string[]),
  };
}

const columnsOf = (connection: Driver.Database, table: string) =>
  connection.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table) as string[];

function inspect(file: string): SchemaState {
  try {
    return inspectWith(file, { readonly: true });
  } catch (error) {
    // Its last writer was killed. The next connection that may write completes or undoes what that one had begun.
    if (!String((error as { code?: unknown }).code).startsWith("SQLITE_READONLY_")) throw error;
    return inspectWith(file, { fileMustExist: true });
  }
}

function inspectWith(file: string, options: Driver.Options): SchemaState {
  const connection = new Driver(file, { ...options, timeout: busyTimeout });
  try {
    return stateOfSqlite(connection);
  } finally {
    connection.close();
  }
}
