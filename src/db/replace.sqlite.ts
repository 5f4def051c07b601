import type Driver from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { Clock } from "../clock";
import type { SqliteLocation } from "../config/database-url";
import { DatabaseRefused } from "./database";
import { declaredTables } from "./declared-tables";
import { applyToSqlite, requireReferences, stateOfSqlite } from "./migrate.sqlite";
import { type Contents, insertStatement, type Kept, requireKnown, requireReplaceable, type Steps } from "./replace";
import { connect } from "./sqlite";
import { explainSqliteOpenError } from "./sqlite-errors";
import { whenUnlocked } from "./sqlite-locks";
import { writerOn } from "./writer";

export async function replaceSqlite<Before, After>(
  { file, url }: SqliteLocation,
  clock: Clock,
  contents: Contents,
  { before, keep, after }: Steps<Before, After>,
): Promise<After> {
  const { first, later } = requireKnown(contents, "sqlite");
  let connection: Driver.Database | undefined;
  try {
    const opened = await whenUnlocked(10, () => connect(file));
    connection = opened;
    opened.pragma("foreign_keys = OFF");
    await whenUnlocked(10, () => opened.exec("BEGIN IMMEDIATE"));
    const isReplaced = requireReplaceable(stateOfSqlite(opened), "sqlite", url);
    const found = isReplaced ? await before(drizzle({ client: opened })) : undefined;
    if (isReplaced) for (const [name, kept] of Object.entries(keep)) opened.exec(copyStatement(name, kept));
    const numbers = isReplaced ? numbersOf(opened) : new Map<string, number>();
    clear(opened);
    applyToSqlite(opened, first, file, clock.now());
    await insertRows(opened, contents.rows);
    goOnFrom(opened, numbers);
    applyToSqlite(opened, later, file, clock.now());
    requireReferences(opened);
    const outcome = await after(writerOn(drizzle({ client: opened }), clock.date(), []), found);
    opened.exec("COMMIT");
    return outcome;
  } catch (error) {
    throw explainSqliteOpenError(file, error);
  } finally {
    if (connection?.inTransaction) connection.exec("ROLLBACK");
    connection?.close();
  }
}

const copyStatement = (name: string, { table, columns, where }: Kept) =>
  `create temporary table ${name} as select ${columns.join(", ")} from ${table} where ${where}`;

/** The last number that each table gave: none is given twice, also not after a restore. */
function numbersOf(connection: Driver.Database): Map<string, number> {
  return new Map(connection.prepare("select name, seq from sqlite_sequence").raw().all() as [string, number][]);
}

function goOnFrom(connection: Driver.Database, numbers: ReadonlyMap<string, number>) {
  const raise = connection.prepare("update sqlite_sequence set seq = max(seq, ?) where name = ?");
  const start = connection.prepare("insert into sqlite_sequence (name, seq) values (?, ?)");
  const numbered = new Set(declaredTables().flatMap(({ name, numbered }) => (numbered ? [name] : [])));
  for (const [name, number] of numbers)
    if (numbered.has(name) && raise.run(number, name).changes === 0) start.run(name, number);
}

/** Removes every table and view, and with the tables their indexes and triggers. */
function clear(connection: Driver.Database) {
  const found = connection
    .prepare(
      "select type, name from sqlite_schema where type in ('table', 'view') and name not glob 'sqlite_*' order by type desc",
    )
    .all() as { type: string; name: string }[];
  for (const { type, name } of found) connection.exec(`drop ${type} "${name}"`);
}

async function insertRows(connection: Driver.Database, rows: Contents["rows"]) {
  for await (const { table, rows: batch } of rows) {
    const statement = insertStatement(table, { each: "json_each(?)", cast: (value) => value });
    try {
      connection.prepare(statement).run(JSON.stringify(batch));
    } catch (error) {
      throw new DatabaseRefused(`The backup cannot be restored: ${(error as Error).message}. Nothing was changed.`, {
        cause: error,
      });
    }
  }
}
