import { route } from "../http/route";
import {
  disconnectApp,
  disconnectAppInOrganization,
  listAppsInOrganization,
  listConnectedApps,
} from "./connected-apps";
import { ConnectedApps } from "./connected-apps.contract";

export const connectedAppRoutes = [
  route("GET", "/users/me/connected-apps", {
    operationId: "listConnectedApps",
    access: "user",
    summary: "List the apps that act for you",
    description: "Lists the apps that you have let act for you, with what they may do and when they were used.",
    response: ConnectedApps,
    run: ({ app, actor }) => listConnectedApps(app, actor),
  }),
  route("DELETE", "/users/me/connected-apps/:grantId", {
    operationId: "disconnectApp",
    access: "user",
    summary: "Disconnect an app that acts for you",
    description: "Ends what the app may do, with all of its tokens, from the next request on.",
    response: null,
    run: ({ app, actor, params }) => disconnectApp(app, actor, params.grantId),
  }),
  route("GET", "/organizations/:id/connected-apps", {
    operationId: "listOrganizationConnectedApps",
    access: "actor",
    needs: "organization:update",
    summary: "List the apps that act in an organization",
    description: "Lists the apps that members have let act for them in this organization.",
    response: ConnectedApps,
    run: ({ app, actor, params }) => listAppsInOrganization(app, actor, params.id),
  }),
  route("DELETE", "/organizations/:id/connected-apps/:grantId", {
    operationId: "disconnectOrganizationApp",
    access: "actor",
    needs: "organization:update",
    summary: "Disconnect an app that acts in an organization",
    description:
      "Ends what an app may do for a member in this organization, with all of its tokens, from the next request on.",
    response: null,
    run: ({ app, actor, params }) => disconnectAppInOrganization(app, actor, params.id, params.grantId),
  }),
];
