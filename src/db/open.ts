import type { Clock } from "../clock";
import type { DatabaseLocation } from "../config/database-url";
import type { Database } from "./database";
import type { Migration } from "./migrations";

/**
 * Opens a database and applies the migrations it lacks. Only the driver that is used is loaded.
 * @param migrations what this program knows; unless a test says otherwise, what the `drizzle` folder holds
 * @throws DatabaseRefused when it is corrupt, newer than this program, not Bask's, or a migration fails
 * @throws DatabaseUnavailable when it does not answer
 */
export async function openDatabase(
  location: DatabaseLocation,
  clock: Clock,
  migrations?: readonly Migration[],
): Promise<Database> {
  if (location.dialect === "sqlite") return (await import("./sqlite")).openSqlite(location.file, clock, migrations);
  return (await import("./postgres")).openPostgres(location, clock, migrations);
}

/**
 * The migrations that `openDatabase` would apply, in order. It only reads, and makes no file.
 * @throws DatabaseRefused, DatabaseUnavailable as `openDatabase` does
 */
export async function pendingMigrations(
  location: DatabaseLocation,
  migrations?: readonly Migration[],
): Promise<readonly Migration[]> {
  if (location.dialect === "sqlite") return (await import("./sqlite")).pendingInSqlite(location.file, migrations);
  return (await import("./postgres")).pendingInPostgres(location, migrations);
}
