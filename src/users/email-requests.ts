import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { takeAttempt } from "../limits/attempts.sql";
import { type Post, post } from "../mail/outbox";
import { issueTicket } from "../tickets/tickets";
import { insertLetterRequest, isLetterRequested, type LetterRequest, takeLetterRequests } from "./email-requests.sql";
import { findUserByEmail } from "./users.sql";

/** Letters of a kind that strangers can cause at one address within an hour. */
const mostLetters = 5;
const hour = 3_600_000;

/**
 * Notes that somebody asked for a letter. Whether the address has an account is looked up afterwards by
 * `answerLetterRequests`: the answer and the work before it are the same for every address.
 */
export async function requestLetter(app: App, visitor: Visitor, letter: LetterRequest["letter"], email: string) {
  const { address, userAgent, requestId } = visitor.origin;
  await app.db.write((tx) => {
    const id = newId("lrq", tx.now.getTime());
    return insertLetterRequest(tx, { id, letter, email, address, userAgent, requestId, createdAt: tx.now });
  });
  return { message: "If the address has an account that waits for this letter, it is on its way." };
}

/** Writes the letters that were asked for, to those who have an account. */
export async function answerLetterRequests(app: App) {
  if (!(await isLetterRequested(app.db.reader))) return;
  await app.db.write(async (tx) => {
    for (const request of await takeLetterRequests(tx, 50)) await answer(tx, request);
  });
}

async function answer(tx: Writer, { letter, email, ...origin }: LetterRequest) {
  const user = await findUserByEmail(tx, email);
  if (!user || (letter === "verify-email" && user.emailVerifiedAt)) return;
  const posted = await postSparingly(tx, email, letter, async () => {
    return { to: email, letter, values: { ticket: await issueTicket(tx, letter, user.id, email) } };
  });
  if (!posted) return;
  const action = letter === "reset-password" ? "user.password_reset_requested" : "user.verification_requested";
  await record(tx, { kind: "person", userId: user.id, origin }, { action, chain: user.id, target: user.id });
}

/**
 * Posts a letter that a stranger can cause, unless the address got too many of its kind within the hour; nobody is told.
 * Each kind is counted by itself: who has one letter sent over and over keeps no other from its owner.
 */
export async function postSparingly<Name extends Post["letter"]>(
  tx: Writer,
  to: string,
  letter: Name,
  write: () => Promise<Post & { letter: Name }>,
): Promise<boolean> {
  if (!(await takeAttempt(tx, `letters:${letter}:${to}`, mostLetters, hour))) return false;
  await post(tx, await write());
  return true;
}
