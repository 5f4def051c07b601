import type { Actor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { Problem } from "../problems";
import { ticketOf } from "../tickets/tickets";
import { spendTicket } from "../tickets/tickets.sql";
import { confirmEmailChange, refuseTaken } from "./address";
import { findUser, markVerified } from "./users.sql";

/**
 * Confirms the address a letter went to: the one of the account, or the new one it is to have.
 * @throws Problem INVALID_TOKEN, CONFLICT when the new address got an account meanwhile
 */
export async function verifyEmail(app: App, visitor: Visitor, input: { token: string }) {
  const id = ticketOf(app, input.token);
  const verified = await app.db
    .write(async (tx) => {
      const ticket = await spendTicket(tx, id, ["verify-email", "change-email"]);
      if (!ticket) return false;
      if (ticket.kind === "change-email") return confirmEmailChange(app, tx, ticket, visitor.origin);
      if (!(await markVerified(tx, ticket.userId, ticket.email))) return false;
      const doer = { kind: "person", userId: ticket.userId, origin: visitor.origin } as const;
      await record(tx, doer, { action: "user.email_verified", chain: ticket.userId, target: ticket.userId });
      return true;
    })
    .catch(refuseTaken);
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
