import { route } from "../http/route";
import { listOrganizationMembers, updateMember } from "./members";
import {
  Member,
  MemberAccess,
  MemberAccessQuery,
  Members,
  MembersQuery,
  RemoveMember,
  UpdateMember,
} from "./members.contract";
import { getMemberAccess } from "./remaining-access";
import { leaveOrganization, removeMember } from "./removal";

export const memberRoutes = [
  route("GET", "/organizations/:id/members", {
    operationId: "listMembers",
    access: "actor",
    needs: "members:read",
    summary: "List the members of an organization",
    description:
      "Lists the members of an organization in the order they joined, or those of them who are looked for by name, email or id.",
    query: MembersQuery,
    response: Members,
    run: ({ app, actor, params, query }) => listOrganizationMembers(app, actor, params.id, query),
  }),
  route("PATCH", "/organizations/:id/members/:memberId", {
    operationId: "updateMember",
    access: "actor",
    needs: "members:update",
    summary: "Update a member's role",
    description:
      "Gives a member another role. You can only change members whose role is lower than yours, and give no role that allows more than you may do. A member who gets a lower role may know API keys that can do more: look at their access beforehand.",
    errors: ["CONFLICT"],
    body: UpdateMember,
    response: Member,
    run: ({ app, actor, params, body }) => updateMember(app, actor, params.id, params.memberId, body),
  }),
  route("GET", "/organizations/:id/members/:memberId/access", {
    operationId: "getMemberAccess",
    access: "actor",
    needs: "members:remove",
    summary: "List what a member could still use after their removal: API keys they know, trusts they created",
    description:
      "Lists what a member could still use after their removal: their API keys, keys of others they know, and trusts they created. With `role`, what they could use beyond that role. Look at it before you remove someone or give them a lower role.",
    query: MemberAccessQuery,
    response: MemberAccess,
    run: ({ app, actor, params, query }) => getMemberAccess(app, actor, params.id, params.memberId, query),
  }),
  route("DELETE", "/organizations/:id/members/:memberId", {
    operationId: "removeMember",
    access: "actor",
    needs: "members:remove",
    summary: "Remove a member; the API keys they created are disabled, or handed over to another member",
    description:
      "Removes a member from an organization. The API keys they created are disabled, unless `handKeysTo` names the member who takes them over.",
    errors: ["CONFLICT"],
    query: RemoveMember,
    response: null,
    run: ({ app, actor, params, query }) => removeMember(app, actor, params.id, params.memberId, query),
  }),
  route("POST", "/organizations/:id/leave", {
    operationId: "leaveOrganization",
    access: "user",
    needs: "membership",
    summary: "Leave an organization",
    description: "Ends your own membership. The owner transfers ownership first.",
    errors: ["CONFLICT"],
    response: null,
    run: ({ app, actor, params }) => leaveOrganization(app, actor, params.id),
  }),
];
