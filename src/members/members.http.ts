import { route } from "../http/route";
import { listOrganizationMembers, updateMember } from "./members";
import { Member, MemberAccess, Members, MembersQuery, RemoveMember, UpdateMember } from "./members.contract";
import { getMemberAccess } from "./remaining-access";
import { leaveOrganization, removeMember } from "./removal";

export const memberRoutes = [
  route("GET", "/organizations/:id/members", {
    access: "actor",
    needs: "members:read",
    summary: "List the members of an organization",
    query: MembersQuery,
    response: Members,
    run: ({ app, actor, params, query }) => listOrganizationMembers(app, actor, params.id, query),
  }),
  route("PATCH", "/organizations/:id/members/:memberId", {
    access: "actor",
    needs: "members:update",
    summary: "Update a member's role",
    body: UpdateMember,
    response: Member,
    run: ({ app, actor, params, body }) => updateMember(app, actor, params.id, params.memberId, body),
  }),
  route("GET", "/organizations/:id/members/:memberId/access", {
    access: "actor",
    needs: "members:remove",
    summary: "List what a member could still use after their removal: API keys they know, trusts they created",
    response: MemberAccess,
    run: ({ app, actor, params }) => getMemberAccess(app, actor, params.id, params.memberId),
  }),
  route("DELETE", "/organizations/:id/members/:memberId", {
    access: "actor",
    needs: "members:remove",
    summary: "Remove a member; the API keys they created are disabled, or handed over to another member",
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
