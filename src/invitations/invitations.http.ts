import { route } from "../http/route";
import { Page } from "../shapes.contract";
import { acceptInvitation, declineInvitation, listMyInvitations } from "./answers";
import { cancelInvitation, invite, listOrganizationInvitations, resendInvitation } from "./invitations";
import {
  Accepted,
  AnswerInvitation,
  Invitation,
  Invitations,
  InvitationsQuery,
  Invite,
  MyInvitations,
} from "./invitations.contract";

export const invitationRoutes = [
  route("POST", "/organizations/:id/invitations", {
    operationId: "createInvitation",
    access: "actor",
    needs: "invitations:create",
    summary: "Invite a person by email",
    description: "Emails an invitation, valid for seven days. It can give no role that allows more than you may do.",
    errors: ["CONFLICT", "PLAN_LIMIT_REACHED", "EMAIL_NOT_VERIFIED", "RATE_LIMITED"],
    body: Invite,
    response: Invitation,
    status: 201,
    run: ({ app, actor, params, body }) => invite(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/invitations", {
    operationId: "listInvitations",
    access: "actor",
    needs: "invitations:read",
    summary: "List the invitations of an organization",
    description: "Lists invitations, the newest first, in any state or in the one you name.",
    query: InvitationsQuery,
    response: Invitations,
    run: ({ app, actor, params, query }) => listOrganizationInvitations(app, actor, params.id, query),
  }),
  route("DELETE", "/organizations/:id/invitations/:invitationId", {
    operationId: "cancelInvitation",
    access: "actor",
    needs: "invitations:delete",
    summary: "Cancel an invitation",
    description: "Cancels a pending invitation. Its link stops working.",
    errors: ["CONFLICT"],
    response: null,
    run: ({ app, actor, params }) => cancelInvitation(app, actor, params.id, params.invitationId),
  }),
  route("POST", "/organizations/:id/invitations/:invitationId/resend", {
    operationId: "resendInvitation",
    access: "actor",
    needs: "invitations:create",
    summary: "Send an invitation again, valid for another seven days; the earlier link stops working",
    description:
      "Sends an invitation again, valid for another seven days. The earlier link stops working, and you become its inviter.",
    errors: ["CONFLICT", "PLAN_LIMIT_REACHED", "EMAIL_NOT_VERIFIED", "RATE_LIMITED"],
    response: Invitation,
    run: ({ app, actor, params }) => resendInvitation(app, actor, params.id, params.invitationId),
  }),
  route("GET", "/users/me/invitations", {
    operationId: "listMyInvitations",
    access: "user",
    summary: "List the invitations you can accept",
    description: "Lists pending invitations to your verified email.",
    query: Page,
    response: MyInvitations,
    run: ({ app, actor, query }) => listMyInvitations(app, actor, query),
  }),
  route("POST", "/invitations/accept", {
    operationId: "acceptInvitation",
    access: "user",
    summary: "Accept an invitation to your email",
    description:
      "Makes you a member of the organization. Send the token from the email, or, with a verified email, the id from your list.",
    errors: [
      "INVALID_TOKEN",
      "EMAIL_NOT_VERIFIED",
      "CONFLICT",
      "FORBIDDEN",
      "NOT_FOUND",
      "PLAN_LIMIT_REACHED",
      "ORGANIZATION_SUSPENDED",
      "TWO_FACTOR_SETUP_REQUIRED",
    ],
    body: AnswerInvitation,
    response: Accepted,
    run: ({ app, actor, body }) => acceptInvitation(app, actor, body),
  }),
  route("POST", "/invitations/decline", {
    operationId: "declineInvitation",
    access: "user",
    summary: "Decline an invitation to your email",
    description:
      "Declines an invitation. Send the token from the email, or, with a verified email, the id from your list.",
    errors: ["INVALID_TOKEN", "EMAIL_NOT_VERIFIED", "CONFLICT", "FORBIDDEN", "NOT_FOUND"],
    body: AnswerInvitation,
    response: null,
    run: ({ app, actor, body }) => declineInvitation(app, actor, body),
  }),
];
