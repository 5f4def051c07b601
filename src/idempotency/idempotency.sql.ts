import { and, eq, isNull, lt, lte, or } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { idempotencyKeys } from "../db/tables";

export type IdempotencyRow = typeof idempotencyKeys.$inferSelect;

export async function findIdempotencyKey(db: Reader, id: string): Promise<IdempotencyRow | undefined> {
  return (await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id)))[0];
}

/**
 * Takes a key for one execution; false when it is taken. It can be taken again when it is older than `forgotten`, and when
 * whoever took it before `abandoned` did nothing.
 */
export async function claimIdempotencyKey(
  tx: Writer,
  { id, request, forgotten, abandoned }: { id: string; request: string; forgotten: Date; abandoned: Date },
): Promise<boolean> {
  const fresh = { request, claimedAt: tx.now, doneAt: null, sealedAnswer: null };
  const claimed = await tx
    .insert(idempotencyKeys)
    .values({ id, ...fresh })
    .onConflictDoUpdate({
      target: idempotencyKeys.id,
      set: fresh,
      setWhere: or(
        lte(idempotencyKeys.claimedAt, forgotten),
        and(lte(idempotencyKeys.claimedAt, abandoned), isNull(idempotencyKeys.doneAt)),
      ),
    })
    .returning({ id: idempotencyKeys.id });
  return claimed.length > 0;
}

/** Notes, in the transaction of what was asked for, that it happened. */
export async function markDone(tx: Writer, id: string) {
  await tx.update(idempotencyKeys).set({ doneAt: tx.now }).where(eq(idempotencyKeys.id, id));
}

export async function storeAnswer(tx: Writer, id: string, sealedAnswer: string) {
  await tx.update(idempotencyKeys).set({ doneAt: tx.now, sealedAnswer }).where(eq(idempotencyKeys.id, id));
}

/** Gives a key back: nothing happened. */
export async function releaseIdempotencyKey(tx: Writer, id: string) {
  await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.id, id));
}

export async function pruneIdempotencyKeys(tx: Writer, before: Date) {
  await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.claimedAt, before));
}
