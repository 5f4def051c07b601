import Driver from "better-sqlite3";
import type { Checkup } from "./checkup";
import { busyTimeout } from "./sqlite-locks";

export function checkUpSqlite(file: string): Checkup {
  const connection = new Driver(file, { timeout: busyTimeout, fileMustExist: true });
  try {
    connection.pragma("query_only = ON");
    const found = connection.pragma("quick_check(5)") as { quick_check: string }[];
    const broken = connection.pragma("foreign_key_check") as { table: string; parent: string }[];
    const dangling = new Set(broken.map(({ table, parent }) => `rows of ${table} refer to missing rows of ${parent}`));
    const mode = connection.pragma("journal_mode", { simple: true });
    return {
      damage: [...found.map((row) => row.quick_check).filter((line) => line !== "ok"), ...dangling],
      unsafe: mode === "wal" ? [] : [`journal_mode is ${mode} instead of wal`],
    };
  } finally {
    connection.close();
  }
}
