import { hostCookie, readCookie } from "../http/cookies";
import { redirectResponse } from "../http/responses";
import { type PlainRoute, route } from "../http/route";
import { kept } from "../sessions/cookie.http";
import { LoggedIn } from "../sessions/sessions.contract";
import { countedSignIn } from "../sessions/sign-in";
import { identityErrors } from "../users/reauthenticate";
import { Identity } from "../users/users.contract";
import { callbackPath, finishFlow, startLinking, startReauthentication, startSignIn } from "./flow";
import {
  linkIdentity,
  listIdentities,
  listProviders,
  reauthenticateWithProvider,
  signInWithProvider,
  unlinkIdentity,
} from "./identities";
import {
  LinkedIdentities,
  LinkedIdentity,
  LinkIdentity,
  OAuthUrl,
  Providers,
  ReauthenticateWithProvider,
  SignInWithProvider,
  StartLinking,
  StartOAuth,
  StartReauthentication,
} from "./identities.contract";

const name = "__Host-bask_oauth";

/** Keeps the state of a flow in the browser that starts it. */
function keepFlow({ url, cookie }: { url: string; cookie: string }, headers: Pick<Headers, "set">) {
  headers.set("Set-Cookie", hostCookie(name, cookie, 600));
  return { url };
}

export const identityRoutes = [
  route("GET", "/auth/oauth", {
    operationId: "listOAuthProviders",
    access: "anyone",
    summary: "List the providers that people can sign in with",
    description: "Returns the providers that this installation is configured for.",
    response: Providers,
    run: ({ app }) => listProviders(app),
  }),
  route("POST", "/auth/oauth/login", {
    operationId: "loginWithOAuth",
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with the ticket of a provider",
    description:
      "Opens a session, or asks for the second factor where one is on. An account at a provider that no one has linked gets an account of its own, never one that exists: for its email sign in as before, and link it.",
    errors: ["INVALID_CHALLENGE", "FORBIDDEN", "CONFLICT", "TWO_FACTOR_REQUIRED"],
    body: SignInWithProvider,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      return kept(app, await countedSignIn(app, signInWithProvider(app, actor, input)), session, request, headers);
    },
  }),
  route("POST", "/auth/oauth/:provider", {
    operationId: "startOAuth",
    access: "anyone",
    throttle: "credentials",
    summary: "Start to sign in with a provider",
    description:
      "Returns the URL to send the browser to, and sets a cookie that it must bring back. It comes back to `returnTo` below APP_URL with `#oauth_ticket=` or `#oauth_error=`.",
    errors: ["NOT_FOUND", "UNAVAILABLE"],
    body: StartOAuth,
    response: OAuthUrl,
    async run({ app, params, body, headers }) {
      return keepFlow(await startSignIn(app, params.provider, body), headers);
    },
  }),
  route("POST", "/auth/reauthenticate/oauth/start", {
    operationId: "startReauthenticationWithOAuth",
    access: "user",
    throttle: "credentials",
    summary: "Start to confirm your identity with a provider",
    description:
      "As `POST /auth/oauth/:provider`; the provider is asked to let you sign in there again. The ticket goes to `POST /auth/reauthenticate/oauth` in the same session.",
    errors: ["NOT_FOUND", "UNAVAILABLE"],
    body: StartReauthentication,
    response: OAuthUrl,
    async run({ app, actor, body, headers }) {
      return keepFlow(await startReauthentication(app, actor, body), headers);
    },
  }),
  route("POST", "/auth/reauthenticate/oauth", {
    operationId: "reauthenticateWithOAuth",
    access: "user",
    throttle: "credentials",
    summary: "Confirm your identity with the ticket of a provider",
    description:
      "As `POST /auth/reauthenticate`, for an account at a provider that is linked to yours. With two-factor authentication on, send a code too.",
    errors: ["INVALID_CHALLENGE", "TWO_FACTOR_REQUIRED", "INVALID_TWO_FACTOR_CODE", "ACCOUNT_TEMPORARILY_LOCKED"],
    body: ReauthenticateWithProvider,
    response: null,
    run: ({ app, actor, body }) => reauthenticateWithProvider(app, actor, body),
  }),
  route("GET", "/users/me/identities", {
    operationId: "listMyIdentities",
    access: "user",
    summary: "List the accounts at providers that you sign in with",
    description: "Returns the accounts at providers that are linked to yours.",
    response: LinkedIdentities,
    run: ({ app, actor }) => listIdentities(app, actor),
  }),
  route("POST", "/users/me/identities/start", {
    operationId: "startLinkingIdentity",
    access: "user",
    throttle: "credentials",
    summary: "Start to link an account at a provider",
    description: "As `POST /auth/oauth/:provider`; the ticket goes to `POST /users/me/identities` in the same session.",
    errors: [...identityErrors, "NOT_FOUND", "UNAVAILABLE"],
    body: StartLinking,
    response: OAuthUrl,
    async run({ app, actor, body, headers }) {
      return keepFlow(await startLinking(app, actor, body), headers);
    },
  }),
  route("POST", "/users/me/identities", {
    operationId: "linkIdentity",
    access: "user",
    throttle: "credentials",
    summary: "Link an account at a provider with its ticket",
    description: "Links the account, in the session that started it. It signs in from then on.",
    errors: ["INVALID_CHALLENGE", "CONFLICT"],
    body: LinkIdentity,
    response: LinkedIdentity,
    status: 201,
    run: ({ app, actor, body }) => linkIdentity(app, actor, body),
  }),
  route("DELETE", "/users/me/identities/:id", {
    operationId: "unlinkIdentity",
    access: "user",
    throttle: "credentials",
    summary: "Unlink an account at a provider; other sessions end",
    description: "Unlinks the account and ends your other sessions. The last way into your account cannot be removed.",
    errors: [...identityErrors, "NOT_FOUND", "CONFLICT"],
    body: Identity,
    response: null,
    run: ({ app, actor, params, body }) => unlinkIdentity(app, actor, params.id, body),
  }),
];

/** Where providers send the browser back to. */
export const callbackRoute: PlainRoute = {
  path: callbackPath(":provider"),
  async respond(app, headers, request) {
    const url = new URL(request.url);
    const [, provider = ""] = /\/auth\/oauth\/([^/]*)\/callback$/.exec(url.pathname) ?? [];
    const location = await finishFlow(app, provider, url, readCookie(request, name));
    headers.set("Set-Cookie", hostCookie(name, "", 0));
    return redirectResponse(location, headers);
  },
};
