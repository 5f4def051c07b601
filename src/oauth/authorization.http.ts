import { route } from "../http/route";
import { startAuthorization } from "./authorization";
import { ApproveAuthorization, Authorize, Consent, ReadAuthorization, RedirectTo } from "./authorization.contract";
import { RegisterClient, RegisteredClient } from "./clients.contract";
import { approveAuthorization, denyAuthorization, readAuthorization } from "./consent";
import { registerClient } from "./registration";

export const authorizationRoutes = [
  route("POST", "/oauth/register", {
    operationId: "registerClient",
    access: "anyone",
    throttle: "credentials",
    oauth: "registration",
    summary: "Register an app, where the operator allows that (RFC 7591)",
    description:
      "Registers the app that asks, without a secret. The same metadata gives the same client. A client that no one lets act for them is gone after an hour.",
    errors: ["NOT_FOUND", "INVALID_REDIRECT_URI", "INVALID_CLIENT_METADATA"],
    body: RegisterClient,
    response: RegisteredClient,
    status: 201,
    run: ({ app, actor, body }) => registerClient(app, actor, body),
  }),
  route("GET", "/oauth/authorize", {
    operationId: "authorizeApp",
    access: "anyone",
    throttle: "session",
    oauth: "authorization",
    summary: "Ask the user in this browser to let an app act for them (OAuth 2.1)",
    description:
      "Where an app sends the browser. Leads to the page that asks the user, and from there back to the app with a code, or with an error and the parameters `state` and `iss`. Where the client or its redirect URI is not known, the browser stays here.",
    errors: [
      "INVALID_REQUEST",
      "INVALID_CLIENT",
      "INVALID_SCOPE",
      "INVALID_TARGET",
      "UNSUPPORTED_RESPONSE_TYPE",
      "INTERACTION_REQUIRED",
    ],
    query: Authorize,
    response: null,
    status: 302,
    async run({ app, query, headers }) {
      headers.set("Location", await startAuthorization(app, query));
    },
  }),
  route("POST", "/oauth/authorization", {
    operationId: "readAuthorization",
    access: "user",
    summary: "Show what an app asks for",
    description: "Returns what the page must show the user before they let an app act for them.",
    errors: ["INVALID_REQUEST", "INVALID_CLIENT", "REAUTHENTICATION_REQUIRED"],
    body: ReadAuthorization,
    response: Consent,
    run: ({ app, actor, body }) => readAuthorization(app, actor, body.request),
  }),
  route("POST", "/oauth/authorization/approve", {
    operationId: "approveAuthorization",
    access: "user",
    summary: "Let an app act for you in an organization",
    description:
      "Lets the app act for you, with what you were shown and at most what you may do yourself, until you disconnect it. Each request is answered once.",
    errors: ["INVALID_REQUEST", "INVALID_CLIENT", "REAUTHENTICATION_REQUIRED", "NOT_FOUND", "FORBIDDEN", "CONFLICT"],
    body: ApproveAuthorization,
    response: RedirectTo,
    run: ({ app, actor, body }) => approveAuthorization(app, actor, body),
  }),
  route("POST", "/oauth/authorization/deny", {
    operationId: "denyAuthorization",
    access: "user",
    summary: "Refuse an app what it asks for",
    description: "Refuses the app. Each request is answered once.",
    errors: ["INVALID_REQUEST", "INVALID_CLIENT"],
    body: ReadAuthorization,
    response: RedirectTo,
    run: ({ app, actor, body }) => denyAuthorization(app, actor, body.request),
  }),
];
