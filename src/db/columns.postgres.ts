import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import * as pg from "drizzle-orm/pg-core";

export { check, index, pgTable as table, primaryKey, uniqueIndex } from "drizzle-orm/pg-core";

export const text = (name: string) => pg.text(name);
export const int = (name: string) => pg.bigint(name, { mode: "number" });
export const timestamp = (name: string) => pg.timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
export const boolean = (name: string) => pg.boolean(name);
export const rowId = (name: string) => pg.bigint(name, { mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
export const json = <T>(name: string) =>
  pg.customType<{ data: T; driverData: string }>({
    dataType: () => "text",
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (stored) => JSON.parse(stored) as T,
  })(name);
export const jsonField = (column: SQLWrapper, name: string): SQL =>
  sql`(cast(${column} as json) ->> ${sql.raw(`'${name}'`)})`;
export const someRows = (from: SQLWrapper, where: SQL | undefined, max: number): SQL =>
  sql`ctid = any(array(select ctid from ${from} where ${where} limit ${max}))`;
export const jsonEach = (array: readonly unknown[]): SQL =>
  sql`json_array_elements(cast(cast(${JSON.stringify(array)} as text) as json)) as each(value)`;
export const timestampFromMs = (milliseconds: SQL): SQL => sql`to_timestamp(${milliseconds} / 1000.0)`;
