import { ConfigError } from "./config/error";
import { DatabaseRefused, DatabaseUnavailable } from "./db/database";

/** What an operator has to mend before Bask can start, in one line; undefined for a mistake of the program. */
export function startProblem(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof DatabaseRefused || error instanceof DatabaseUnavailable) return `DATABASE_URL: ${error.message}`;
  return undefined;
}
