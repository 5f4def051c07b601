import type { SQL } from "bun";
import { drizzle } from "drizzle-orm/bun-sql";
import type { Clock } from "../clock";
import type { PostgresLocation } from "../config/database-url";
import type { Change, Database, Drizzle, Writer } from "./database";
import { migratePostgres, missingInPostgres } from "./migrate.postgres";
import { readMigrations } from "./migrations";
import { connectPostgres } from "./postgres-client";
import { explainPostgresError, explainPostgresOpenError, isRetryable } from "./postgres-errors";
import { writerOn } from "./writer";

/** Opens a PostgreSQL database through Bun's own client, with a pool of connections. */
export async function openPostgres(
  location: PostgresLocation,
  clock: Clock,
  migrations = readMigrations("postgres"),
): Promise<Database> {
  const client = await connectPostgres(location);
  try {
    await migratePostgres(client, migrations, location.name, clock.date());
  } catch (error) {
    await client.close({ timeout: 0 });
    throw explainPostgresOpenError(error, location);
  }
  const pool = asDrizzle(drizzle({ client }));
  let listener: (changes: readonly Change[]) => void = () => {};

  /** Does it again when the database asks for it. */
  async function insist<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt < 5 && isRetryable(error)) continue;
        throw explainPostgresError(error);
      }
    }
  }

  return {
    dialect: "postgres",
    reader: pool,
    write<T>(unit: (tx: Writer) => Promise<T>) {
      return insist(async () => {
        const invalidated: Change[] = [];
        const value = await client.begin("isolation level read committed", (connection) =>
          unit(writerOn(asDrizzle(drizzle({ client: connection as unknown as SQL })), clock.date(), invalidated)),
        );
        if (invalidated.length > 0) listener(invalidated);
        return value as T;
      });
    },
    writeOne: (statement) => insist(() => statement(writerOn(pool, clock.date(), []))),
    onCommit: (heard) => {
      listener = heard;
    },
    explain: (error) => explainPostgresError(error),
    ping: () =>
      client`select 1`.then(
        () => true,
        () => false,
      ),
    close: () => client.close({ timeout: 5 }),
  };
}

/** The migrations that a database lacks. */
export async function pendingInPostgres(location: PostgresLocation, migrations = readMigrations("postgres")) {
  const client = await connectPostgres(location);
  try {
    return await missingInPostgres(client, migrations, location.name);
  } catch (error) {
    throw explainPostgresOpenError(error, location);
  } finally {
    await client.close({ timeout: 5 });
  }
}

/** Both builders take and give the same values: this cast, with the one in `columns.ts`, is where the dialects meet. */
const asDrizzle = (db: unknown) => db as Drizzle;
