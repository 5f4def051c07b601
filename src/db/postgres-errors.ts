import type { PostgresLocation } from "../config/database-url";
import { DatabaseRefused, DatabaseUnavailable, explainedBefore, UniqueViolation } from "./database";

/** SQLSTATEs after which the same work can succeed when it is done again: serialization failure and deadlock. */
const retryable = new Set(["40001", "40P01"]);

export const isRetryable = (error: unknown): boolean => retryable.has(sqlStateOf(error));

/** What the error of a query means: failures of the server or of the way to it and double values, told from mistakes of the program. */
export function explainPostgresError(error: unknown): unknown {
  const known = explainedBefore(error);
  if (known) return known;
  const state = sqlStateOf(error);
  if (state === "23505") return new UniqueViolation("PostgreSQL: a value is not unique", { cause: error });
  if (isPoolerConflict(error)) return new DatabaseUnavailable(`PostgreSQL: ${poolerHint}`, { cause: error });
  return isLost(error)
    ? new DatabaseUnavailable(`PostgreSQL does not answer: ${(error as Error).message}`, { cause: error })
    : error;
}

/** What it means that a database cannot be opened, in a sentence for the operator. */
export function explainPostgresOpenError(error: unknown, { name, pgbouncer }: PostgresLocation): unknown {
  if (error instanceof DatabaseRefused || error instanceof DatabaseUnavailable) return error;
  if (!pgbouncer && (isPoolerConflict(error) || refusesSettings(error)))
    return new DatabaseRefused(`${name} cannot be opened: ${poolerHint}`, { cause: error });
  if (codeOf(error) === "" && sqlStateOf(error) === "") return error;
  // It is open, but its tables are not as they were: what an operator has to mend is said of that.
  if (/ for table |^relation /.test((error as Error).message)) return error;
  const remedy = tlsRemedy(codeOf(error));
  const reason = `${(error as Error).message.replace(/\.$/, "")}.${remedy && ` ${remedy}`}`;
  return new DatabaseUnavailable(`${name} cannot be opened: ${reason}`, { cause: error });
}

/** What to change in DATABASE_URL for a failure of TLS; empty for every other failure. */
function tlsRemedy(code: string): string {
  if (code === "ERR_POSTGRES_TLS_NOT_AVAILABLE") return "Switch TLS on in the server, or write sslmode=disable.";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "Name the host as its certificate does, or write sslmode=verify-ca.";
  if (code === "ERR_POSTGRES_CHANNEL_BINDING_REQUIRED") return "Write channel_binding=prefer.";
  return /CERT|^UNABLE_TO/.test(code) ? "Name the certificate of its authority by sslrootcert=FILE." : "";
}

const poolerHint =
  "a connection pooler is in between, whose clients share connections. Add ?pgbouncer=true to DATABASE_URL.";

/** Another client's prepared statement was found on a connection, or one's own was not. */
const isPoolerConflict = (error: unknown) => ["42P05", "26000"].includes(sqlStateOf(error));

/** PgBouncer's answer to a setting that it cannot keep for one client among many. */
const refusesSettings = (error: unknown) => /unsupported startup parameter/.test((error as Error).message);

const isLost = (error: unknown) =>
  /^(08|53|55|57|58|28|3D|25006|40)/.test(sqlStateOf(error)) ||
  /^ERR_POSTGRES_(CONNECTION|IDLE|LIFETIME|TLS|CHANNEL)|^ECONN|^FailedToOpenSocket|^ERR_TLS|CERT|^UNABLE_TO/.test(
    codeOf(error),
  );

/** The SQLSTATE of a server's error; empty for any other error. drizzle wraps what the driver throws. */
export function sqlStateOf(error: unknown): string {
  const cause = (error as { cause?: unknown })?.cause ?? error;
  return String((cause as { errno?: unknown })?.errno ?? "");
}

function codeOf(error: unknown): string {
  const cause = (error as { cause?: unknown })?.cause ?? error;
  return String((cause as { code?: unknown })?.code ?? "");
}
