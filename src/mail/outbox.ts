import type { Writer } from "../db/database";
import type { MoreOccasions } from "../db/tables";
import { newId, type OrganizationId } from "../ids";
import { findUserByEmail } from "../users/users.sql";
import { hour, takeRecipientBudget } from "./budget";
import { insertEmail, lastPosition, lockCollecting, type OutboxRow, setMore } from "./outbox.sql";
import { type EmailTemplate, isCollected } from "./template";
import { type EmailName, type EmailValues, emailTemplates } from "./templates";
import { nextTurn } from "./turns";
import { stored } from "./values";

/** One email to one recipient. */
export type OutgoingEmail = {
  [Name in EmailName]: {
    to: string;
    template: Name;
    /** A function is called only when the email may be sent, so that a refused one does not end the link of the one before. */
    values: EmailValues<Name> | (() => Promise<EmailValues<Name>>);
    /** The organization it is sent for; those of one organization take turns with all others. */
    cause?: OrganizationId;
    /** The id of what can be canceled before it is sent, for `dropPendingEmails`. */
    about?: string;
    /** Asked for from a network that the recipient's account knows: it has a budget that strangers cannot use up. */
    isKnown?: boolean;
  };
}[EmailName];

/** Later occasions that one email lists; more are only counted. */
const maxListed = 20;

/**
 * Puts an email in the outbox, in the transaction of its cause: it is sent if, and only if, that commits. Every recipient has a budget an
 * hour for each kind. Beyond it, what someone waits for is not sent, and notices are collected into one email an hour later.
 * @returns whether it will be sent
 */
export async function enqueueEmail(tx: Writer, email: OutgoingEmail): Promise<boolean> {
  const { to, template: name, about, cause = to, isKnown = false } = email;
  const template: EmailTemplate = emailTemplates[name];
  const { awaited = false, unbounded = false } = template;
  const user = await findUserByEmail(tx, to);
  const verified = user?.emailVerifiedAt != null;
  const isGranted = unbounded || (await takeRecipientBudget(tx, { to, template: name, awaited, verified, isKnown }));
  if (!isGranted && !isCollected(template)) return false;
  const values = stored(typeof email.values === "function" ? await email.values() : email.values);
  const priority = awaited ? 0 : 1;
  const collecting = isGranted ? undefined : await lockCollecting(tx, to, name);
  if (collecting) await setMore(tx, collecting.id, withOccasion(collecting, values));
  else
    await insertEmail(tx, {
      id: newId("eml", tx.now.getTime()),
      to,
      template: name,
      values,
      more: isGranted ? null : { listed: [], unlisted: 0 },
      language: user?.preferences?.language ?? null,
      timezone: user?.preferences?.timezone ?? null,
      about: about ?? null,
      cause,
      priority,
      position: nextTurn(tx.now, await lastPosition(tx, cause, priority)),
      state: "waiting",
      attempts: 0,
      dueAt: isGranted ? tx.now : new Date(tx.now.getTime() + hour),
      createdAt: tx.now,
    });
  return true;
}

function withOccasion({ more }: OutboxRow, values: Record<string, string>): MoreOccasions {
  const { listed, unlisted } = more!;
  return listed.length < maxListed ? { listed: [...listed, values], unlisted } : { listed, unlisted: unlisted + 1 };
}
