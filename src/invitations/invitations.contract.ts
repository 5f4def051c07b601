import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { RoleName } from "../members/members.contract";
import { Email, listOf, Page, Timestamp, text } from "../shapes.contract";

export const Invite = z.strictObject({ email: Email, role: RoleName.default("member") });

const status = z.enum(["pending", "expired", "accepted", "declined", "canceled"]);

export const InvitationsQuery = Page.extend({ status: status.optional() });

export const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  status,
  /** The user who invited. */
  inviterId: z.string(),
  /** When its latest email was sent; null when it was held back because its recipient had received too many. Send it again later. */
  emailedAt: Timestamp.nullable(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
export const Invitations = listOf(Invitation);

/** An invitation as its recipient sees it. */
export const MyInvitation = z.object({
  id: z.string(),
  organization: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
  role: z.string(),
  /** The email of the user who invited. */
  inviter: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
export const MyInvitations = listOf(MyInvitation);

/** The token of the email, or, for a user with a verified email, the id of the invitation. */
export const AnswerInvitation = z
  .strictObject({
    token: text(100).optional(),
    invitationId: text(50).optional(),
  })
  .refine(({ token, invitationId }) => (token === undefined) !== (invitationId === undefined), {
    error: fieldMessages.tokenOrInvitationId,
  });

export const Accepted = z.object({ organizationId: z.string(), memberId: z.string(), role: z.string() });
