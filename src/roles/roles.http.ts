import { route } from "../http/route";
import { changeRole, createRole, listOrganizationRoles, removeRole } from "./roles";
import { CreateRole, Role, Roles, UpdateRole } from "./roles.contract";

export const roleRoutes = [
  route("GET", "/organizations/:id/roles", {
    access: "actor",
    needs: "roles:read",
    summary: "The roles of an organization, and what each may do",
    response: Roles,
    run: ({ app, actor, params }) => listOrganizationRoles(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/roles", {
    access: "actor",
    needs: "roles:create",
    summary: "Make a role of the organization's own",
    body: CreateRole,
    response: Role,
    status: 201,
    run: ({ app, actor, params, body }) => createRole(app, actor, params.id, body),
  }),
  route("PATCH", "/organizations/:id/roles/:role", {
    access: "actor",
    needs: "roles:update",
    summary: "Change what a role may do",
    body: UpdateRole,
    response: Role,
    run: ({ app, actor, params, body }) => changeRole(app, actor, params.id, params.role, body),
  }),
  route("DELETE", "/organizations/:id/roles/:role", {
    access: "actor",
    needs: "roles:delete",
    summary: "Delete a role that nobody has",
    response: null,
    run: ({ app, actor, params }) => removeRole(app, actor, params.id, params.role),
  }),
];
