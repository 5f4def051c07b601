import type { Writer } from "../db/database";
import { newId } from "../ids";
import { insertEmail } from "./outbox.sql";
import type { EmailName, EmailValues } from "./templates";

/** One letter to one address. */
export type OutgoingEmail = {
  [Name in EmailName]: { to: string; template: Name; values: EmailValues<Name> };
}[EmailName];

/** Puts a letter in the outbox, in the transaction of its cause: it is sent if, and only if, that commits. */
export async function enqueueEmail(tx: Writer, { to, template, values }: OutgoingEmail) {
  await insertEmail(tx, {
    id: newId("eml", tx.now.getTime()),
    to,
    template,
    values,
    state: "waiting",
    attempts: 0,
    dueAt: tx.now,
    createdAt: tx.now,
  });
}
