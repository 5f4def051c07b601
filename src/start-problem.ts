import { ConfigError } from "./config/error";
import { codeOf } from "./config/files";
import { DatabaseRefused, DatabaseUnavailable } from "./db/database";
import { asLeft } from "./db/postgres-errors";

/** What an operator has to mend before Bask can start, in one line; undefined for a mistake of the program. */
export function startProblem(error: unknown): string | undefined {
  return sentence(error)?.replace(/\s+/g, " ");
}

function sentence(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof DatabaseRefused || error instanceof DatabaseUnavailable) return `DATABASE_URL: ${error.message}`;
  const cause = (error as { cause?: unknown }).cause ?? error;
  if (!/^(SQLITE_|ERR_POSTGRES_)/.test(codeOf(cause))) return undefined;
  return `DATABASE_URL: ${asLeft((cause as Error).message)}`;
}
