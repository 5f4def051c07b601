import { route } from "../http/route";
import { changeMember, leaveOrganization, listOrganizationMembers, removeMember } from "./members";
import { ChangeMember, Member, Members, MembersQuery, RemoveMember } from "./members.contract";

export const memberRoutes = [
  route("GET", "/organizations/:id/members", {
    access: "actor",
    needs: "members:read",
    summary: "The members of an organization",
    query: MembersQuery,
    response: Members,
    run: ({ app, actor, params, query }) => listOrganizationMembers(app, actor, params.id, query),
  }),
  route("PATCH", "/organizations/:id/members/:memberId", {
    access: "actor",
    needs: "members:update",
    summary: "Give a member another role",
    body: ChangeMember,
    response: Member,
    run: ({ app, actor, params, body }) => changeMember(app, actor, params.id, params.memberId, body),
  }),
  route("DELETE", "/organizations/:id/members/:memberId", {
    access: "actor",
    needs: "members:remove",
    summary: "Remove a member; the keys they made are switched off, or handed over",
    query: RemoveMember,
    response: null,
    run: ({ app, actor, params, query }) => removeMember(app, actor, params.id, params.memberId, query),
  }),
  route("POST", "/organizations/:id/leave", {
    access: "user",
    needs: "membership",
    summary: "Leave an organization",
    response: null,
    run: ({ app, actor, params }) => leaveOrganization(app, actor, params.id),
  }),
];
