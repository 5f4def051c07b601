import { route } from "../http/route";
import {
  changeOrganization,
  createOrganization,
  getOrganization,
  listMyOrganizations,
  removeOrganization,
  restoreOrganization,
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
  summary: "The organizations you belong to",
  query: OrganizationsQuery,
  response: MyOrganizations,
} as const;

export const organizationRoutes = [
  route("POST", "/organizations", {
    access: "user",
    summary: "Found an organization",
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
    summary: "One organization",
    response: Organization,
    run: ({ app, actor, params }) => getOrganization(app, actor, params.id),
  }),
  route("PATCH", "/organizations/:id", {
    access: "actor",
    needs: "organization:update",
    summary: "Change an organization's name or slug",
    body: UpdateOrganization,
    response: Organization,
    run: ({ app, actor, params, body }) => changeOrganization(app, actor, params.id, body),
  }),
  route("DELETE", "/organizations/:id", {
    access: "actor",
    needs: "organization:delete",
    summary: "Delete an organization; its owner can bring it back for fourteen days",
    response: null,
    run: ({ app, actor, params }) => removeOrganization(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/restore", {
    access: "user",
    needs: "former-ownership",
    summary: "Bring a deleted organization back",
    response: Organization,
    run: ({ app, actor, params }) => restoreOrganization(app, actor, params.id),
  }),
];
