import { lte } from "drizzle-orm";
import type { Writer } from "../db/database";
import { jobs } from "../db/tables";

/** Takes the run of a job that is due; of all processes one hears true. */
export async function claimJob(tx: Writer, name: string, every: number): Promise<boolean> {
  const due = new Date(tx.now.getTime() - every);
  const claimed = await tx
    .insert(jobs)
    .values({ name, startedAt: tx.now })
    .onConflictDoUpdate({ target: jobs.name, set: { startedAt: tx.now }, setWhere: lte(jobs.startedAt, due) })
    .returning({ name: jobs.name });
  return claimed.length > 0;
}
