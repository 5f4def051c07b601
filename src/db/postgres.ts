import { SQL } from "bun";
import { drizzle } from "drizzle-orm/bun-sql";
import { migrate } from "drizzle-orm/bun-sql/migrator";
import type { Clock } from "../clock";
import type { PostgresLocation } from "../config/database-url";
import { announcing, type Change } from "./changes";
import { type Database, DatabaseUnavailable, type Drizzle, UniqueViolation, type Writer } from "./database";
import { type Applied, checkApplied, migrationsFolder } from "./migrations";
import { clientOptions } from "./postgres-options";

/** Any number, the same in every process: who holds this lock may migrate. */
const migrationLock = 7_238_114_502;

/** Serialization failure and deadlock: the work is sound, only its moment was not. */
const again = new Set(["40001", "40P01"]);

/** Opens a PostgreSQL database through Bun's own client, with a pool of connections. */
export async function openPostgres(location: PostgresLocation, clock: Clock): Promise<Database> {
  const client = new SQL({ ...clientOptions(location), connectionTimeout: 5, idleTimeout: 300 });
  await migrateUp(client, location.name);
  const pool = asDrizzle(drizzle({ client }));
  let listener: (changes: readonly Change[]) => void = () => {};

  /** Does it again when the database asks for it. */
  async function insist<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt < 5 && again.has(stateOf(error))) continue;
        throw translated(error);
      }
    }
  }

  return {
    dialect: "postgres",
    reader: pool,
    write<T>(unit: (tx: Writer) => Promise<T>) {
      return insist(async () => {
        const announced: Change[] = [];
        const value = await client.begin((connection) =>
          unit(announcing(asDrizzle(drizzle({ client: connection as unknown as SQL })), clock.date(), announced)),
        );
        if (announced.length > 0) listener(announced);
        return value as T;
      });
    },
    writeOne: (statement) => insist(() => statement(announcing(pool, clock.date(), []))),
    onCommit: (heard) => {
      listener = heard;
    },
    explain: (error) => translated(error),
    ping: () =>
      client`select 1`.then(
        () => true,
        () => false,
      ),
    close: () => client.close({ timeout: 5 }),
  };
}

/** Both builders take and give the same values: this cast, with the one in `columns.ts`, is where the dialects meet. */
const asDrizzle = (db: unknown) => db as Drizzle;

async function migrateUp(client: SQL, name: string) {
  try {
    await client.begin(async (lock) => {
      await lock`select pg_advisory_xact_lock(${migrationLock})`;
      const tables = (await lock`
        select table_name from information_schema.tables where table_schema = current_schema()`) as {
        table_name: string;
      }[];
      const journal = await lock`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`;
      const applied = journal[0].exists
        ? ((await lock`select hash, created_at from drizzle.__drizzle_migrations order by created_at`) as Applied[])
        : [];
      checkApplied(
        applied,
        tables.map(({ table_name }) => table_name),
        "postgres",
        name,
      );
      await migrate(drizzle({ client }), { migrationsFolder: migrationsFolder("postgres") });
    });
  } catch (error) {
    throw translated(error, `${name} cannot be opened`);
  }
}

/** Failures of the server or of the way to it, and double values, told from mistakes of the program. */
function translated(error: unknown, sentence = "PostgreSQL does not answer"): unknown {
  const state = stateOf(error);
  if (state === "23505") return new UniqueViolation("PostgreSQL: a value is not unique", { cause: error });
  const lost =
    /^(08|53|55|57|58|28|3D|25006|40)/.test(state) ||
    /^ERR_POSTGRES_(CONNECTION|IDLE|LIFETIME)|^ECONN|^FailedToOpenSocket/.test(codeOf(error));
  return lost ? new DatabaseUnavailable(`${sentence}: ${(error as Error).message}`, { cause: error }) : error;
}

function stateOf(error: unknown): string {
  const cause = (error as { cause?: unknown })?.cause ?? error;
  return String((cause as { errno?: unknown })?.errno ?? "");
}

function codeOf(error: unknown): string {
  const cause = (error as { cause?: unknown })?.cause ?? error;
  return String((cause as { code?: unknown })?.code ?? "");
}
