import { getTableName, is, Table } from "drizzle-orm";
import * as schema from "../../src/db/tables";
import type { World } from "./world";

const tables = Object.values(schema).filter((value) => is(value, Table));

/** Every row of the tables that hold state, by table and in a fixed order; two snapshots are equal when nothing was written between them. */
export async function snapshot({ app }: World): Promise<Record<string, string[]>> {
  const rows = tables.map(async (table) => {
    const all = await app.db.reader.select().from(table);
    return [getTableName(table), all.map((row) => JSON.stringify(row)).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}
