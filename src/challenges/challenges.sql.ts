import { eq, getTableColumns, lte } from "drizzle-orm";
import type { Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bindRow, prepared } from "../db/prepared";
import { consumedChallenges } from "../db/tables";

type Consumable = Pick<typeof consumedChallenges.$inferSelect, "id" | "expiresAt">;

/** Consumes a challenge; false when it was consumed before, or has expired. Of concurrent calls, one gets it. */
export async function consumeChallenge(tx: Writer, { id, expiresAt }: Consumable): Promise<boolean> {
  if (expiresAt <= tx.now) return false;
  return (await challengeConsumed(tx, { id, expiresAt })).length > 0;
}

const challengeConsumed = prepared<Record<string, unknown>, Promise<{ id: string }[]>>("consume_challenge", (db) =>
  db
    .insert(consumedChallenges)
    .values(bindRow(getTableColumns(consumedChallenges)))
    .onConflictDoNothing()
    .returning({ id: consumedChallenges.id }),
);

/** Gives a challenge back that was consumed in the same transaction, for another attempt. */
export async function releaseChallenge(tx: Writer, { id }: Consumable) {
  await tx.delete(consumedChallenges).where(eq(consumedChallenges.id, id));
}

/** Deletes challenges that have expired, and are refused for that. */
export const pruneChallenges = (tx: Writer, max: number) =>
  deleteSome(tx, consumedChallenges, lte(consumedChallenges.expiresAt, tx.now), max);
