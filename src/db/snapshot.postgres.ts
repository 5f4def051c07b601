import type { ReservedSQL } from "bun";
import { drizzle } from "drizzle-orm/bun-sql";
import type { PostgresLocation } from "../config/database-url";
import { DatabaseUnavailable, type Reader } from "./database";
import type { ColumnKind, TableShape } from "./declared-tables";
import { stateOfPostgres } from "./migrate.postgres";
import { connectPostgres } from "./postgres-client";
import { explainPostgresError, explainPostgresOpenError } from "./postgres-errors";
import { type Row, requireDeclared, rowsPerBatch, type Snapshot, selectAll } from "./snapshot";

/** Milliseconds that a batch of rows may take to arrive. */
const batchTimeout = 60_000;

/** One transaction that only reads, at REPEATABLE READ: all of its queries see the moment of the first one. */
export async function openPostgresSnapshot(location: PostgresLocation): Promise<Snapshot> {
  const session = await connectPostgres(location);
  try {
    return await session.during(async () => {
      const connection = await session.sql.reserve();
      await connection.unsafe("begin isolation level repeatable read read only");
      await connection.unsafe("set local statement_timeout = 0");
      await connection.unsafe("set local idle_in_transaction_session_timeout = 0");
      const state = await stateOfPostgres(connection, location.name);
      const tables = requireDeclared(location, location.name, state, await columnsOf(connection));
      return {
        reader: drizzle({ client: connection as never }) as unknown as Reader,
        applied: state.applied,
        tables,
        rows: (table) => rowsOf(connection, table),
        close: session.close,
      };
    });
  } catch (error) {
    await session.close();
    throw explainPostgresOpenError(error, location);
  }
}

/** Reads by a cursor, so that neither side holds more than a batch. */
async function* rowsOf(connection: ReservedSQL, table: TableShape): AsyncGenerator<readonly Row[]> {
  const kinds = table.columns.map(([, kind]) => kind);
  try {
    await connection.unsafe(`declare rows_of no scroll cursor for ${selectAll(table)}`);
    for (;;) {
      const fetched = await inTime(connection.unsafe(`fetch ${rowsPerBatch} from rows_of`).values());
      if (fetched.length === 0) break;
      yield (fetched as unknown[][]).map((row) => row.map((value, i) => portable(value, kinds[i]!)));
    }
    await connection.unsafe("close rows_of");
  } catch (error) {
    throw explainPostgresError(error);
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new DatabaseUnavailable("PostgreSQL does not answer: no rows within a minute");
  const answer = await Promise.race([work, Bun.sleep(batchTimeout).then(() => late)]);
  if (answer === late) throw late;
  return answer as T;
}

function portable(value: unknown, kind: ColumnKind): Row[number] {
  if (value === null) return null;
  if (kind === "timestamp") return (value as Date).getTime();
  return kind === "int" ? Number(value) : (value as Row[number]);
}

async function columnsOf(connection: ReservedSQL): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = (await connection.unsafe(
    "select c.relname::text as table, array_agg(a.attname::text order by a.attnum) as columns from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid where n.nspname = current_schema() and c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped group by 1",
  )) as { table: string; columns: string[] }[];
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}
