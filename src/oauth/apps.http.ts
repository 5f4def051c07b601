import { route } from "../http/route";
import { createApp, deleteApp, listApps, rotateAppSecret, updateApp } from "./apps";
import { App, Apps, AppWithSecret, CreateApp, UpdateApp } from "./clients.contract";

export const appRoutes = [
  route("POST", "/organizations/:id/apps", {
    operationId: "createApp",
    access: "user",
    needs: "organization:update",
    summary: "Register an app of an organization",
    description:
      "Registers an app (an OAuth client) that members can let act for them in this organization, and in no other. A secret is only in this response.",
    errors: ["PLAN_LIMIT_REACHED", "INVALID_SCOPE"],
    body: CreateApp,
    response: AppWithSecret,
    status: 201,
    run: ({ app, actor, params, body }) => createApp(app, { actor, organization: params.id }, body),
  }),
  route("GET", "/organizations/:id/apps", {
    operationId: "listApps",
    access: "user",
    needs: "organization:update",
    summary: "List the apps of an organization",
    description: "Lists the apps that were registered for this organization.",
    response: Apps,
    run: ({ app, actor, params }) => listApps(app, { actor, organization: params.id }),
  }),
  route("PATCH", "/organizations/:id/apps/:clientId", {
    operationId: "updateApp",
    access: "user",
    needs: "organization:update",
    summary: "Update an app of an organization",
    description: "Changes an app. What members have let it do before stays as it is.",
    errors: ["INVALID_SCOPE"],
    body: UpdateApp,
    response: App,
    run: ({ app, actor, params, body }) => updateApp(app, { actor, organization: params.id }, params.clientId, body),
  }),
  route("DELETE", "/organizations/:id/apps/:clientId", {
    operationId: "deleteApp",
    access: "user",
    needs: "organization:update",
    summary: "Delete an app of an organization, with all that members have let it do",
    description: "Deletes an app. It can no longer act for anyone, from the next request on.",
    response: null,
    run: ({ app, actor, params }) => deleteApp(app, { actor, organization: params.id }, params.clientId),
  }),
  route("POST", "/organizations/:id/apps/:clientId/rotate-secret", {
    operationId: "rotateAppSecret",
    access: "user",
    needs: "organization:update",
    summary: "Replace the secret of an app of an organization",
    description: "Returns a new secret, only here. The one before it is accepted for 24 hours more.",
    response: AppWithSecret,
    run: ({ app, actor, params }) => rotateAppSecret(app, { actor, organization: params.id }, params.clientId),
  }),
];

/** The same for apps that users of every organization can let act for them. */
export const adminAppRoutes = [
  route("POST", "/admin/apps", {
    operationId: "adminCreateApp",
    access: "operator",
    summary: "Register an app of the installation",
    description:
      "Registers an app (an OAuth client) that all users can let act for them. A secret is only in this response.",
    errors: ["PLAN_LIMIT_REACHED", "INVALID_SCOPE"],
    body: CreateApp,
    response: AppWithSecret,
    status: 201,
    run: ({ app, actor, body }) => createApp(app, { operator: actor }, body),
  }),
  route("GET", "/admin/apps", {
    operationId: "adminListApps",
    access: "operator",
    summary: "List the apps of the installation",
    description: "Lists the apps that were registered for the whole installation.",
    response: Apps,
    run: ({ app, actor }) => listApps(app, { operator: actor }),
  }),
  route("PATCH", "/admin/apps/:clientId", {
    operationId: "adminUpdateApp",
    access: "operator",
    summary: "Update an app of the installation",
    description: "Changes an app. What users have let it do before stays as it is.",
    errors: ["INVALID_SCOPE"],
    body: UpdateApp,
    response: App,
    run: ({ app, actor, params, body }) => updateApp(app, { operator: actor }, params.clientId, body),
  }),
  route("DELETE", "/admin/apps/:clientId", {
    operationId: "adminDeleteApp",
    access: "operator",
    summary: "Delete an app of the installation, with all that users have let it do",
    description: "Deletes an app. It can no longer act for anyone, from the next request on.",
    response: null,
    run: ({ app, actor, params }) => deleteApp(app, { operator: actor }, params.clientId),
  }),
  route("POST", "/admin/apps/:clientId/rotate-secret", {
    operationId: "adminRotateAppSecret",
    access: "operator",
    summary: "Replace the secret of an app of the installation",
    description: "Returns a new secret, only here. The one before it is accepted for 24 hours more.",
    response: AppWithSecret,
    run: ({ app, actor, params }) => rotateAppSecret(app, { operator: actor }, params.clientId),
  }),
];
