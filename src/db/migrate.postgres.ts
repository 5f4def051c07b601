import type { ReservedSQL, SQL } from "bun";
import { DatabaseRefused, DatabaseUnavailable } from "./database";
import {
  type AppliedMigration,
  type Judge,
  journal,
  missingMigrations,
  type SchemaState,
  secretTables,
} from "./migration-plan";
import type { Migration } from "./migrations";
import { isLost, isRetryable, sqlStateOf } from "./postgres-errors";

/** Any number, the same in every process: who holds this lock may migrate. */
export const migrationLock = 7_238_114_502;

/** How long to wait for another process that migrates; nothing waits behind this. */
export const turnTimeout = "30s";

/** How long to wait for a lock on a table; whatever running processes do with that table waits behind this. */
const lockTimeout = "500ms";

/** How often it is tried again, and the milliseconds between two tries in which the others catch up. */
const maxAttempts = 60;
const pause = 1000;

/**
 * The migrations that the current schema of a database lacks. It only reads.
 * @throws DatabaseRefused
 */
export async function missingInPostgres(
  client: SQL,
  known: readonly Migration[],
  database: string,
  judge?: Judge,
): Promise<readonly Migration[]> {
  const state = await stateOfPostgres(client, database);
  const missing = missingMigrations(known, state, database);
  judge?.(state.secretMarks);
  return missing;
}

/**
 * Applies what is missing in one transaction, with the journal, on one connection. Where nothing is missing it only reads, so that a
 * role without the right to change the schema can serve.
 * @throws DatabaseRefused for a migration that fails or that the role may not apply, too
 * @throws DatabaseUnavailable when other sessions held their locks all the time
 */
export async function migratePostgres(
  client: SQL,
  known: readonly Migration[],
  database: string,
  judge?: Judge,
  attempts = maxAttempts,
) {
  if ((await missingInPostgres(client, known, database, judge)).length === 0) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.begin("isolation level read committed", (tx) => applyMissing(tx as unknown as SQL, known, database));
      return;
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (attempt === attempts) {
        throw new DatabaseUnavailable(
          `${database} cannot be migrated while other sessions use its tables. Nothing was changed. End long transactions and start again.`,
          { cause: error },
        );
      }
      await Bun.sleep(pause);
    }
  }
}

/** Looks again, now that no other process can migrate. */
async function applyMissing(tx: SQL, known: readonly Migration[], database: string) {
  await tx.unsafe("set local statement_timeout = 0");
  await tx.unsafe(`set local lock_timeout = '${turnTimeout}'`);
  await tx`select pg_advisory_xact_lock(${migrationLock})`;
  await tx.unsafe(`set local lock_timeout = '${lockTimeout}'`);
  const state = await stateOfPostgres(tx, database);
  // The time of the database: our clock tells none before it was compared with that, or a wrong one stays.
  const [{ now }] = await tx`select now() as now`;
  await applyToPostgres(tx, missingMigrations(known, state, database), database, now);
}

/** Applies migrations and writes them to the journal, in the transaction that is open. @throws DatabaseRefused for one that fails */
export async function applyToPostgres(tx: SQL, missing: readonly Migration[], database: string, now: Date) {
  try {
    const [found] =
      await tx`select to_regclass(quote_ident(current_schema()) || '.' || ${journal}) is not null as there`;
    if (!found.there) {
      await tx.unsafe(
        `create table ${journal} (source text not null, name text not null, hash text not null, applied_at timestamptz(3) not null, primary key (source, name))`,
      );
    }
    await tx.unsafe(`alter table ${journal} add column if not exists compatible boolean not null default false`);
    for (const migration of missing) await apply(tx, migration, database, now);
  } catch (error) {
    if (sqlStateOf(error) !== insufficientPrivilege) throw error;
    throw new DatabaseRefused(
      `${database} lacks migrations that its role may not apply: ${(error as Error).message}. Nothing was changed. Start Bask once with a role that owns the schema.`,
      { cause: error },
    );
  }
}

async function apply(tx: SQL, { source, name, hash, compatible, sql }: Migration, database: string, now: Date) {
  try {
    await tx.unsafe(sql).simple();
  } catch (error) {
    if (sqlStateOf(error) === insufficientPrivilege || mayPass(error) || isLost(error)) throw error;
    throw new DatabaseRefused(
      `The migration ${name} failed on ${database}: ${(error as Error).message}. Nothing was changed.`,
      { cause: error },
    );
  }
  await tx.unsafe(`insert into ${journal} (source, name, hash, compatible, applied_at) values ($1, $2, $3, $4, $5)`, [
    source,
    name,
    hash,
    compatible,
    now,
  ]);
}

/** Whether other sessions were in the way. */
const mayPass = (error: unknown) => isRetryable(error) || sqlStateOf(error) === lockNotAvailable;

const lockNotAvailable = "55P03";
const insufficientPrivilege = "42501";

/**
 * Tables are what holds rows: ordinary, partitioned and foreign ones that no extension brought along, whether the role may
 * read them or not.
 */
export async function stateOfPostgres(client: SQL | ReservedSQL, database: string): Promise<SchemaState> {
  const [found] = await client`
    select current_schema() as schema, array(
      select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = current_schema() and c.relkind in ('r', 'p', 'f') and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by 1) as tables`;
  if (found.schema === null) {
    throw new DatabaseRefused(
      `${database} has no schema that its role may use. Create the schema of its search_path and grant the role USAGE on it.`,
    );
  }
  const tables: string[] = found.tables;
  if (!tables.includes(journal)) return { tables, applied: [], secretMarks: [] };
  // As JSON: a prepared statement fails where a column is added between two uses of it.
  const applied = (await client.unsafe(`select to_jsonb(m) as row from ${journal} m`)) as { row: AppliedMigration }[];
  const marks = (await client.unsafe(
    secretTables
      .filter(([table]) => tables.includes(table))
      .map(([table, column]) => `select ${column} as mark from ${table}`)
      .join(" union all ") || "select null as mark where false",
  )) as { mark: string }[];
  return { tables, applied: applied.map(({ row }) => row), secretMarks: marks.map(({ mark }) => mark) };
}
