import type Driver from "better-sqlite3";

/**
 * Watches whether a file went back under its connections, to what SQLite's own tools restored into it (`.restore`): what was written beside the
 * announcements is not there any more. The latest event of the audit log that was seen tells, for whatever gives access is recorded there.
 * @returns a function that tells whether it is in an earlier state than at the last call
 */
export function watchLineage(reading: Driver.Database): () => boolean {
  const statement = (sql: string) => reading.prepare(sql).pluck();
  let statements: Record<"version" | "latest" | "isThere", Driver.Statement> | undefined;
  let version: unknown;
  let last: unknown;

  return () => {
    statements ??= {
      version: statement("pragma data_version"),
      latest: statement("select id from audit_events where rowid = (select max(rowid) from audit_events)"),
      isThere: statement("select 1 from audit_events where id = ?"),
    };
    const found = statements.version.get();
    if (found === version) return false;
    const wentBack = last !== undefined && statements.isThere.get(last) === undefined;
    last = statements.latest.get();
    version = found;
    return wentBack;
  };
}
