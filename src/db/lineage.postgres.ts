import { DatabaseUnavailable } from "./database";
import { explainPostgresError } from "./postgres-errors";
import type { QueryClient } from "./postgres-pool";

/**
 * What is another one where a database was replaced: itself, the file of a table, the start of its server, without which no copy of a disk takes the
 * place of another, and the timeline, which a promoted standby begins.
 */
const database = "(select oid from pg_database where datname = current_database())";
const file = "pg_relation_filenode(to_regclass('changes'))";
const start = "extract(epoch from pg_postmaster_start_time())";
const timeline = "case when pg_is_in_recovery() then '' else left(pg_walfile_name(pg_current_wal_lsn()), 8) end";
/** What only grows: the number of the next transaction. */
const transaction = "pg_snapshot_xmax(pg_current_snapshot())::text";

type Lineage = { history: string; transaction: string };

/**
 * Watches whether a database went back: to a standby that lagged behind, or to what a tool restored. What others announced may be as it was before;
 * what was written beside it is not there any more.
 * @returns a function that tells whether it is another one, or in an earlier state, than at the last call
 */
export function watchLineage(client: QueryClient): () => Promise<boolean> {
  let last: Lineage | undefined;
  let isPlain = false;

  async function look(): Promise<Lineage> {
    const parts = [database, file, ...(isPlain ? [] : [start, timeline])];
    try {
      const rows = await client.unsafe(`select concat_ws('/', ${parts}) as history, ${transaction} as transaction`);
      return rows[0] as Lineage;
    } catch (error) {
      const explained = explainPostgresError(error);
      if (isPlain || explained instanceof DatabaseUnavailable) throw explained;
      isPlain = true; // some servers that speak PostgreSQL do not show their WAL
      return look();
    }
  }

  return async () => {
    const found = await look();
    const wentBack =
      last !== undefined && (found.history !== last.history || BigInt(found.transaction) < BigInt(last.transaction));
    last = found;
    return wentBack;
  };
}
