import { type Column, getTableColumns, getTableName, is, Table } from "drizzle-orm";
import * as postgres from "drizzle-orm/pg-core";
import * as sqlite from "drizzle-orm/sqlite-core";
import * as extensionTables from "../extensions/tables";
import { dialect } from "./dialect";
import * as ownTables from "./tables";

/** What a column holds, whichever the database: JSON is text, a timestamp is milliseconds since 1970. */
export type ColumnKind = "text" | "int" | "timestamp" | "boolean";

/** A table as both databases have it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, kind: ColumnKind])[];
  /** The column that the database numbers. */
  readonly numbered?: string;
}

/** Every table of Bask and of the product, each after those it refers to. */
export function declaredTables(): readonly TableShape[] {
  const tables = Object.values({ ...ownTables, ...extensionTables } as Record<string, unknown>).filter(
    (value): value is Table => is(value, Table),
  );
  const ordered = new Set<Table>();
  const add = (table: Table) => {
    if (ordered.has(table)) return;
    for (const parent of parentsOf(table)) if (parent !== table) add(parent);
    ordered.add(table);
  };
  tables.forEach(add);
  return [...ordered].map(shapeOf);
}

function shapeOf(table: Table): TableShape {
  const columns = Object.values(getTableColumns(table));
  const numbered = columns.find(isNumbered);
  return {
    name: getTableName(table),
    columns: columns.map((column) => [column.name, kindOf(column)]),
    ...(numbered && { numbered: numbered.name }),
  };
}

function kindOf({ dataType }: Column): ColumnKind {
  if (dataType === "date") return "timestamp";
  if (dataType === "boolean") return "boolean";
  return dataType === "number" ? "int" : "text";
}

const isNumbered = (column: Column) =>
  "autoIncrement" in column ? column.autoIncrement === true : column.generatedIdentity !== undefined;

function parentsOf(table: Table): Table[] {
  const { foreignKeys } =
    dialect === "postgres"
      ? postgres.getTableConfig(table as postgres.PgTable)
      : sqlite.getTableConfig(table as sqlite.SQLiteTable);
  return foreignKeys.map((key) => key.reference().foreignTable);
}
