import { sql } from "drizzle-orm";
import type { Writer } from "./database";
import { isRemote, prepared } from "./prepared";

/**
 * A number that tells, on SQLite, whether the file has changed by another connection, of this process or of another one: it differs then from
 * what it was in an earlier transaction. What this connection commits does not change it. Undefined on PostgreSQL, which has no such number.
 */
export const dataVersion = (tx: Writer): number | undefined =>
  isRemote ? undefined : (version(tx, {}) as Version[])[0]!.version;

type Version = { version: number };

const version = prepared<Record<string, never>, Promise<Version[]>>("data_version", (db) =>
  db.select({ version: sql<number>`data_version` }).from(sql`pragma_data_version`),
);
