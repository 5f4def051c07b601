import { type Column, sql } from "drizzle-orm";
import type { Drizzle, Reader, Writer } from "./database";

interface Preparable<Rows> {
  prepare(): { execute(values?: Record<string, unknown>): Rows };
}

/**
 * A statement that is built once per connection instead of once per call; for what runs on every request.
 * Inside `build`, `bind(column, "name")` stands for a value.
 */
export function prepared<Values extends Record<string, unknown>, Rows>(
  name: string,
  build: (db: Drizzle) => Preparable<Rows>,
): (db: Reader | Writer, values: Values) => Rows {
  const statements = new WeakMap<object, { execute(values?: Record<string, unknown>): Rows }>();
  return (db, values) => {
    const { session } = db as unknown as { session: object };
    let statement = statements.get(session);
    if (!statement) {
      statement = (build(db as Drizzle).prepare as (name: string) => typeof statement & object)(name);
      statements.set(session, statement);
    }
    return statement.execute(values);
  };
}

/** A named value of a prepared statement, in the representation of its column. */
export const bind = (column: Column, name: string) => sql.param(sql.placeholder(name), column);
