import { route } from "../http/route";
import { Page } from "../shapes.contract";
import {
  changeOrganization,
  createOrganization,
  getOrganization,
  listMyOrganizations,
  removeOrganization,
} from "./organizations";
import {
  CreateOrganization,
  MyOrganization,
  MyOrganizations,
  Organization,
  UpdateOrganization,
} from "./organizations.contract";

const mine = {
  access: "user",
  summary: "The organizations you belong to",
  query: Page,
  answer: MyOrganizations,
} as const;

export const organizationRoutes = [
  route("POST", "/organizations", {
    access: "user",
    summary: "Found an organization",
    body: CreateOrganization,
    answer: MyOrganization,
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
    summary: "One organization",
    answer: Organization,
    run: ({ app, actor, params }) => getOrganization(app, actor, params.id),
  }),
  route("PATCH", "/organizations/:id", {
    access: "actor",
    summary: "Change an organization's name or slug",
    body: UpdateOrganization,
    answer: Organization,
    run: ({ app, actor, params, body }) => changeOrganization(app, actor, params.id, body),
  }),
  route("DELETE", "/organizations/:id", {
    access: "actor",
    summary: "Delete an organization with everything in it",
    answer: null,
    run: ({ app, actor, params }) => removeOrganization(app, actor, params.id),
  }),
];
