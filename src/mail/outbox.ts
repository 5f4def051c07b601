import type { Writer } from "../db/database";
import { newId } from "../ids";
import type { LetterName, LetterValues } from "./templates";
import { insertLetter } from "./outbox.sql";

/** One letter to one address. */
export type Post = { [Name in LetterName]: { to: string; letter: Name; values: LetterValues<Name> } }[LetterName];

/** Puts a letter in the outbox, in the transaction of its cause: it is sent if, and only if, that commits. */
export async function post(tx: Writer, { to, letter, values }: Post) {
  await insertLetter(tx, {
    id: newId("ltr", tx.now.getTime()),
    to,
    letter,
    values,
    state: "waiting",
    attempts: 0,
    dueAt: tx.now,
    createdAt: tx.now,
  });
}
