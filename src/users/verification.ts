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
 * Confirms the address a letter went to: the one of the account, or the new one it is to have. Only for who also holds the
 * account, or the owner of an address would prove it for a stranger who opened an account with it. A refusal leaves the
 * token good.
 * @throws Problem INVALID_TOKEN, REAUTHENTICATION_REQUIRED, INVALID_CREDENTIALS, ACCOUNT_TEMPORARILY_LOCKED, CONFLICT when the
 * new address got an account meanwhile
 */
export async function verifyEmail(
  app: App,
  caller: UserActor | Visitor,
  { token, password }: { token: string; password?: string | undefined },
) {
  const id = ticketOf(app, token);
  const asked = await findOpenTicket(app.db.reader, id, kinds, app.clock.date());
  if (!asked) throw new Problem("INVALID_TOKEN");
  const { userId } = asked;
  const { origin } = caller;
  if (password !== undefined) await confirmPassword(app, { userId, origin }, password);
  else if (caller.kind !== "user" || caller.userId !== userId) {
    throw new Problem("REAUTHENTICATION_REQUIRED", {
      reason: "account_of_link",
    });
  }
  const verified = await app.db
    .write(async (tx) => {
      const ticket = await consumeTicket(tx, id, kinds);
      if (!ticket) return false;
      if (ticket.kind === "change-email") return confirmEmailChange(app, tx, ticket, origin);
      if (!(await markVerified(tx, userId, ticket.email))) return false;
      const auditActor = { kind: "user", userId, origin } as const;
      await record(tx, auditActor, { action: "user.email_verified", chain: userId, target: userId });
      return true;
    })
    .catch(rethrowEmailTaken);
  if (!verified) throw new Problem("INVALID_TOKEN");
}

/**
 * Demands that the person, or the person behind the key, has proven their address, where the installation asks for it.
 * @throws Problem EMAIL_NOT_VERIFIED
 */
export async function requireVerified(app: App, actor: Actor) {
  if (app.config.emailVerification !== "required") return;
  const user = await findUser(app.db.reader, actor.kind === "user" ? actor.userId : actor.creatorId);
  if (!user?.emailVerifiedAt) throw new Problem("EMAIL_NOT_VERIFIED");
}
