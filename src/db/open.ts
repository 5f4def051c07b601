import type { Clock } from "../clock";
import type { DatabaseLocation } from "../config/database-url";
import type { Database } from "./database";

/**
 * Opens a database and brings its schema up to date. Only the driver that is used is loaded.
 * @throws DatabaseRefused when it is corrupt, newer than this program, or not Bask's
 * @throws DatabaseUnavailable when it does not answer
 */
export async function openDatabase(location: DatabaseLocation, clock: Clock): Promise<Database> {
  if (location.dialect === "sqlite") return (await import("./sqlite")).openSqlite(location.file, clock);
  return (await import("./postgres")).openPostgres(location, clock);
}
