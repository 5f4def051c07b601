import type { SQL } from "bun";
import { drizzle } from "drizzle-orm/bun-sql";
import type { Clock } from "../clock";
import type { PostgresLocation } from "../config/database-url";
import { DatabaseRefused, type Drizzle } from "./database";
import { type ColumnKind, declaredTables } from "./declared-tables";
import { applyToPostgres, migrationLock, stateOfPostgres, turnTimeout } from "./migrate.postgres";
import { inSession } from "./postgres-client";
import { isLost } from "./postgres-errors";
import { type Contents, insertStatement, requireKnown, requireReplaceable, type Steps } from "./replace";
import { writerOn } from "./writer";

export async function replacePostgres<Before, After>(
  location: PostgresLocation,
  clock: Clock,
  contents: Contents,
  { before, keep, after }: Steps<Before, After>,
): Promise<After> {
  const { first, later } = requireKnown(contents, "postgres");
  return inSession(location, (client) =>
    client.begin("isolation level read committed", async (connection) => {
      const tx = connection as unknown as SQL;
      const db = drizzle({ client: tx as never }) as unknown as Drizzle;
      for (const setting of ["statement_timeout", "idle_in_transaction_session_timeout"])
        await tx.unsafe(`set local ${setting} = 0`);
      await tx.unsafe(`set local lock_timeout = '${turnTimeout}'`);
      await tx`select pg_advisory_xact_lock(${migrationLock})`;
      const state = await stateOfPostgres(tx, location.name);
      const isReplaced = requireReplaceable(state, "postgres", location.name);
      if (isReplaced)
        await tx.unsafe(`lock table ${state.tables.map((name) => `"${name}"`).join(", ")} in access exclusive mode`);
      const found = isReplaced ? await before(db) : undefined;
      if (isReplaced)
        for (const [name, { table, columns, where }] of Object.entries(keep))
          await tx.unsafe(
            `create temporary table ${name} on commit drop as select ${columns.join(", ")} from ${table} where ${where}`,
          );
      const numbers = isReplaced ? await numbersOf(tx) : new Map<string, number>();
      await clear(tx);
      await applyToPostgres(tx, first, location.name, clock.date());
      await insertRows(tx, contents.rows);
      await applyToPostgres(tx, later, location.name, clock.date());
      await goOnFrom(tx, numbers);
      return after(writerOn(db, clock.date(), []), found);
    }),
  );
}

const numberedTables = () =>
  declaredTables().flatMap(({ name, numbered }) => (numbered === undefined ? [] : [{ name, column: numbered }]));

/** The last number that each table gave: none is given twice, also not after a restore. */
async function numbersOf(tx: SQL): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const { name, column } of numberedTables()) {
    const [row] = await tx`
      select coalesce(pg_sequence_last_value(pg_get_serial_sequence(${`"${name}"`}, ${column})::regclass), 0)::float8 as last`;
    numbers.set(name, row.last);
  }
  return numbers;
}

async function goOnFrom(tx: SQL, numbers: ReadonlyMap<string, number>) {
  for (const { name, column } of numberedTables()) {
    const [row] = await tx.unsafe(`select coalesce(max("${column}"), 0)::float8 as last from "${name}"`);
    const last = Math.max(row.last, numbers.get(name) ?? 0);
    if (last > 0) await tx`select setval(pg_get_serial_sequence(${`"${name}"`}, ${column}), ${last}::bigint)`;
  }
}

/** Removes what migrations may have made in the schema: views, tables with all that belongs to them, sequences, functions and types. */
async function clear(tx: SQL) {
  await tx.unsafe(`
    do $$ declare found record; begin
      for found in
        select format('drop %s if exists %s cascade', kind, thing) as statement from (
          select 1 as place, case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,
            c.oid::regclass::text as thing, c.oid, 'pg_class'::regclass as class
          from pg_class c where relnamespace = current_schema()::regnamespace and relkind in ('v', 'm', 'r', 'p', 'f')
          union all select 2, 'sequence', c.oid::regclass::text, c.oid, 'pg_class'::regclass
          from pg_class c where relnamespace = current_schema()::regnamespace and relkind = 'S'
          union all select 3, case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
            p.oid::regprocedure::text, p.oid, 'pg_proc'::regclass
          from pg_proc p where pronamespace = current_schema()::regnamespace
          union all select 4, case typtype when 'd' then 'domain' else 'type' end, t.oid::regtype::text, t.oid, 'pg_type'::regclass
          from pg_type t where typnamespace = current_schema()::regnamespace and typtype in ('e', 'd')
        ) things
        where not exists (select from pg_depend d where d.classid = class and d.objid = things.oid and d.deptype = 'e')
        order by place
      loop execute found.statement; end loop;
    end $$`);
}

const casts: Readonly<Record<ColumnKind, (value: string) => string>> = {
  text: (value) => value,
  int: (value) => `${value}::bigint`,
  boolean: (value) => `${value}::boolean`,
  timestamp: (value) => `to_timestamp(${value}::bigint / 1000.0)`,
};

async function insertRows(tx: SQL, rows: Contents["rows"]) {
  for await (const { table, rows: batch } of rows) {
    const statement = insertStatement(table, {
      each: "json_array_elements(cast(cast($1 as text) as json)) as each(value)",
      cast: (value, kind) => casts[kind](value),
      hint: "overriding system value",
    });
    try {
      await tx.unsafe(statement, [JSON.stringify(batch)]);
    } catch (error) {
      if (isLost(error)) throw error;
      throw new DatabaseRefused(`The backup cannot be restored: ${(error as Error).message}. Nothing was changed.`, {
        cause: error,
      });
    }
  }
}
