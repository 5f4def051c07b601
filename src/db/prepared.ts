import { type Column, sql } from "drizzle-orm";
import { dialect } from "../config";
import type { Drizzle, Reader, Writer } from "./database";

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
  const prepare = (db: Reader) => (build(db as Drizzle).prepare as (name: string) => Statement<Rows>)(name);
  const statementFor = dialect === "postgres" ? onAnyConnection(prepare) : onEachConnection(prepare);
  return (db, values) => statementFor(db).execute(values);
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
export const bind = (column: Column, name: string) => sql.param(sql.placeholder(name), column);
