import { asc, eq, inArray, max } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { emailRequests } from "../db/tables";

export type EmailRequest = typeof emailRequests.$inferSelect;

/**
 * Notes a request. While one of its kind from its network waits for the address already, only the browser that may use the link becomes the
 * later one. What other networks ask for changes nothing.
 */
export async function insertEmailRequest(tx: Writer, request: EmailRequest) {
  await tx
    .insert(emailRequests)
    .values(request)
    .onConflictDoUpdate({
      target: [emailRequests.template, emailRequests.email, emailRequests.source],
      set: { verifierHash: request.verifierHash },
    });
}

/** The latest place in the order among the requests of a source. */
export async function lastRequestPosition(db: Reader, source: string): Promise<number | null> {
  const [row] = await db
    .select({ last: max(emailRequests.position) })
    .from(emailRequests)
    .where(eq(emailRequests.source, source));
  return row!.last;
}

export async function isEmailRequested(db: Reader): Promise<boolean> {
  return (await db.select({ id: emailRequests.id }).from(emailRequests).limit(1)).length > 0;
}

/** Takes requests off the list, in their order; no other process gets them when this transaction commits. */
export async function takeEmailRequests(tx: Writer, max: number): Promise<EmailRequest[]> {
  const next = tx
    .select({ id: emailRequests.id })
    .from(emailRequests)
    .orderBy(asc(emailRequests.position), asc(emailRequests.id))
    .limit(max);
  const taken = await tx.delete(emailRequests).where(inArray(emailRequests.id, next)).returning();
  return taken.sort((a, b) => a.position - b.position);
}
