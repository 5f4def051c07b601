import { route } from "../http/route";
import { RemainingAccess } from "../members/members.contract";
import { createRole, deleteRole, getRoleAccess, listOrganizationRoles, updateRole } from "./roles";
import { CreateRole, Role, RoleAccessQuery, Roles, UpdateRole } from "./roles.contract";

export const roleRoutes = [
  route("GET", "/organizations/:id/roles", {
    operationId: "listRoles",
    access: "actor",
    needs: "roles:read",
    summary: "List the roles of an organization and their permissions",
    description: "Lists the built-in and custom roles of an organization with what each may do.",
    response: Roles,
    run: ({ app, actor, params }) => listOrganizationRoles(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/roles", {
    operationId: "createRole",
    access: "actor",
    needs: "roles:create",
    summary: "Create a custom role",
    description: "Creates a custom role. It can contain only permissions that you have.",
    errors: ["PLAN_LIMIT_REACHED", "CONFLICT"],
    body: CreateRole,
    response: Role,
    status: 201,
    run: ({ app, actor, params, body }) => createRole(app, actor, params.id, body),
  }),
  route("PATCH", "/organizations/:id/roles/:role", {
    operationId: "updateRole",
    access: "actor",
    needs: "roles:update",
    summary: "Update a custom role",
    description:
      "Changes the description or the permissions of a custom role. Members with it may do the new things at once. Where they lose permissions, they may know API keys that can do more: look at their access beforehand.",
    errors: ["CONFLICT"],
    body: UpdateRole,
    response: Role,
    run: ({ app, actor, params, body }) => updateRole(app, actor, params.id, params.role, body),
  }),
  route("GET", "/organizations/:id/roles/:role/access", {
    operationId: "getRoleAccess",
    access: "actor",
    needs: "roles:update",
    summary:
      "List what members with a custom role could use beyond other permissions: API keys they know, trusts they created",
    description:
      "Lists what the members who have a custom role could still use if it had these permissions: keys of others they know, trusts they created on them, and what they set up. Look at it before you take permissions from a role.",
    errors: ["CONFLICT"],
    query: RoleAccessQuery,
    response: RemainingAccess,
    run: ({ app, actor, params, query }) => getRoleAccess(app, actor, params.id, params.role, query),
  }),
  route("DELETE", "/organizations/:id/roles/:role", {
    operationId: "deleteRole",
    access: "actor",
    needs: "roles:delete",
    summary: "Delete a custom role that is not in use",
    description: "Deletes a custom role that no member has, no pending invitation gives, and the policy does not name.",
    errors: ["CONFLICT"],
    response: null,
    run: ({ app, actor, params }) => deleteRole(app, actor, params.id, params.role),
  }),
];
