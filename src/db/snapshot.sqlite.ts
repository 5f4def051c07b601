import Driver from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { SqliteLocation } from "../config/database-url";
import type { ColumnKind, TableShape } from "./declared-tables";
import { missingInSqlite, stateOfSqlite } from "./migrate.sqlite";
import { readMigrations } from "./migrations";
import { type Row, requireDeclared, rowsPerBatch, type Snapshot, selectAll } from "./snapshot";
import { explainSqliteOpenError } from "./sqlite-errors";
import { busyTimeout, whenUnlocked } from "./sqlite-locks";

/** A transaction that only reads: in WAL mode writers go on beside it. */
export async function openSqliteSnapshot({ file, url }: SqliteLocation): Promise<Snapshot> {
  let connection: Driver.Database | undefined;
  try {
    await whenUnlocked(10, () => missingInSqlite(file, readMigrations("sqlite")));
    connection = new Driver(file, { timeout: busyTimeout, fileMustExist: true });
    connection.pragma("query_only = ON");
    connection.exec("BEGIN");
    const state = stateOfSqlite(connection);
    const tables = requireDeclared({ dialect: "sqlite" }, url, state, columnsOf(connection));
    return openOn(connection, state.applied, tables);
  } catch (error) {
    connection?.close();
    throw explainSqliteOpenError(file, error);
  }
}

function openOn(connection: Driver.Database, applied: Snapshot["applied"], tables: Snapshot["tables"]): Snapshot {
  return {
    reader: drizzle({ client: connection }),
    applied,
    tables,
    rows: (table) => rowsOf(connection, table),
    async close() {
      connection.close();
    },
  };
}

/** Between two batches everything else in this process goes on. */
async function* rowsOf(connection: Driver.Database, table: TableShape): AsyncGenerator<readonly Row[]> {
  const kinds = table.columns.map(([, kind]) => kind);
  let batch: Row[] = [];
  for (const row of connection.prepare(selectAll(table)).raw().iterate() as IterableIterator<Row>) {
    batch.push(row.map((value, i) => portable(value, kinds[i]!)));
    if (batch.length < rowsPerBatch) continue;
    yield batch;
    batch = [];
    await new Promise(setImmediate);
  }
  if (batch.length > 0) yield batch;
}

const portable = (value: Row[number], kind: ColumnKind) => (kind === "boolean" && value !== null ? value !== 0 : value);

function columnsOf(connection: Driver.Database): ReadonlyMap<string, readonly string[]> {
  const rows = connection
    .prepare(
      "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid",
    )
    .raw()
    .all() as [string, string][];
  const byTable = Map.groupBy(rows, ([table]) => table);
  return new Map([...byTable].map(([table, columns]) => [table, columns.map(([, column]) => column)]));
}
