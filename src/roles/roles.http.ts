import { route } from "../http/route";
import { createRole, deleteRole, listOrganizationRoles, updateRole } from "./roles";
import { CreateRole, Role, Roles, UpdateRole } from "./roles.contract";

export const roleRoutes = [
  route("GET", "/organizations/:id/roles", {
    access: "actor",
    needs: "roles:read",
    summary: "List the roles of an organization and their permissions",
    response: Roles,
    run: ({ app, actor, params }) => listOrganizationRoles(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/roles", {
    access: "actor",
    needs: "roles:create",
    summary: "Create a custom role",
    body: CreateRole,
    response: Role,
    status: 201,
    run: ({ app, actor, params, body }) => createRole(app, actor, params.id, body),
  }),
  route("PATCH", "/organizations/:id/roles/:role", {
    access: "actor",
    needs: "roles:update",
    summary: "Update a custom role",
    body: UpdateRole,
    response: Role,
    run: ({ app, actor, params, body }) => updateRole(app, actor, params.id, params.role, body),
  }),
  route("DELETE", "/organizations/:id/roles/:role", {
    access: "actor",
    needs: "roles:delete",
    summary: "Delete a custom role that is not in use",
    response: null,
    run: ({ app, actor, params }) => deleteRole(app, actor, params.id, params.role),
  }),
];
