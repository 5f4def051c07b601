import { and, eq, gt, isNull, lt } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { impersonations } from "../db/tables";
import type { ImpersonationId, UserId } from "../ids";

export async function insertImpersonation(tx: Writer, row: typeof impersonations.$inferInsert) {
  await tx.insert(impersonations).values(row);
}

const running = (id: ImpersonationId, now: Date) =>
  and(eq(impersonations.id, id), isNull(impersonations.endedAt), gt(impersonations.endsAt, now));

/** An impersonation that was not ended and whose time is not over. */
export async function findImpersonation(db: Reader, id: ImpersonationId, now: Date) {
  return (await db.select().from(impersonations).where(running(id, now)))[0];
}

/** Ends an operator's impersonation before its time; whom it was of, or undefined when there is none that goes on. */
export async function endImpersonationRow(
  tx: Writer,
  id: ImpersonationId,
  operatorId: UserId,
): Promise<UserId | undefined> {
  const [ended] = await tx
    .update(impersonations)
    .set({ endedAt: tx.now })
    .where(and(running(id, tx.now), eq(impersonations.operatorId, operatorId)))
    .returning({ userId: impersonations.userId });
  return ended?.userId;
}

/** Deletes impersonations that ended before a time. */
export const pruneImpersonations = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, impersonations, lt(impersonations.endsAt, before), max);
