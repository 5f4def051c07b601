import { asc, eq, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { bind, prepared } from "../db/prepared";
import { usageJournal } from "../db/tables";
import type { BatchId } from "../ids";

/** Writes one row of a batch. */
export async function appendToJournal(tx: Writer, row: { batch: BatchId; number: number; entries: string }) {
  await append(tx, row);
}

const append = prepared<Record<string, unknown>, unknown>("append_to_journal", (db) =>
  db.insert(usageJournal).values({
    batch: sql`${bind(usageJournal.batch, "batch")}`,
    number: sql`${bind(usageJournal.number, "number")}`,
    entries: sql`${bind(usageJournal.entries, "entries")}`,
  } as never),
);

/** Takes all rows of a batch out of the journal, the oldest first; those another process took are not among them. */
export async function takeFromJournal(tx: Writer, batch: BatchId): Promise<string[]> {
  const rows = await tx
    .delete(usageJournal)
    .where(eq(usageJournal.batch, batch))
    .returning({ number: usageJournal.number, entries: usageJournal.entries });
  return rows.sort((a, b) => a.number - b.number).map(({ entries }) => entries);
}

/** The batches that have rows in the journal. */
export async function listBatches(db: Reader): Promise<BatchId[]> {
  const rows = await db
    .selectDistinct({ batch: usageJournal.batch })
    .from(usageJournal)
    .orderBy(asc(usageJournal.batch));
  return rows.map(({ batch }) => batch);
}
