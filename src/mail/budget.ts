import type { Writer } from "../db/database";
import type { OrganizationId, UserId } from "../ids";
import { nextAttemptAt, takeAttempt } from "../limits/attempts.sql";

/** Milliseconds. */
export const hour = 3_600_000;

/** Emails of one kind an hour that someone waits for: links and answers that a visitor can cause. */
const awaited = 5;
/** Notices of one kind an hour that are sent one by one; the others of the hour become one email. */
const notices = { verified: 5, unverified: 1 };

/**
 * Takes one of the emails of a kind that a recipient gets within an hour; false when none is left. Each kind has its own, and so have the
 * networks that an account knows, so that what a stranger causes never uses up what the owner of the address waits for.
 */
export function takeRecipientBudget(
  tx: Writer,
  email: { to: string; template: string; awaited: boolean; verified: boolean; isKnown: boolean },
): Promise<boolean> {
  const max = email.awaited ? awaited : notices[email.verified ? "verified" : "unverified"];
  return takeAttempt(tx, `emails:${email.template}:${email.isKnown ? "known:" : ""}${email.to}`, max, hour);
}

/** Emails to people who did not ask for them, by whom they count for. */
const strangers = {
  sender: { max: 50, window: hour },
  organization: { max: 100, window: hour },
  recipient: { max: 5, window: hour },
  /** One organization to one recipient. */
  pair: { max: 3, window: 24 * hour },
};

export interface EmailParties {
  sender: UserId;
  organization: OrganizationId;
  recipient: string;
}

/** Which budget is used up, and the whole seconds after which one more try is worth it. */
export interface BudgetExhausted {
  of: keyof typeof strangers;
  retryAfter: number;
}

/**
 * Takes one of the emails that a sender, an organization and both together may send to people who did not ask for them: invitations and
 * offers, first or again. Call it in the transaction that enqueues the email; one that is refused uses up nothing if that is rolled back.
 * @returns undefined when it may be sent
 */
export async function takeEmailBudget(tx: Writer, parties: EmailParties): Promise<BudgetExhausted | undefined> {
  const { sender, organization, recipient } = parties;
  const subjects = { sender, organization, recipient, pair: `${organization}:${recipient}` };
  for (const of of ["sender", "organization", "recipient", "pair"] as const) {
    const { max, window } = strangers[of];
    const subject = `stranger-emails:${of}:${subjects[of]}`;
    if (await takeAttempt(tx, subject, max, window)) continue;
    const allowedAt = await nextAttemptAt(tx, subject, max, window);
    return { of, retryAfter: Math.ceil((allowedAt!.getTime() - tx.now.getTime()) / 1_000) };
  }
  return undefined;
}
