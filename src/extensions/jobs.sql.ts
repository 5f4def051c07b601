import { and, eq, lte } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
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

/** Makes the next run of a job due at a time. */
export async function rescheduleJob(tx: Writer, name: string, every: number, dueAt: Date) {
  await tx
    .update(jobs)
    .set({ startedAt: new Date(dueAt.getTime() - every) })
    .where(eq(jobs.name, name));
}

/** When a job was started last; undefined where it never was. */
export async function lastRunOf(db: Reader, name: string): Promise<Date | undefined> {
  return (await db.select().from(jobs).where(eq(jobs.name, name)))[0]?.startedAt;
}

/** Moves the start of a job to now, for the process that started it then; undefined where another has started it since. */
export async function renewJob(tx: Writer, name: string, startedAt: Date): Promise<Date | undefined> {
  const renewed = await tx
    .update(jobs)
    .set({ startedAt: tx.now })
    .where(and(eq(jobs.name, name), eq(jobs.startedAt, startedAt)))
    .returning({ startedAt: jobs.startedAt });
  return renewed[0]?.startedAt;
}

/** Forgets that a job was started, for the process that started it then. */
export async function releaseJob(tx: Writer, name: string, startedAt: Date) {
  await tx.delete(jobs).where(and(eq(jobs.name, name), eq(jobs.startedAt, startedAt)));
}
