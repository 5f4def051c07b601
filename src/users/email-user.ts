import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { enqueueEmail, type OutgoingEmail } from "../mail/outbox";
import type { EmailName, EmailValues } from "../mail/templates";
import { findUser } from "./users.sql";

/** Sends an email to a user, at the email they have now. */
export async function emailUser<Name extends EmailName>(
  tx: Writer,
  userId: UserId,
  template: Name,
  values: EmailValues<Name>,
) {
  const user = await findUser(tx, userId);
  if (user && !user.deletedAt) await enqueueEmail(tx, { to: user.email, template, values } as OutgoingEmail);
}
