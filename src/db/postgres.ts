import { drizzle } from "drizzle-orm/bun-sql";
import type { Clock } from "../clock";
import type { PostgresLocation } from "../config/database-url";
import { type Change, type Database, DatabaseUnavailable, type Drizzle, type Writer } from "./database";
import { openJointWrites } from "./joint-writes";
import { watchLineage } from "./lineage.postgres";
import { migratePostgres, missingInPostgres } from "./migrate.postgres";
import type { Judge } from "./migration-plan";
import { readMigrations } from "./migrations";
import { firstConnection, inSession, newClient } from "./postgres-client";
import { explainPostgresError, isRetryable } from "./postgres-errors";
import { openPool, type QueryClient } from "./postgres-pool";
import { openTurns } from "./turns";
import { writerOn } from "./writer";

/** Opens a PostgreSQL database through Bun's own client, with a pool of connections. */
export async function openPostgres(
  location: PostgresLocation,
  clock: Clock,
  migrations = readMigrations("postgres"),
  judge?: Judge,
): Promise<Database> {
  await inSession(location, (sql) => migratePostgres(sql, migrations, location.name, judge));
  const pool = openPool(() => newClient(location));
  await firstConnection(pool, location);
  const reader = drizzleOn(pool.client);
  const turns = openTurns(clock);
  let listener: (changes: readonly Change[]) => void = () => {};
  let abandoned: DatabaseUnavailable | undefined;

  /** Does it again when the database asks for it. */
  async function insist<T>(work: () => T | Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (abandoned) throw abandoned;
      try {
        return await work();
      } catch (error) {
        if (attempt < 5 && isRetryable(error)) continue;
        throw explainPostgresError(error);
      }
    }
  }

  const writeOne: Database["writeOne"] = (statement) => insist(() => statement(writerOn(reader, clock.date(), [])));

  return {
    dialect: "postgres",
    reader,
    write<T>(unit: (tx: Writer) => Promise<T>, locked?: string) {
      const write = () =>
        insist(async () => {
          const invalidated: Change[] = [];
          const value = await pool.begin((connection) =>
            unit(writerOn(drizzleOn(connection), clock.date(), invalidated)),
          );
          if (invalidated.length > 0) listener(invalidated);
          return value;
        });
      return locked === undefined ? write() : turns.take(locked, write);
    },
    writeOne,
    writeJointly: openJointWrites(writeOne),
    onCommit: (heard) => {
      listener = heard;
    },
    patiently: pool.patiently,
    explain: (error) => explainPostgresError(error),
    async ping() {
      try {
        const [row] = (await pool.client.unsafe(
          "select current_setting('transaction_read_only') as value",
        )) as Setting[];
        const canWrite = row?.value === "off";
        if (!canWrite) pool.renew();
        return canWrite && abandoned === undefined;
      } catch {
        return false;
      }
    },
    async now() {
      try {
        const [row] = (await pool.client.unsafe(
          "select floor(extract(epoch from clock_timestamp()) * 1000)::text as value",
        )) as Setting[];
        return Number(row!.value);
      } catch (error) {
        throw explainPostgresError(error);
      }
    },
    wentBack: watchLineage(pool.client),
    lost: () => abandoned?.message,
    abandon: (reason) => (abandoned = new DatabaseUnavailable(reason)),
    close: pool.close,
  };
}

/** The migrations that a database lacks. */
export async function pendingInPostgres(location: PostgresLocation, migrations = readMigrations("postgres")) {
  return inSession(location, (sql) => missingInPostgres(sql, migrations, location.name));
}

type Setting = { value: string };

/** Both builders take and give the same values: this cast, with the one in `columns.ts`, is where the dialects meet. */
const drizzleOn = (client: QueryClient) => drizzle({ client: client as never }) as unknown as Drizzle;
