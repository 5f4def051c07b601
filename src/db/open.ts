import type { Clock } from "../clock";
import type { Database } from "./database";

/**
 * Opens the database of a DATABASE_URL and brings its schema up to date. Only the driver that is used is loaded.
 * @throws DatabaseRefused when it is corrupt, newer than this program, or not Bask's
 * @throws DatabaseUnavailable when it does not answer
 */
export async function openDatabase(url: string, clock: Clock): Promise<Database> {
  if (url.startsWith("sqlite:")) return (await import("./sqlite")).openSqlite(url.slice("sqlite:".length), clock);
  return (await import("./postgres")).openPostgres(url, clock);
}
