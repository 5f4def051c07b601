import { Column, is, SQL, sql } from "drizzle-orm";
import type { Drizzle, Reader, Writer } from "./database";
import { dialect } from "./dialect";

interface Statement<Rows> {
  execute(values?: Record<string, unknown>): Rows;
}

interface Preparable<Rows> {
  prepare(): Statement<Rows>;
}

/**
 * A statement that is built once instead of once per call; for what runs on every request.
 * Inside `build`, `bind(column, "name")` stands for a value.
 */
export function prepared<Values extends Record<string, unknown>, Rows>(
  name: string,
  build: (db: Drizzle) => Preparable<Rows>,
): (db: Reader | Writer, values: Values) => Rows {
  const prepare = (db: Reader) => mapping((build(db as Drizzle).prepare as (name: string) => Statement<Rows>)(name));
  const statementFor = dialect === "postgres" ? onAnyConnection(prepare) : onEachConnection(prepare);
  return (db, values) => statementFor(db).execute(values);
}

/** What drizzle knows of a statement's columns, and where it takes a function that makes objects of its rows. */
interface Mapped {
  fields?: { path: string[]; field: Column | SQL | SQL.Aliased }[];
  customResultMapper?: (rows: unknown[][]) => unknown;
}

/** drizzle finds its way from each column of each row to its field anew; for rows without nested objects it is found here once. */
function mapping<Rows>(statement: Statement<Rows>): Statement<Rows> {
  const mapped = statement as Mapped;
  const { fields } = mapped;
  if (!fields?.every(({ path }) => path.length === 1)) return statement;
  const columns = fields.map(({ path, field }) => ({ name: path[0]!, decoder: decoderOf(field) }));
  mapped.customResultMapper = (rows) =>
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

/** drizzle keeps the connection of a query here. */
const sessionOf = (db: Reader) => (db as unknown as { session: { client: object } }).session;

/** SQLite compiles a statement for its connection, of which there are two. */
function onEachConnection<Rows>(prepare: (db: Reader) => Statement<Rows>) {
  const statements = new WeakMap<object, Statement<Rows>>();
  return (db: Reader) => {
    const session = sessionOf(db);
    const statement = statements.get(session) ?? prepare(db);
    statements.set(session, statement);
    return statement;
  };
}

/** On PostgreSQL a statement is text: each transaction sends the same over a connection of its own. */
function onAnyConnection<Rows>(prepare: (db: Reader) => Statement<Rows>) {
  let statement: Statement<Rows> | undefined;
  return (db: Reader): Statement<Rows> => {
    statement ??= prepare(db);
    return Object.assign(Object.create(statement), { client: sessionOf(db).client });
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
