import type { SQL } from "bun";
import type { PostgresLocation, PostgresTls } from "../config/database-url";

/** What queries rely on, whatever the default of the database or the role is. PgBouncer does not let clients send them. */
export const settings = { default_transaction_isolation: "read committed", standard_conforming_strings: "on" };

/** A process that stands still in a transaction, suspended or cut off, keeps neither its locks nor announcements that come later than anyone waits for. */
const bounds = { idle_in_transaction_session_timeout: "5s" };

/**
 * A location in the words of Bun's client. It gets a URL that holds nothing but the TLS mode, because it would read
 * DATABASE_URL and the PG* variables by itself for whatever is left out, and repeats a URL in its errors.
 */
export function clientOptions(location: PostgresLocation): SQL.PostgresOrMySQLOptions {
  const { hostname, path, port, username, password, database, tls } = location;
  return {
    url: `postgres://localhost?sslmode=${tls?.mode ?? "disable"}`,
    ...(path ? { path } : { hostname }),
    port,
    username,
    password,
    database,
    max: location.pool,
    prepare: !location.pgbouncer,
    channelBinding: location.channelBinding,
    connection: { ...location.parameters, ...(!location.pgbouncer && { ...settings, ...bounds }) },
    ...(tls && tls.mode !== "prefer" && { tls: tlsOptions(tls) }),
  };
}

const tlsOptions = ({ mode, ca, cert, key }: PostgresTls) => ({
  rejectUnauthorized: mode !== "require",
  ...(ca && { ca }),
  ...(cert && { cert, key }),
});
