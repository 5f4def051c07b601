import { and, eq, isNull, lt, lte, or } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { idempotencyKeys } from "../db/tables";

export type IdempotencyRow = typeof idempotencyKeys.$inferSelect;

export async function findIdempotencyKey(db: Reader, id: string): Promise<IdempotencyRow | undefined> {
  return (await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id)))[0];
}

/** One execution's hold of a key. An execution that takes the key over later has another `claimedAt`. */
export interface Claim {
  id: string;
  claimedAt: Date;
}

/**
 * Claims a key for one execution; undefined when it is taken. It can be claimed again when its claim is older than `forgotten`, or
 * older than `abandoned` and did nothing.
 */
export async function claimIdempotencyKey(
  tx: Writer,
  { id, request, forgotten, abandoned }: { id: string; request: string; forgotten: Date; abandoned: Date },
): Promise<Claim | undefined> {
  const fresh = { request, claimedAt: tx.now, doneAt: null, sealedResponse: null };
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
    .returning({ id: idempotencyKeys.id, claimedAt: idempotencyKeys.claimedAt });
  return claimed[0];
}

/** Marks a claim, in the transaction of its change, as done; false when another execution took the key over. */
export async function markDone(tx: Writer, claim: Claim): Promise<boolean> {
  const marked = await tx
    .update(idempotencyKeys)
    .set({ doneAt: tx.now })
    .where(isHeldBy(claim))
    .returning({ id: idempotencyKeys.id });
  return marked.length > 0;
}

export async function storeResponse(tx: Writer, claim: Claim, sealedResponse: string) {
  await tx.update(idempotencyKeys).set({ doneAt: tx.now, sealedResponse }).where(isHeldBy(claim));
}

/** Releases a key, for the request was refused. */
export async function releaseIdempotencyKey(tx: Writer, claim: Claim) {
  await tx.delete(idempotencyKeys).where(isHeldBy(claim));
}

/** Releases a key unless a transaction of its request was committed. One whose commit is still under way is waited for. */
export async function releaseUnlessDone(tx: Writer, claim: Claim) {
  await tx.delete(idempotencyKeys).where(and(isHeldBy(claim), isNull(idempotencyKeys.doneAt)));
}

const isHeldBy = ({ id, claimedAt }: Claim) =>
  and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claimedAt, claimedAt));

export const pruneIdempotencyKeys = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, idempotencyKeys, lt(idempotencyKeys.claimedAt, before), max);
