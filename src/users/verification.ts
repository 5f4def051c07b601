import { type Actor, type Origin, type UserActor, userIdOf, type Visitor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import type { TicketKind } from "../db/tables";
import { Problem } from "../problems";
import { ticketOf } from "../tickets/tickets";
import { consumeTicket, findTicket, isTicketOpen, type TicketRow } from "../tickets/tickets.sql";
import { confirmEmailChange, rethrowEmailTaken } from "./email-change";
import { confirmPassword } from "./users";
import { findUser, lockUser, markVerified } from "./users.sql";

const kinds: TicketKind[] = ["verify-email", "change-email"];

/**
 * Verifies the email a token was sent to: the account's own, or the new one of a change. The token alone is not enough: without the account's
 * session or password, the owner of an email could be tricked into verifying it for a stranger who registered it. A refusal does not
 * consume the token.
 * @throws Problem INVALID_TOKEN, CONFLICT when the email is already verified, or another account took it meanwhile, REAUTHENTICATION_REQUIRED,
 * INVALID_CREDENTIALS, ACCOUNT_TEMPORARILY_LOCKED, FORBIDDEN for a suspended user
 */
export async function verifyEmail(
  app: App,
  caller: UserActor | Visitor,
  { token, password }: { token: string; password?: string | undefined },
) {
  const id = ticketOf(app, token);
  const ticket = await findTicket(app.db.reader, id, kinds);
  if (!ticket || !isTicketOpen(ticket, app.clock.date())) throw await closedProblem(app.db.reader, ticket);
  const { userId } = ticket;
  const { origin } = caller;
  await requireNotSuspended(app.db.reader, ticket);
  if (password !== undefined) await confirmPassword(app, { userId, origin }, id, password);
  else if (caller.kind !== "user" || caller.userId !== userId) {
    throw new Problem("REAUTHENTICATION_REQUIRED", { reason: "account_of_link" });
  }
  const session = password === undefined && caller.kind === "user" ? caller : undefined;
  const verified = await app.db
    .write((tx) => consumeAndVerify(app, tx, ticket, origin, session))
    .catch(rethrowEmailTaken);
  if (!verified) throw await closedProblem(app.db.reader, ticket);
}

/** @param session whose session takes the place of the password */
async function consumeAndVerify(
  app: App,
  tx: Writer,
  { id, userId }: TicketRow,
  origin: Origin,
  session: UserActor | undefined,
): Promise<boolean> {
  const user = session ? await lockLiveUser(tx, session) : await lockUser(tx, userId);
  const ticket = await consumeTicket(tx, id, kinds);
  if (!ticket || !user || user.suspendedAt) return false;
  if (ticket.kind === "change-email") return confirmEmailChange(app, tx, ticket, origin);
  if (!(await markVerified(tx, userId, ticket.email))) return false;
  const auditActor = { kind: "user", userId, origin } as const;
  await record(tx, auditActor, { action: "user.email_verified", chain: userId, target: userId });
  return true;
}

/** Why a ticket cannot be consumed. Someone who follows a link twice is told that it worked, instead of to ask for another. */
async function closedProblem(db: Reader, ticket: TicketRow | undefined): Promise<Problem> {
  const user = ticket && (await findUser(db, ticket.userId));
  const isVerified = user?.email === ticket?.email && user?.emailVerifiedAt;
  return isVerified ? new Problem("CONFLICT", { reason: "already_verified" }) : new Problem("INVALID_TOKEN");
}

/** @throws Problem FORBIDDEN: a suspended user changes nothing by following links */
export async function requireNotSuspended(db: Reader, { userId }: TicketRow) {
  if ((await findUser(db, userId))?.suspendedAt) throw new Problem("FORBIDDEN", { reason: "account_suspended" });
}

/**
 * Requires that the user, or the one whose key or token asks, has a verified email, where the installation demands it.
 * @throws Problem EMAIL_NOT_VERIFIED
 */
export async function requireVerified(app: App, actor: Actor, db: Reader = app.db.reader) {
  if (app.config.emailVerification !== "required") return;
  const user = await findUser(db, userIdOf(actor));
  if (!user?.emailVerifiedAt) throw new Problem("EMAIL_NOT_VERIFIED");
}
