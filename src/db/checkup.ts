import type { DatabaseLocation } from "../config/database-url";

/** What is wrong with a database, in sentences for the operator. */
export interface Checkup {
  /** Damage: what the database itself finds wrong with its content. */
  damage: string[];
  /** Settings under which it can lose what it acknowledged. */
  unsafe: string[];
}

/** Has a database look at itself. It reads all of an SQLite file. */
export async function checkUp(location: DatabaseLocation): Promise<Checkup> {
  if (location.dialect === "sqlite") return (await import("./checkup.sqlite")).checkUpSqlite(location.file);
  return (await import("./checkup.postgres")).checkUpPostgres(location);
}
