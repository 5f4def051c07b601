import type { Actor, UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { TicketKind } from "../db/tables";
import { Problem } from "../problems";
import { ticketOf } from "../tickets/tickets";
import { consumeTicket, findOpenTicket } from "../tickets/tickets.sql";
import { confirmEmailChange, rethrowEmailTaken } from "./email-change";
import { confirmPassword } from "./users";
import { findUser, markVerified } from "./users.sql";

const kinds: TicketKind[] = ["verify-email", "change-email"];

/**
 * Verifies the email a token was sent to: the account's own, or the new one of a change. The token alone is not enough: without the account's
 * session or password, the owner of an email could be tricked into verifying it for a stranger who registered it. A refusal does not
 * consume the token.
 * @throws Problem INVALID_TOKEN, REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, ACCOUNT_TEMPORARILY_LOCKED, CONFLICT when another account
 * took the new email meanwhile
 */
export async function verifyEmail(
  app: App,
  caller: UserActor | Visitor,
  { token, password }: { token: string; password?: string | undefined },
) {
  const id = ticketOf(app, token);
  const ticket = await findOpenTicket(app.db.reader, id, kinds, app.clock.date());
  if (!ticket) throw new Problem("INVALID_TOKEN");
  const { userId } = ticket;
  const { origin } = caller;
  if (password !== undefined) await confirmPassword(app, { userId, origin }, password);
  else if (caller.kind !== "user" || caller.userId !== userId) {
    throw new Problem("REAUTHENTICATION_REQUIRED", { reason: "account_of_link" });
  }
  const verified = await app.db
    .write(async (tx) => {
      const consumed = await consumeTicket(tx, id, kinds);
      if (!consumed) return false;
      if (consumed.kind === "change-email") return confirmEmailChange(app, tx, consumed, origin);
      if (!(await markVerified(tx, userId, consumed.email))) return false;
      const auditActor = { kind: "user", userId, origin } as const;
      await record(tx, auditActor, { action: "user.email_verified", chain: userId, target: userId });
      return true;
    })
    .catch(rethrowEmailTaken);
  if (!verified) throw new Problem("INVALID_TOKEN");
}

/**
 * Requires that the user, or the creator of the API key, has a verified email, where the installation demands it.
 * @throws Problem EMAIL_NOT_VERIFIED
 */
export async function requireVerified(app: App, actor: Actor) {
  if (app.config.emailVerification !== "required") return;
  const user = await findUser(app.db.reader, actor.kind === "user" ? actor.userId : actor.creatorId);
  if (!user?.emailVerifiedAt) throw new Problem("EMAIL_NOT_VERIFIED");
}
