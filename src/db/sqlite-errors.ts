import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseRefused, DatabaseUnavailable, explainedBefore, UniqueViolation } from "./database";

/** SQLite's name of an error, such as SQLITE_BUSY; empty for any other error. drizzle wraps what the driver throws. */
export function sqliteCodeOf(error: unknown): string {
  return codeOf(error) || codeOf((error as { cause?: unknown })?.cause);
}

/** What the error of a query means: failures of the disk or of a lock and double values, told from mistakes of the program. */
export function explainSqliteError(error: unknown): unknown {
  const known = explainedBefore(error);
  if (known) return known;
  const code = sqliteCodeOf(error);
  if (code === "SQLITE_CONSTRAINT_UNIQUE")
    return new UniqueViolation("SQLite: a value is not unique", { cause: error });
  return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code)
    ? new DatabaseUnavailable(`SQLite: ${messageOf(error)} (${code})`, { cause: error })
    : error;
}

/** What it means that a file cannot be opened, in a sentence for the operator. */
export function explainSqliteOpenError(file: string, error: unknown): unknown {
  if (error instanceof DatabaseRefused || error instanceof DatabaseUnavailable) return error;
  const code = sqliteCodeOf(error);
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new DatabaseRefused(
      `sqlite:${file} is not a readable SQLite database. Nothing was changed. Restore a backup.`,
      { cause: error },
    );
  }
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) {
    return new DatabaseUnavailable(
      `sqlite:${file} is locked by another process. End that process or start again later.`,
      {
        cause: error,
      },
    );
  }
  const isSystemError = error instanceof Error && "syscall" in error;
  if (code.startsWith("SQLITE_") || error instanceof TypeError || isSystemError) {
    const reason = existsSync(dirname(file)) ? (error as Error).message : `its folder cannot be created (${code})`;
    return new DatabaseUnavailable(`sqlite:${file} cannot be opened: ${reason}.`, { cause: error });
  }
  return error;
}

/** What the driver says, and never what drizzle says around it: that holds the values of the query. */
const messageOf = (error: unknown) => ((codeOf(error) ? error : (error as { cause?: unknown }).cause) as Error).message;

function codeOf(error: unknown): string {
  return String((error as { code?: unknown })?.code ?? "");
}
