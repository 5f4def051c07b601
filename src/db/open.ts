import type { Clock } from "../clock";
import type { Database } from "./database";
import { openPostgres } from "./postgres";
import { openSqlite } from "./sqlite";

/**
 * Opens the database of a DATABASE_URL and brings its schema up to date.
 * @throws DatabaseRefused when it is corrupt, newer than this program, or not Bask's
 * @throws DatabaseUnavailable when it does not answer
 */
export function openDatabase(url: string, clock: Clock): Promise<Database> {
  return url.startsWith("sqlite:") ? openSqlite(url.slice("sqlite:".length), clock) : openPostgres(url, clock);
}
