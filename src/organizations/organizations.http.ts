import { route } from "../http/route";
import {
  createOrganization,
  deleteOrganization,
  getOrganization,
  listMyOrganizations,
  restoreOrganization,
  updateOrganization,
} from "./organizations";
import {
  CreateOrganization,
  MyOrganization,
  MyOrganizations,
  Organization,
  OrganizationsQuery,
  UpdateOrganization,
} from "./organizations.contract";

const mine = {
  access: "user",
  summary: "List the organizations you belong to",
  query: OrganizationsQuery,
  response: MyOrganizations,
} as const;

export const organizationRoutes = [
  route("POST", "/organizations", {
    access: "user",
    summary: "Create an organization",
    body: CreateOrganization,
    response: MyOrganization,
    status: 201,
    run: ({ app, actor, body }) => createOrganization(app, actor, body),
  }),
  route("GET", "/organizations", { ...mine, run: ({ app, actor, query }) => listMyOrganizations(app, actor, query) }),
  route("GET", "/users/me/organizations", {
    ...mine,
    run: ({ app, actor, query }) => listMyOrganizations(app, actor, query),
  }),
  route("GET", "/organizations/:id", {
    access: "actor",
    needs: "organization:read",
    summary: "Get an organization",
    response: Organization,
    run: ({ app, actor, params }) => getOrganization(app, actor, params.id),
  }),
  route("PATCH", "/organizations/:id", {
    access: "actor",
    needs: "organization:update",
    summary: "Update an organization's name or slug",
    body: UpdateOrganization,
    response: Organization,
    run: ({ app, actor, params, body }) => updateOrganization(app, actor, params.id, body),
  }),
  route("DELETE", "/organizations/:id", {
    access: "actor",
    needs: "organization:delete",
    summary: "Delete an organization; its owner can restore it for 14 days",
    response: null,
    run: ({ app, actor, params }) => deleteOrganization(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/restore", {
    access: "user",
    needs: "former-ownership",
    summary: "Restore a deleted organization",
    response: Organization,
    run: ({ app, actor, params }) => restoreOrganization(app, actor, params.id),
  }),
];
