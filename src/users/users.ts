import type { UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { enqueueEmail } from "../mail/outbox";
import { notices, Problem } from "../problems";
import { issueTicket } from "../tickets/tickets";
import { recordAttempt, requireUnlocked } from "./login-attempts";
import { requireStrongPassword } from "./password-policy";
import { findEmailOwner, findUser, findUserByEmail, insertUser, type UserRow } from "./users.sql";

/**
 * Creates an account. Where one with the email exists, the response and the work are the same, and its owner gets an email.
 * @throws Problem VALIDATION_ERROR for a password that is too short, too common or too close to what others know about the user
 */
export async function register(
  app: App,
  visitor: Visitor,
  input: { email: string; password: string; fullName: string },
) {
  await requireStrongPassword(app, input.password, input);
  const passwordHash = await app.passwords.hash(input.password);
  const { email, fullName } = input;
  await app.db.write(async (tx) => {
    const id = newId("usr", tx.now.getTime());
    const holder = await findEmailOwner(tx, email, tx.now);
    const user = holder ? undefined : await insertUser(tx, { id, email, fullName, passwordHash, createdAt: tx.now });
    const owner = user ?? holder ?? (await findUserByEmail(tx, email))!;
    await emailRegistrant(app, tx, email, user);
    const auditActor = { kind: "user", userId: owner.id, origin: visitor.origin } as const;
    const action = user ? "user.registered" : "user.registration_repeated";
    await record(tx, auditActor, { action, chain: owner.id, target: owner.id });
  });
  return { message: notices.registered };
}

/** Asks the owner of a new account to verify the email, or tells the owner of an existing one that someone tried to register it. */
async function emailRegistrant(app: App, tx: Writer, email: string, user: UserRow | undefined) {
  if (!user) return enqueueEmail(tx, { to: email, template: "email-taken", values: {} });
  if (app.config.emailVerification === "off") return;
  const values = async () => ({ ticket: await issueTicket(tx, "verify-email", user.id, email) });
  return enqueueEmail(tx, { to: email, template: "verify-email", values });
}

/**
 * Verifies the password of a signed-in user before something sensitive. Wrong ones are counted as at a sign-in.
 * @throws Problem INVALID_CREDENTIALS, ACCOUNT_TEMPORARILY_LOCKED
 */
export async function confirmPassword(
  app: App,
  actor: Pick<UserActor, "userId" | "origin">,
  password: string,
): Promise<UserRow> {
  const user = await findUser(app.db.reader, actor.userId);
  if (!user) throw new Problem("UNAUTHORIZED");
  await requireUnlocked(app, user.email, actor.origin);
  const isCorrect = await app.passwords.verify(user.passwordHash, password);
  const refused = await app.db.write((tx) => recordAttempt(tx, user.email, actor.origin, isCorrect));
  if (refused?.code === "INVALID_CREDENTIALS") throw new Problem(refused.code, { reason: "wrong_password" });
  if (refused) throw refused;
  return user;
}
