import { SQL } from "bun";
import type { PostgresLocation } from "../config/database-url";
import { DatabaseRefused, DatabaseUnavailable } from "./database";
import { explainPostgresOpenError } from "./postgres-errors";
import { clientOptions, settings } from "./postgres-options";
import type { Pool } from "./postgres-pool";
import { patience, whileServed } from "./postgres-vigil";

/** One connection to a database that can be used, for work that may take long. */
export interface PostgresSession {
  readonly sql: SQL;
  /** Runs work on the connection, for as long as the server has it. @throws DatabaseUnavailable when it does not, or does not answer */
  during<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @throws DatabaseRefused, DatabaseUnavailable */
export async function connectPostgres(location: PostgresLocation, times = patience): Promise<PostgresSession> {
  const connect = () => newClient({ ...location, pool: 1 });
  const sql = connect();
  try {
    const pid = await inTime(times.first, requireUsable(sql, location.name), location.name);
    return {
      sql,
      during: (work) =>
        whileServed({ pid: location.pgbouncer ? undefined : pid, name: location.name, connect }, work(), times),
      close: () => closeClient(sql),
    };
  } catch (error) {
    await closeClient(sql);
    throw explainPostgresOpenError(error, location);
  }
}

/**
 * Runs work on a connection of its own, for as long as the server has that.
 * @throws DatabaseRefused, DatabaseUnavailable
 */
export async function inSession<T>(
  location: PostgresLocation,
  work: (sql: SQL) => Promise<T>,
  times = patience,
): Promise<T> {
  const session = await connectPostgres(location, times);
  try {
    return await session.during(() => work(session.sql));
  } catch (error) {
    throw explainPostgresOpenError(error, location);
  } finally {
    await session.close();
  }
}

/** A pool that connects when it is used. */
export const newClient = (location: PostgresLocation): SQL =>
  new SQL({ ...clientOptions(location), connectionTimeout: 5, idleTimeout: 300 });

/** Waits for the first connection of a pool as patiently as for the one that migrates. @throws DatabaseUnavailable */
export async function firstConnection(pool: Pool, location: PostgresLocation): Promise<void> {
  try {
    await inTime(patience.first, pool.connect(), location.name);
  } catch (error) {
    await pool.close();
    throw explainPostgresOpenError(error, location);
  }
}

/** Closes connections that may be dead, without waiting for them. */
export const closeClient = async (client: SQL) => void client.close({ timeout: 0 }).catch(() => {});

async function inTime<T>(milliseconds: number, work: Promise<T>, database: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const silence = () => late.reject(new DatabaseUnavailable(`${database} took the connection and does not answer.`));
  const timer = setTimeout(silence, milliseconds);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/**
 * @returns the number of the server's process that serves the connection
 * @throws DatabaseRefused for an encoding that cannot hold every text, and for settings that a pooler did not let us send
 */
async function requireUsable(client: SQL, database: string): Promise<number> {
  const [{ encoding, pid }] =
    await client`select current_setting('server_encoding') as encoding, pg_backend_pid() as pid`;
  if (encoding !== "UTF8") {
    throw new DatabaseRefused(
      `${database} has the encoding ${encoding}, which cannot hold every text. Create a database with ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
  for (const [name, value] of Object.entries(settings)) {
    const [{ current }] = await client`select current_setting(${name}) as current`;
    if (current !== value) {
      throw new DatabaseRefused(
        `${database} has ${name} = '${current}'. Behind a connection pooler, set it for the role: ALTER ROLE ... SET ${name} = '${value}'.`,
      );
    }
  }
  return pid;
}
