import type Driver from "better-sqlite3";
import { Column, is, SQL } from "drizzle-orm";
import type { Reader } from "./database";

/*
 * What Bask takes from drizzle beyond its interface, all of it for speed. `tests/db/drizzle-internals.test.ts` fails when an upgrade
 * changes it.
 */

/** A statement that drizzle prepared. */
export interface Statement<Rows> {
  execute(values?: Record<string, unknown>): Rows;
}

/** What drizzle keeps in a prepared statement: its columns, and a place for a function that makes objects of its rows. */
interface StatementInternals {
  fields: { path: string[]; field: Column | SQL | SQL.Aliased }[] | undefined;
  customResultMapper: ((rows: unknown[][]) => unknown) | undefined;
}

/**
 * Makes the rows of a statement without drizzle's search for the place of each column of each row: for rows without nested objects it is found
 * once. Rows are the same as before.
 */
export function mapRowsOnce<Rows>(statement: Statement<Rows>): Statement<Rows> {
  if (!("fields" in statement && "customResultMapper" in statement))
    throw new Error("drizzle keeps the columns of a statement elsewhere");
  const internals = statement as unknown as StatementInternals;
  const { fields } = internals;
  if (!fields?.every(({ path }) => path.length === 1)) return statement;
  const columns = fields.map(({ path, field }) => ({ name: path[0]!, decoder: decoderOf(field) }));
  internals.customResultMapper = (rows) =>
    rows.map((row) => {
      const object: Record<string, unknown> = {};
      for (let i = 0; i < columns.length; i++) {
        const { name, decoder } = columns[i]!;
        const value = row[i];
        object[name] = value === null ? null : decoder.mapFromDriverValue(value);
      }
      return object;
    });
  return statement;
}

function decoderOf(field: Column | SQL | SQL.Aliased): { mapFromDriverValue(value: unknown): unknown } {
  if (is(field, Column)) return field;
  return (is(field, SQL.Aliased) ? field.sql : field)["decoder" as never];
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
 * SQLite plans a join with a table that has a partial index anew for each value of a compared parameter, because the value could
 * make the index of use; that costs twenty times the look itself. `+?` is the same value, and an expression it does not look into.
 */
const planOnce = (sql: string) => sql.replace(/([=<>]) \?/g, "$1 +?");
