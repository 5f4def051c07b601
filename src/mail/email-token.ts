import type { z } from "zod";
import type { App } from "../app";
import type { Reader } from "../db/database";
import type { InvitationTicketId, TicketId } from "../ids";
import { findInvitationBy } from "../invitations/invitations.sql";
import { findOrganization } from "../organizations/organizations.sql";
import { findTicket, isTicketOpen, type TicketRow } from "../tickets/tickets.sql";
import { findUser, findUserByEmail } from "../users/users.sql";
import type { EmailTokenStatus } from "./email-token.contract";

type Status = z.input<typeof EmailTokenStatus>;

const status = (kind: Status["kind"], state: Status["state"]): Status => ({
  kind,
  state,
  email: null,
  expiresAt: null,
  invitation: null,
});

/**
 * What became of the token of an email. Nothing is consumed, so that a program which opens the links of emails spends nothing; and only a
 * token with a correct MAC is looked up, so that nothing is told to those who do not hold one.
 */
export async function checkEmailToken(app: App, { token }: { token: string }): Promise<Status> {
  const now = app.clock.date();
  const ticket = app.mailedTokens.read("tkt", token);
  if (ticket) return ticketStatus(app.db.reader, ticket, now);
  const invitation = app.mailedTokens.read("ivt", token);
  if (invitation) return invitationStatus(app.db.reader, invitation, now);
  return status(null, "unknown");
}

/** Rows of tickets are deleted when they have expired, or their account was deleted. */
async function ticketStatus(db: Reader, id: TicketId, now: Date): Promise<Status> {
  const ticket = await findTicket(db, id);
  if (!ticket) return status(null, "expired");
  const { kind, email, expiresAt } = ticket;
  if (isTicketOpen(ticket, now)) return { kind, state: "valid", email, expiresAt, invitation: null };
  if (await isVerified(db, ticket)) return status(kind, "done");
  return status(kind, ticket.endedAt ? "ended" : "expired");
}

async function isVerified(db: Reader, { kind, userId, email }: TicketRow): Promise<boolean> {
  if (kind !== "verify-email" && kind !== "change-email") return false;
  const user = await findUser(db, userId);
  return user?.email === email && user.emailVerifiedAt !== null;
}

/** An invitation that was sent again has another ticket. */
async function invitationStatus(db: Reader, ticket: InvitationTicketId, now: Date): Promise<Status> {
  const invitation = await findInvitationBy(db, { ticket });
  if (!invitation) return status("invitation", "ended");
  const { state, email, expiresAt, role } = invitation;
  if (state !== "open") return status("invitation", state === "accepted" ? "done" : "ended");
  if (expiresAt <= now) return status("invitation", "expired");
  const organization = await findOrganization(db, invitation.organizationId);
  const inviter = await findUser(db, invitation.inviterId);
  if (!organization || organization.deletedAt || !inviter) return status("invitation", "ended");
  const hasAccount = (await findUserByEmail(db, email)) !== undefined;
  const names = { organization: organization.name, inviter: { fullName: inviter.fullName, email: inviter.email } };
  return { kind: "invitation", state: "valid", email, expiresAt, invitation: { ...names, role, hasAccount } };
}
