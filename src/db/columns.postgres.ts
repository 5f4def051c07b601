import { type SQL, sql } from "drizzle-orm";
import { bigint, boolean, customType, text as postgresText, timestamp } from "drizzle-orm/pg-core";

export { check, index, pgTable as table, primaryKey, uniqueIndex } from "drizzle-orm/pg-core";

export const text = (name: string) => postgresText(name);
export const int = (name: string) => bigint(name, { mode: "number" });
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
export const flag = (name: string) => boolean(name);
export const handle = (name: string) => bigint(name, { mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
export const json = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({
    dataType: () => "text",
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (stored) => JSON.parse(stored) as T,
  })(name);
export const each = (array: readonly unknown[]): SQL =>
  sql`json_array_elements(cast(cast(${JSON.stringify(array)} as text) as json)) as each(value)`;
export const momentOf = (milliseconds: SQL): SQL => sql`to_timestamp(${milliseconds} / 1000.0)`;
