import { createHash } from "node:crypto";
import Driver from "better-sqlite3";
import { SQL } from "bun";
import { compatibleMark, type Migration, type MigrationSource } from "../../src/db/migrations";

/** A migration as if a file of that name held that text. */
export const migration = (name: string, sql: string, source: MigrationSource = "bask"): Migration => ({
  source,
  name,
  hash: createHash("sha256").update(sql).digest("hex"),
  compatible: sql.startsWith(compatibleMark),
  sql,
});

/** The rows of one query on a database, asked past Bask. */
export async function rowsOf(url: string, query: string): Promise<Record<string, unknown>[]> {
  if (url.startsWith("sqlite:")) {
    const file = new Driver(url.slice("sqlite:".length));
    try {
      const statement = file.prepare(query);
      if (statement.reader) return statement.all() as Record<string, unknown>[];
      statement.run();
      return [];
    } finally {
      file.close();
    }
  }
  const client = new SQL(url, { max: 1 });
  try {
    return [...(await client.unsafe(query))];
  } finally {
    await client.close();
  }
}

/** What a database's journal says, in order of names. */
export const journalOf = async (url: string) =>
  (await rowsOf(url, "select source, name from bask_migrations order by source, name")).map(
    ({ source, name }) => `${source} ${name}`,
  );
