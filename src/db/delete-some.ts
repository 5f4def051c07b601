import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { someRows } from "./columns";
import type { Writer } from "./database";

/** Deletes at most `max` of the rows that fit, so that a transaction that tidies up never lasts long; how many it deleted. */
export async function deleteSome(
  tx: Writer,
  table: Parameters<Writer["delete"]>[0],
  where: SQL | undefined,
  max: number,
): Promise<number> {
  const deleted = await tx
    .delete(table)
    .where(someRows(table as SQLWrapper, where, max))
    .returning({ one: sql`1` });
  return deleted.length;
}
