import { SQL } from "bun";
import type { PostgresLocation } from "../config/database-url";
import { DatabaseRefused } from "./database";
import { explainPostgresOpenError } from "./postgres-errors";
import { clientOptions, settings } from "./postgres-options";

/**
 * A pool of connections to a database that can be used.
 * @throws DatabaseRefused, DatabaseUnavailable
 */
export async function connectPostgres(location: PostgresLocation): Promise<SQL> {
  const client = newClient(location);
  try {
    await requireUsable(client, location.name);
    return client;
  } catch (error) {
    await client.close({ timeout: 0 });
    throw explainPostgresOpenError(error, location);
  }
}

/** A pool that connects when it is used. */
export const newClient = (location: PostgresLocation): SQL =>
  new SQL({ ...clientOptions(location), connectionTimeout: 5, idleTimeout: 300 });

/** @throws DatabaseRefused for an encoding that cannot hold every text, and for settings that a pooler did not let us send */
async function requireUsable(client: SQL, database: string) {
  const [{ encoding }] = await client`select current_setting('server_encoding') as encoding`;
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
}
