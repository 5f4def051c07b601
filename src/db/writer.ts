import type { Change, Drizzle, Writer } from "./database";
import { changes } from "./tables";

/**
 * A Writer over a drizzle database whose queries belong to one transaction.
 * @param invalidated gets what the unit invalidates, for this process; the table `changes` tells the others
 */
export function writerOn(db: Drizzle, now: Date, invalidated: Change[]): Writer {
  const tx = Object.create(db) as Writer & { now: Date };
  tx.now = now;
  tx.invalidate = async (change) => {
    invalidated.push(change);
    await db.insert(changes).values({ ...change, at: now });
  };
  return tx;
}
