import type { Writer } from "../db/database";
import { type EmailParties, takeEmailBudget } from "../mail/budget";
import { Problem } from "../problems";

/**
 * Whether an email that its recipient did not ask for, an invitation or an offer, may be sent now. Where the recipient has had enough of
 * them, it is held back and what it is about exists all the same: or strangers could keep an organization from inviting someone.
 * @throws Problem RATE_LIMITED for a sender or an organization that has sent too many
 */
export async function maySendUnsolicited(tx: Writer, parties: EmailParties): Promise<boolean> {
  const exhausted = await takeEmailBudget(tx, parties);
  if (exhausted?.of === "sender" || exhausted?.of === "organization") {
    throw new Problem("RATE_LIMITED", { reason: "emails_to_others", retryAfter: exhausted.retryAfter });
  }
  return exhausted === undefined;
}
