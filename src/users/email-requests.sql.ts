import { asc, inArray } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { letterRequests } from "../db/tables";

export type LetterRequest = typeof letterRequests.$inferSelect;

export async function insertLetterRequest(tx: Writer, request: LetterRequest) {
  await tx.insert(letterRequests).values(request);
}

export async function isLetterRequested(db: Reader): Promise<boolean> {
  return (await db.select({ id: letterRequests.id }).from(letterRequests).limit(1)).length > 0;
}

/** Takes requests off the list; nobody else gets them when this transaction commits. */
export async function takeLetterRequests(tx: Writer, most: number): Promise<LetterRequest[]> {
  const next = tx.select({ id: letterRequests.id }).from(letterRequests).orderBy(asc(letterRequests.id)).limit(most);
  return tx.delete(letterRequests).where(inArray(letterRequests.id, next)).returning();
}
