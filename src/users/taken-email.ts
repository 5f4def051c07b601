import type { Writer } from "../db/database";
import { enqueueEmail } from "../mail/outbox";

/**
 * Tells the reader of an email that it cannot be used for an account: it has one, or it had one until a change that can still be undone.
 * @param reservedUntil when such a change can no longer be undone
 */
export async function emailTaken(tx: Writer, email: string, reservedUntil: Date | undefined) {
  if (!reservedUntil) return enqueueEmail(tx, { to: email, template: "email-taken", values: {} });
  const values = { until: reservedUntil };
  return enqueueEmail(tx, { to: email, template: "email-reserved", values });
}
