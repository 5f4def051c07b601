import { and, eq, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { auditChains, auditEvents } from "../db/tables";

/** The next number of a chain. Whoever appends to the same chain waits here until this transaction ends. */
export async function nextInChain(tx: Writer, chain: string): Promise<number> {
  const [row] = await tx
    .insert(auditChains)
    .values({ chain, length: 1 })
    .onConflictDoUpdate({ target: auditChains.chain, set: { length: sql`${auditChains.length} + 1` } })
    .returning({ length: auditChains.length });
  return row!.length;
}

export async function eventHash(db: Reader, chain: string, seq: number): Promise<string | undefined> {
  const [row] = await db
    .select({ hash: auditEvents.hash })
    .from(auditEvents)
    .where(and(eq(auditEvents.chain, chain), eq(auditEvents.seq, seq)));
  return row?.hash;
}

export async function appendEvent(tx: Writer, event: typeof auditEvents.$inferInsert) {
  await tx.insert(auditEvents).values(event);
}
