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
  if (isLost(error)) return new DatabaseUnavailable(`PostgreSQL cannot serve: ${messageOf(error)}`, { cause: error });
  return isTorn(error) ? new DatabaseUnavailable(asLeft(messageOf(error)), { cause: error }) : error;
}

/** What is wrong with a database that lacks a table or a right, and what to do. */
export const asLeft = (message: string) =>
  `the database is not as Bask left it: ${message}. Give this user its rights, or restore a backup.`;

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

/** Whether the server, or the way to it, fails, whatever is asked of it: XX is a damaged page, 25P03 the end of a transaction in which nothing happened. */
export const isLost = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable ||
  /^(08|53|55|57|58|28|3D|25006|25P03|25P04|40|XX)/.test(sqlStateOf(error)) ||
  /^ERR_POSTGRES_(CONNECTION|IDLE|LIFETIME|TLS|CHANNEL)|^ECONN|^FailedToOpenSocket|^ERR_TLS|CERT|^UNABLE_TO/.test(
    codeOf(error),
  );

/** Whether a table, its schema or a right to it is gone: it was dropped, or is being restored. */
const isTorn = (error: unknown) => /^(42P01|3F000|42501)$/.test(sqlStateOf(error));

/** Whether a connection leads to a server that only reads, such as one that was the primary before a failover. Another one may not. */
export const isReadOnly = (error: unknown): boolean => sqlStateOf(error) === "25006";

/** What the server says, and never what drizzle says around it: that holds the query. */
const messageOf = (error: unknown) => (((error as { cause?: unknown }).cause ?? error) as Error).message;

/** The SQLSTATE of a server's error; empty for any other error. drizzle wraps what the driver throws. */
export function sqlStateOf(error: unknown): string {
  const cause = (error as { cause?: unknown })?.cause ?? error;
  return String((cause as { errno?: unknown })?.errno ?? "");
}

function codeOf(error: unknown): string {
  const cause = (error as { cause?: unknown })?.cause ?? error;
  return String((cause as { code?: unknown })?.code ?? "");
}
