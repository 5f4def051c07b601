import type { DatabaseLocation } from "../config/database-url";
import { DatabaseRefused, type Reader } from "./database";
import { declaredTables, type TableShape } from "./declared-tables";
import { type AppliedMigration, journal, missingMigrations, type SchemaState } from "./migration-plan";
import { readMigrations } from "./migrations";

/** A row: the values of its columns, in order. */
export type Row = readonly (string | number | boolean | null)[];

/** Rows that are read at once. */
export const rowsPerBatch = 500;

/** A database as it is at one moment, whatever is written meanwhile. */
export interface Snapshot {
  readonly reader: Reader;
  readonly applied: readonly AppliedMigration[];
  /** Every table, each after those it refers to. */
  readonly tables: readonly TableShape[];
  rows(table: TableShape): AsyncIterable<readonly Row[]>;
  close(): Promise<void>;
}

/**
 * Opens a database that is up to date, and changes nothing in it.
 * @throws DatabaseRefused also where a table or column is not declared, because what is read here would lack it
 */
export async function openSnapshot(location: DatabaseLocation): Promise<Snapshot> {
  if (location.dialect === "sqlite") return (await import("./snapshot.sqlite")).openSqliteSnapshot(location);
  return (await import("./snapshot.postgres")).openPostgresSnapshot(location);
}

/** The tables of a database that can be read whole. @throws DatabaseRefused */
export function requireDeclared(
  { dialect }: Pick<DatabaseLocation, "dialect">,
  name: string,
  state: SchemaState,
  columnsOf: ReadonlyMap<string, readonly string[]>,
): readonly TableShape[] {
  const [missing] = missingMigrations(readMigrations(dialect), state, name);
  if (missing) throw new DatabaseRefused(`${name} lacks the migration ${missing.name}. Run: bask migrate`);
  const tables = declaredTables();
  const known = new Map(tables.map((table) => [table.name, table]));
  for (const table of state.tables.filter((name) => name !== journal)) {
    if (!known.has(table))
      throw new DatabaseRefused(
        `${name} has the table ${table}, which src/extensions/tables.ts does not declare. Declare it there: a backup would lack it.`,
      );
    const declared = known.get(table)!.columns.map(([column]) => column);
    const [unknown] = (columnsOf.get(table) ?? []).filter((column) => !declared.includes(column));
    if (unknown !== undefined)
      throw new DatabaseRefused(
        `${name} has the column ${unknown} of ${table}, which is not declared. Declare it: a backup would lack it.`,
      );
  }
  return tables;
}

/** Asks for every column of a table. */
export const selectAll = ({ name, columns }: TableShape): string =>
  `select ${columns.map(([column]) => `"${column}"`).join(", ")} from "${name}"`;
