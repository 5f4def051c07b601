import type Driver from "better-sqlite3";
import { Column, getTableName, is, Param, Placeholder, SQL } from "drizzle-orm";
import { compileArray, compileObject, type Field } from "../compile";
import type { Reader } from "./database";

/*
 * What Bask takes from drizzle beyond its interface, all of it for speed. `tests/db/drizzle-internals.test.ts` fails when an upgrade
 * changes it.
 */

/** A statement that drizzle prepared. */
export interface Statement<Rows> {
  execute(values?: Record<string, unknown>): Rows | Awaited<Rows>;
}

type Decoder = { mapFromDriverValue(value: unknown): unknown };

/** What drizzle keeps in a prepared statement: its columns, and a place for a function that makes objects of its rows. */
interface StatementInternals {
  fields: { path: string[]; field: Column | SQL | SQL.Aliased }[] | undefined;
  customResultMapper: ((rows: unknown[][]) => unknown) | undefined;
  /** By name of a table: whether each row has one of it. Undefined without joins. */
  joinsNotNullableMap?: Record<string, boolean>;
}

/** What it keeps beside that on SQLite. */
interface SqliteStatementInternals extends StatementInternals {
  query: { params: unknown[] };
  stmt: Driver.Statement;
  executeMethod: "run" | "all" | "get" | "values";
}

/**
 * Makes the rows of a statement without drizzle's search for the place of each column of each row. Rows are the same as before; those with
 * objects that may be null are left to drizzle.
 */
export function mapRowsOnce<Rows>(statement: Statement<Rows>): Statement<Rows> {
  if (!("fields" in statement && "customResultMapper" in statement))
    throw new Error("drizzle keeps the columns of a statement elsewhere");
  const internals = statement as unknown as StatementInternals;
  const toObject = rowMapper(internals);
  if (toObject) internals.customResultMapper = (rows) => rows.map(toObject);
  return statement;
}

function rowMapper({ fields, joinsNotNullableMap: isThere }: StatementInternals) {
  if (!fields) return undefined;
  const constants: Record<string, unknown> = {};
  const flat: Field[] = [];
  const nested = new Map<string, Field[]>();
  for (const [i, { path, field }] of fields.entries()) {
    const decoder = decoderOf(field);
    if (!isPlain(decoder)) constants[`decoder${i}`] = decoder;
    const value = isPlain(decoder)
      ? `row[${i}]`
      : `row[${i}] === null ? null : decoder${i}.mapFromDriverValue(row[${i}])`;
    const [first, second, ...deeper] = path as [string, ...string[]];
    if (second === undefined) flat.push({ name: first, value });
    else if (deeper.length > 0 || !is(field, Column) || isThere?.[getTableName(field.table)] === false)
      return undefined;
    else nested.set(first, [...(nested.get(first) ?? []), { name: second, value }]);
  }
  for (const [name, inner] of nested) {
    const maker = `object${flat.length}`;
    constants[maker] = compileObject("row", inner, constants);
    flat.push({ name, value: `${maker}(row)` });
  }
  return compileObject("row", flat, constants);
}

function decoderOf(field: Column | SQL | SQL.Aliased): Decoder {
  if (is(field, Column)) return field;
  return (is(field, SQL.Aliased) ? field.sql : field)["decoder" as never];
}

/** Whether values are in JavaScript as they are in the database. */
const isPlain = ({ mapFromDriverValue }: Decoder) => mapFromDriverValue === Column.prototype.mapFromDriverValue;

/**
 * Executes a statement on SQLite, which answers at once. drizzle looks at each parameter of each call for what it stands for, and hands the rows
 * over in a promise; here it is known what goes where, and the rows are there when the call returns.
 */
export function executeDirectly<Rows>(statement: Statement<Rows>): Statement<Rows> {
  const { query, stmt, executeMethod, fields, customResultMapper } = statement as unknown as SqliteStatementInternals;
  const fill = parameterFiller(query.params);
  const returns = (execute: (values: Record<string, unknown>) => unknown) => ({ execute }) as Statement<Rows>;
  if (executeMethod === "run") return returns((values) => stmt.run(fill(values)));
  if (executeMethod !== "all" || !fields || !customResultMapper) return statement;
  stmt.raw(true);
  return returns((values) => customResultMapper(stmt.all(fill(values)) as unknown[][]));
}

/** Compiles the function that puts the values of a call in the places of a statement's parameters. */
function parameterFiller(params: readonly unknown[]) {
  const constants: Record<string, unknown> = {};
  const places = params.map((param, i) => {
    const placeholder = is(param, Param) ? param.value : param;
    if (!is(placeholder, Placeholder)) {
      constants[`value${i}`] = param;
      return `value${i}`;
    }
    const value = `values[${JSON.stringify(placeholder.name)}]`;
    if (!is(param, Param)) return value;
    constants[`encoder${i}`] = param.encoder;
    return `encoder${i}.mapToDriverValue(${value})`;
  });
  return compileArray("values", places, constants);
}

/** What the queries of a drizzle database are sent over: one connection, or a pool of them. */
export const clientOf = (db: Reader): object => (db as unknown as { session: { client: object } }).session.client;

/** The same PostgreSQL statement over another connection: there it is only text. */
export const withClient = <Rows>(statement: Statement<Rows>, client: object): Statement<Rows> =>
  Object.assign(Object.create(statement), { client });

/** drizzle prepares anew for each query. The same SQL is the same statement. */
export function cacheStatements(connection: Driver.Database): Driver.Database {
  const prepare = connection.prepare.bind(connection);
  const statements = new Map<string, Driver.Statement>();
  connection.prepare = ((sql: string) => {
    let statement = statements.get(sql);
    if (!statement) {
      if (statements.size >= 500) statements.clear();
      statement = prepare(planOnce(sql));
      statements.set(sql, statement);
    }
    return statement;
  }) as typeof connection.prepare;
  return connection;
}

/**
 * SQLite plans a statement anew for each value of a parameter that may change its plan: what a table with a partial index is compared with, and a
 * limit. That costs up to twenty times the look itself. `+?` is the same value, and an expression it does not look into.
 */
const planOnce = (sql: string) => sql.replace(/([=<>]|\blimit) \?/g, "$1 +?");
