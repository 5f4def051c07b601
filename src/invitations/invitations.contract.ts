import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { RoleName } from "../members/members.contract";
import { about, Email, exampleId, idOf, listOf, Page, Timestamp, text } from "../shapes.contract";

export const Invite = z
  .strictObject({ email: Email.describe("Whom to invite."), role: RoleName.default("member") })
  .meta({ id: "CreateInvitation" });

const status = z.enum(["pending", "expired", "accepted", "declined", "canceled"]);
const role = z.string().meta(about("The role it gives.", "member"));
const times = {
  createdAt: Timestamp.describe("When it was created."),
  expiresAt: Timestamp.describe("When its link stops working."),
};

export const InvitationsQuery = Page.extend({ status: status.optional().describe("Only invitations in this state.") });

export const Invitation = z
  .object({
    id: idOf("inv").describe("The invitation's id."),
    email: z.string().meta(about("Who was invited.", "grace@example.com")),
    role,
    status: status.describe("What became of it."),
    inviterId: idOf("usr").describe("The user who invited."),
    emailedAt: Timestamp.nullable().describe(
      "When its latest email was sent; null when it was held back because its recipient had received too many. Send it again later.",
    ),
    ...times,
  })
  .meta({ id: "Invitation", description: "An invitation to join an organization." });
export const Invitations = listOf(Invitation).meta({ id: "InvitationList" });

export const MyInvitation = z
  .object({
    id: idOf("inv").describe("The invitation's id."),
    organization: z
      .object({
        id: idOf("org").describe("The organization's id."),
        name: z.string().meta(about("The name that people see.", "Analytical Engines")),
        slug: z.string().meta(about("A unique name for URLs.", "analytical-engines")),
      })
      .describe("The organization to join."),
    role,
    inviter: z.string().meta(about("The email of the user who invited.", "ada@example.com")),
    ...times,
  })
  .meta({ id: "MyInvitation", description: "An invitation as its recipient sees it." });
export const MyInvitations = listOf(MyInvitation).meta({ id: "MyInvitationList" });

export const AnswerInvitation = z
  .strictObject({
    token: text(100).optional().meta(about("The token of the email.", "bml_…")),
    invitationId: text(50)
      .optional()
      .meta(about("For a user with a verified email, in place of the token.", exampleId("inv"))),
  })
  .refine(({ token, invitationId }) => (token === undefined) !== (invitationId === undefined), {
    error: fieldMessages.tokenOrInvitationId,
  })
  .meta({ id: "AnswerInvitation", example: { invitationId: exampleId("inv") } });

export const Accepted = z
  .object({
    organizationId: idOf("org").describe("The organization you joined."),
    memberId: idOf("mem").describe("Your membership."),
    role: z.string().meta(about("Your role.", "member")),
  })
  .meta({ id: "AcceptedInvitation" });
