import { asc, inArray } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { emailRequests } from "../db/tables";

export type EmailRequest = typeof emailRequests.$inferSelect;

export async function insertEmailRequest(tx: Writer, request: EmailRequest) {
  await tx.insert(emailRequests).values(request);
}

export async function isEmailRequested(db: Reader): Promise<boolean> {
  return (await db.select({ id: emailRequests.id }).from(emailRequests).limit(1)).length > 0;
}

/** Takes requests off the list; nobody else gets them when this transaction commits. */
export async function takeEmailRequests(tx: Writer, max: number): Promise<EmailRequest[]> {
  const next = tx.select({ id: emailRequests.id }).from(emailRequests).orderBy(asc(emailRequests.id)).limit(max);
  return tx.delete(emailRequests).where(inArray(emailRequests.id, next)).returning();
}
