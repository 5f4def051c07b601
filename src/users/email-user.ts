import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import type { LetterName, LetterValues } from "../mail/templates";
import { type Post, post } from "../mail/outbox";
import { findUser } from "./users.sql";

/** Writes to a person, at the address they have now. */
export async function tell<Name extends LetterName>(
  tx: Writer,
  userId: UserId,
  letter: Name,
  values: LetterValues<Name>,
) {
  const user = await findUser(tx, userId);
  if (user) await post(tx, { to: user.email, letter, values } as Post);
}
