import type { Clock } from "../clock";
import type { DatabaseLocation } from "../config/database-url";
import { type Database, DatabaseRefused } from "./database";
import type { Judge } from "./migration-plan";
import { type Migration, readMigrations } from "./migrations";

/**
 * Opens a database and applies the migrations it lacks. Only the driver that is used is loaded.
 * @param migrations what this program knows; unless a test says otherwise, what the `drizzle` folder holds
 * @param judge asked before anything is written or migrated
 * @throws DatabaseRefused when it is corrupt, newer than this program, not Bask's, or a migration fails
 * @throws DatabaseUnavailable when it does not answer
 */
export async function openDatabase(
  location: DatabaseLocation,
  clock: Clock,
  migrations?: readonly Migration[],
  judge?: Judge,
): Promise<Database> {
  if (location.dialect === "sqlite")
    return (await import("./sqlite")).openSqlite(location.file, clock, migrations, judge);
  return (await import("./postgres")).openPostgres(location, clock, migrations, judge);
}

/**
 * As `openDatabase`, for a database that must be there already and up to date: nothing is created and nothing migrated.
 * @throws DatabaseRefused also when there is none, or it lacks migrations
 */
export async function openExistingDatabase(location: DatabaseLocation, clock: Clock, judge?: Judge): Promise<Database> {
  const migrations = readMigrations(location.dialect);
  const pending = await pendingMigrations(location, migrations);
  const name = location.dialect === "sqlite" ? location.url : location.name;
  if (pending.length === migrations.length) {
    throw new DatabaseRefused(
      `${name} does not exist or is empty. Nothing was created. Set it as it is set for the server, or start the server once.`,
    );
  }
  if (pending.length > 0) {
    throw new DatabaseRefused(
      `${name} lacks the migration ${pending[0]!.name}. Nothing was changed. Start this version of the server, which applies it.`,
    );
  }
  return openDatabase(location, clock, migrations, judge);
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
