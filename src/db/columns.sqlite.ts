import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { customType, integer, text as sqliteText } from "drizzle-orm/sqlite-core";

export { check, index, primaryKey, sqliteTable as table, uniqueIndex } from "drizzle-orm/sqlite-core";

/** A string. */
export const text = (name: string) => sqliteText(name);
/** A whole number, exact up to 2^53. */
export const int = (name: string) => integer(name);
/** A moment, to the millisecond. */
export const timestamp = (name: string) => integer(name, { mode: "timestamp_ms" });
/** True or false. */
export const boolean = (name: string) => integer(name, { mode: "boolean" });
/** The number a row is found by without a search; given by the database, never used twice. */
export const rowId = (name: string) => integer(name).primaryKey({ autoIncrement: true });
/** A value kept as JSON text. */
export const json = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({
    dataType: () => "text",
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (stored) => JSON.parse(stored) as T,
  })(name);
/** A value of the object in a JSON column, as text or number; null where there is none. */
export const jsonField = (column: SQLWrapper, name: string): SQL =>
  sql`json_extract(${column}, ${sql.raw(`'$.${name}'`)})`;
/** Selects at most so many of a table's rows that fit, without a look at the others where an index has them in order. */
export const someRows = (from: SQLWrapper, where: SQL | undefined, max: number): SQL =>
  sql`rowid in (select rowid from ${from} where ${where} limit ${max})`;
/** The elements of a JSON array as rows of one column, `value`; `value ->> 0` is the first part of an element. */
export const jsonEach = (array: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(array)})`;
/** The moment that milliseconds since 1970 are, as a `time` column holds it. */
export const timestampFromMs = (milliseconds: SQL): SQL => milliseconds;
