import Database from "better-sqlite3";

/** What tells a copy from the row that it is copied of. */
const own: Record<string, Record<string, string>> = {
  api_keys: { id: "'key_0' || substr(lower(hex(randomblob(13))), 2)", hash: "lower(hex(randomblob(22)))" },
  sessions: { row_id: "null", id: "'ses_0' || substr(lower(hex(randomblob(13))), 2)" },
};

/** Has a seeded SQLite file hold so many keys and sessions more, copies of the first ones, which no one uses. */
export function grow(file: string, rows: number) {
  const database = new Database(file);
  database.pragma("synchronous = OFF");
  for (const [table, changed] of Object.entries(own)) {
    const columns = (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
    const values = columns.map((name) => changed[name] ?? `"${name}"`);
    database
      .prepare(
        `with recursive copies(number) as (select 1 union all select number + 1 from copies where number < ?)
         insert into ${table} (${columns.map((name) => `"${name}"`)}) select ${values} from (select * from ${table} limit 1), copies`,
      )
      .run(rows);
  }
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}
