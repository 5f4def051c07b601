import { type Column, sql } from "drizzle-orm";
import type { Drizzle, Reader, Writer } from "./database";
import { dialect } from "./dialect";
import { clientOf, executeDirectly, mapRowsOnce, type Statement, withClient } from "./drizzle-internals";

interface Preparable<Rows> {
  prepare(): Statement<Rows>;
}

/** Whether a statement is a round trip to a server. Then rows are best written together, elsewhere by a prepared statement for each. */
export const isRemote = dialect === "postgres";

/**
 * A statement that is built once instead of once per call; for what runs on every request. On SQLite its rows are there when the call returns, on
 * PostgreSQL in a promise.
 * Inside `build`, `bind(column, "name")` stands for a value.
 */
export function prepared<Values extends Record<string, unknown>, Rows>(
  name: string,
  build: (db: Drizzle) => Preparable<Rows>,
): (db: Reader | Writer, values: Values) => Rows | Awaited<Rows> {
  const prepare = (db: Reader) =>
    mapRowsOnce((build(db as Drizzle).prepare as (name: string) => Statement<Rows>)(name));
  const statementFor = isRemote ? onAnyConnection(prepare) : onEachConnection((db) => executeDirectly(prepare(db)));
  return (db, values) => statementFor(db).execute(values);
}

/** The first of the rows of a prepared statement, at once where they are there. */
export const firstOf = <Row>(rows: Row[] | Promise<Row[]>): Row | undefined | Promise<Row | undefined> =>
  rows instanceof Promise ? rows.then(([row]) => row) : rows[0];

/** SQLite compiles a statement for its connection, of which there are two. */
function onEachConnection<Rows>(prepare: (db: Reader) => Statement<Rows>) {
  const statements = new WeakMap<object, Statement<Rows>>();
  return (db: Reader) => {
    const client = clientOf(db);
    const statement = statements.get(client) ?? prepare(db);
    statements.set(client, statement);
    return statement;
  };
}

/** On PostgreSQL a statement is text: each transaction sends the same over a connection of its own. */
function onAnyConnection<Rows>(prepare: (db: Reader) => Statement<Rows>) {
  let statement: Statement<Rows> | undefined;
  return (db: Reader) => {
    statement ??= prepare(db);
    return withClient(statement, clientOf(db));
  };
}

/** A named value of a prepared statement, in the representation of its column. */
export const bind = (column: Column, name: string) => {
  const mapToDriverValue = (value: unknown) => (value === null ? null : column.mapToDriverValue(value));
  return sql.param(sql.placeholder(name), { mapToDriverValue });
};

/** The columns of a new row as values of their names, for an insert that is built once; those that are not given are null. */
export function bindRow(columns: Record<string, Column>) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, sql`${bind(column, name)}`]),
  ) as never;
}

/** The values of `bindRow`. */
export const rowOf = (columns: Record<string, Column>, row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.keys(columns).map((name) => [name, row[name] ?? null]));
