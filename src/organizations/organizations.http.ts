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
  description: "Lists the organizations you belong to, each with your role in it.",
  query: OrganizationsQuery,
  response: MyOrganizations,
} as const;

export const organizationRoutes = [
  route("POST", "/organizations", {
    operationId: "createOrganization",
    access: "user",
    summary: "Create an organization",
    description: "Creates an organization, of which you become the owner. Without a slug, one is made from the name.",
    errors: ["PLAN_LIMIT_REACHED", "CONFLICT", "EMAIL_NOT_VERIFIED"],
    body: CreateOrganization,
    response: MyOrganization,
    status: 201,
    run: ({ app, actor, body }) => createOrganization(app, actor, body),
  }),
  route("GET", "/organizations", {
    operationId: "listOrganizations",
    ...mine,
    run: ({ app, actor, query }) => listMyOrganizations(app, actor, query),
  }),
  route("GET", "/users/me/organizations", {
    operationId: "listMyOrganizations",
    ...mine,
    run: ({ app, actor, query }) => listMyOrganizations(app, actor, query),
  }),
  route("GET", "/organizations/:id", {
    operationId: "getOrganization",
    access: "actor",
    needs: "organization:read",
    summary: "Get an organization",
    description: "Returns an organization's name, slug and plan.",
    response: Organization,
    run: ({ app, actor, params }) => getOrganization(app, actor, params.id),
  }),
  route("PATCH", "/organizations/:id", {
    operationId: "updateOrganization",
    access: "actor",
    needs: "organization:update",
    summary: "Update an organization's name or slug",
    description: "Changes the name or the slug of an organization.",
    errors: ["CONFLICT"],
    body: UpdateOrganization,
    response: Organization,
    run: ({ app, actor, params, body }) => updateOrganization(app, actor, params.id, body),
  }),
  route("DELETE", "/organizations/:id", {
    operationId: "deleteOrganization",
    access: "actor",
    needs: "organization:delete",
    summary: "Delete an organization; its owner can restore it for 14 days",
    description:
      "Deletes an organization. Its API keys are refused at once. Its owner can restore it for 14 days; then everything in it is erased.",
    response: null,
    run: ({ app, actor, params }) => deleteOrganization(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/restore", {
    operationId: "restoreOrganization",
    access: "user",
    needs: "former-ownership",
    summary: "Restore a deleted organization",
    description: "Brings back an organization that its owner deleted within the last 14 days.",
    errors: ["PLAN_LIMIT_REACHED", "ORGANIZATION_SUSPENDED", "CONFLICT"],
    response: Organization,
    run: ({ app, actor, params }) => restoreOrganization(app, actor, params.id),
  }),
];
