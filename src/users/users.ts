import type { UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { type InvitationTicketId, newId, type SessionId, type TicketId } from "../ids";
import { findInvitationBy } from "../invitations/invitations.sql";
import { enqueueEmail } from "../mail/outbox";
import { notices, Problem } from "../problems";
import { issueTicket } from "../tickets/tickets";
import { forgivePreviousPassword, identifyAttempt, recordAttempt, requireUnlocked } from "./login-attempts";
import { requireStrongPassword } from "./password-policy";
import { emailTaken } from "./taken-email";
import { findEmailOwner, findUser, insertUser, type UserRow } from "./users.sql";

/** A second registration within this time is the same person again, who clicked twice. Milliseconds. */
const repetitionTime = 10 * 60_000;

interface Registration {
  email: string;
  password: string;
  fullName: string;
  /** Of an invitation that was sent to the email. */
  invitationToken?: string | undefined;
}

/**
 * Creates an account. Where one with the email exists, the response and the work are the same, and its owner gets an email. Who holds the
 * token of an invitation to the email receives it: the new account is verified, and they are told of one that exists.
 * @throws Problem VALIDATION_ERROR for a password that is too short, too common or too close to what others know about the user;
 * INVALID_TOKEN, CONFLICT with the token of an invitation
 */
export async function register(app: App, visitor: Visitor, { invitationToken, ...input }: Registration) {
  const { origin } = visitor;
  const ticket = invitationToken === undefined ? undefined : app.mailedTokens.read("ivt", invitationToken);
  if (invitationToken !== undefined && !ticket) throw new Problem("INVALID_TOKEN");
  await requireStrongPassword(app, input.password, input);
  const passwordHash = await app.passwords.hash(input.password, "registration");
  const { email, fullName } = input;
  if (ticket) return registerInvited(app, visitor, ticket, { email, fullName, passwordHash });
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

/** Creates the account of someone who was invited by email. The invitation is still to be answered. */
async function registerInvited(
  app: App,
  { origin }: Visitor,
  ticket: InvitationTicketId,
  account: { email: string; fullName: string; passwordHash: string },
) {
  const refused = await app.db.write(async (tx) => {
    const invitation = await findInvitationBy(tx, { ticket });
    const isOpen = invitation?.state === "open" && invitation.expiresAt > tx.now;
    if (!isOpen || invitation.email !== account.email) return new Problem("INVALID_TOKEN");
    const id = newId("usr", tx.now.getTime());
    const now = { emailVerifiedAt: tx.now, activatedAt: tx.now, createdAt: tx.now };
    const isFree = (await findEmailOwner(tx, account.email, tx.now)) === undefined;
    if (!isFree || !(await insertUser(tx, { id, ...account, ...now }))) {
      return new Problem("CONFLICT", { reason: "email_taken" });
    }
    const auditActor = { kind: "user", userId: id, origin } as const;
    await record(tx, auditActor, { action: "user.registered", chain: id, target: id });
    await record(tx, auditActor, { action: "user.email_verified", chain: id, target: id });
    return undefined;
  });
  if (refused) throw refused;
  return { message: notices.registered };
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
