import type { UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { newId, type SessionId, type TicketId } from "../ids";
import { enqueueEmail } from "../mail/outbox";
import { notices, Problem } from "../problems";
import { issueTicket } from "../tickets/tickets";
import { forgivePreviousPassword, identifyAttempt, recordAttempt, requireUnlocked } from "./login-attempts";
import { requireStrongPassword } from "./password-policy";
import { emailTaken } from "./taken-email";
import { findEmailOwner, findUser, insertUser, type UserRow } from "./users.sql";

/** A second registration within this time is the same person again, who clicked twice. Milliseconds. */
const repetitionTime = 10 * 60_000;

/**
 * Creates an account. Where one with the email exists, the response and the work are the same, and its owner gets an email.
 * @throws Problem VALIDATION_ERROR for a password that is too short, too common or too close to what others know about the user
 */
export async function register(
  app: App,
  { origin }: Visitor,
  input: { email: string; password: string; fullName: string },
) {
  await requireStrongPassword(app, input.password, input);
  const passwordHash = await app.passwords.hash(input.password, "registration");
  const { email, fullName } = input;
  const mustVerify = app.config.emailVerification === "required";
  await app.db.write(async (tx) => {
    const id = newId("usr", tx.now.getTime());
    const activatedAt = mustVerify ? null : tx.now;
    const owner = await findEmailOwner(tx, email, tx.now);
    const user = owner
      ? undefined
      : await insertUser(tx, { id, email, fullName, passwordHash, activatedAt, createdAt: tx.now });
    const { user: registered, reservedUntil } = user ? { user } : (owner ?? (await findEmailOwner(tx, email, tx.now))!);
    if (user) await emailNewUser(app, tx, user);
    else if (!isRepetition(registered, reservedUntil, tx.now)) await emailTaken(tx, email, reservedUntil);
    const auditActor = { kind: "user", userId: registered.id, origin } as const;
    const action = user ? "user.registered" : "user.registration_repeated";
    await record(tx, auditActor, { action, chain: registered.id, target: registered.id });
  });
  return { message: mustVerify ? notices.registeredUnverified : notices.registered };
}

const isRepetition = ({ createdAt }: UserRow, reservedUntil: Date | undefined, now: Date): boolean =>
  !reservedUntil && Math.abs(now.getTime() - createdAt.getTime()) < repetitionTime;

/** Asks the owner of a new account to verify the email. */
export async function emailNewUser(app: App, tx: Writer, { id, email }: UserRow) {
  if (app.config.emailVerification === "off") return;
  const values = async () => ({ ticket: await issueTicket(tx, "verify-email", id, email) });
  await enqueueEmail(tx, { to: email, template: "verify-email", values });
}

/**
 * Verifies a user's password before something sensitive. Wrong ones are counted as at a sign-in.
 * @param possession what the client has already shown to hold of the account
 * @throws Problem INVALID_CREDENTIALS, also for a suspended user, ACCOUNT_TEMPORARILY_LOCKED
 */
export async function confirmPassword(
  app: App,
  { userId, origin }: Pick<UserActor, "userId" | "origin">,
  possession: SessionId | TicketId,
  password: string,
): Promise<UserRow> {
  const user = await findUser(app.db.reader, userId);
  if (!user) throw new Problem("UNAUTHORIZED");
  const attempt = await identifyAttempt(app, user.email, user, origin, possession);
  await requireUnlocked(app, attempt);
  const isCorrect = (await app.passwords.verify(user.passwordHash, password, user.id)) && !user.suspendedAt;
  const refused = await app.db.write((tx) => recordAttempt(tx, attempt, isCorrect));
  if (!isCorrect) await forgivePreviousPassword(app, attempt, user, password, user.id, refused);
  if (refused?.code === "INVALID_CREDENTIALS") throw new Problem(refused.code, { reason: "wrong_password" });
  if (refused) throw refused;
  return user;
}
