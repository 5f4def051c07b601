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
    access: "actor",
    needs: "invitations:create",
    summary: "Invite a person by email",
    body: Invite,
    response: Invitation,
    status: 201,
    run: ({ app, actor, params, body }) => invite(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/invitations", {
    access: "actor",
    needs: "invitations:read",
    summary: "List the invitations of an organization",
    query: InvitationsQuery,
    response: Invitations,
    run: ({ app, actor, params, query }) => listOrganizationInvitations(app, actor, params.id, query),
  }),
  route("DELETE", "/organizations/:id/invitations/:invitationId", {
    access: "actor",
    needs: "invitations:delete",
    summary: "Cancel an invitation",
    response: null,
    run: ({ app, actor, params }) => cancelInvitation(app, actor, params.id, params.invitationId),
  }),
  route("POST", "/organizations/:id/invitations/:invitationId/resend", {
    access: "actor",
    needs: "invitations:create",
    summary: "Send an invitation again, valid for another seven days; the earlier link stops working",
    response: Invitation,
    run: ({ app, actor, params }) => resendInvitation(app, actor, params.id, params.invitationId),
  }),
  route("GET", "/users/me/invitations", {
    access: "user",
    summary: "List the invitations you can accept",
    query: Page,
    response: MyInvitations,
    run: ({ app, actor, query }) => listMyInvitations(app, actor, query),
  }),
  route("POST", "/invitations/accept", {
    access: "user",
    summary: "Accept an invitation to your email",
    body: AnswerInvitation,
    response: Accepted,
    run: ({ app, actor, body }) => acceptInvitation(app, actor, body),
  }),
  route("POST", "/invitations/decline", {
    access: "user",
    summary: "Decline an invitation to your email",
    body: AnswerInvitation,
    response: null,
    run: ({ app, actor, body }) => declineInvitation(app, actor, body),
  }),
];
