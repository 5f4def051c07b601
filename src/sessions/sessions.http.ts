import { route } from "../http/route";
import { Problem } from "../problems";
import { continueSignIn } from "./continue";
import { clearCookie, cookieToken, kept, keptInCookie, optionalCookieToken } from "./cookie.http";
import { isUnsigned, readProof, withProof } from "./device-headers.http";
import { endOtherSessions, endOwnSession } from "./ending";
import { login } from "./login";
import { logout } from "./logout";
import { refreshSession } from "./refresh";
import { listSessions } from "./sessions";
import { ContinueLogin, LoggedIn, Login, Logout, Refresh, Sessions, Tokens } from "./sessions.contract";
import { countedSignIn } from "./sign-in";

export const sessionRoutes = [
  route("POST", "/auth/login", {
    operationId: "login",
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with email, password and, where it is on, a second factor",
    description:
      'Opens a session and returns its tokens. With two-factor authentication on, the first call without a code is refused with TWO_FACTOR_REQUIRED; repeat it with the code. In a browser, send `"session": "cookie"` to keep the refresh token in a cookie that scripts cannot read.',
    errors: [
      "INVALID_CREDENTIALS",
      "TWO_FACTOR_REQUIRED",
      "INVALID_TWO_FACTOR_CODE",
      "ACCOUNT_TEMPORARILY_LOCKED",
      "FORBIDDEN",
    ],
    body: Login,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      const sessionToken = optionalCookieToken(app, request);
      const answer = await countedSignIn(app, login(app, actor, { ...input, sessionToken, proof: readProof(request) }));
      return kept(app, answer, session, request, headers);
    },
  }),
  route("POST", "/auth/login/continue", {
    operationId: "continueLogin",
    access: "anyone",
    throttle: "credentials",
    summary: "Complete a sign-in with its second factor",
    description:
      "Completes a sign-in that was answered with TWO_FACTOR_REQUIRED: send the `challenge` of that error with the code.",
    errors: [
      "INVALID_CHALLENGE",
      "TWO_FACTOR_REQUIRED",
      "INVALID_TWO_FACTOR_CODE",
      "ACCOUNT_TEMPORARILY_LOCKED",
      "FORBIDDEN",
      "INVALID_PASSKEY",
    ],
    body: ContinueLogin,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      return kept(app, await countedSignIn(app, continueSignIn(app, actor, input)), session, request, headers);
    },
  }),
  route("POST", "/auth/refresh", {
    operationId: "refreshSession",
    access: "anyone",
    throttle: "session",
    summary: "Exchange a refresh token for a new pair of tokens",
    description:
      "Returns a new access token and the successor of the refresh token, which replaces it. If the response is lost, repeat the request within 30 seconds: you get the same successor. Presenting a used token later ends the session, because the token may have been stolen.",
    errors: ["INVALID_REFRESH_TOKEN", "DEVICE_SIGNATURE_REQUIRED", "FORBIDDEN"],
    body: Refresh,
    response: Tokens,
    run({ app, actor, body, request, headers }) {
      if (body.refreshToken !== undefined) return refreshSession(app, actor, body.refreshToken);
      const token = cookieToken(app, request) ?? "";
      const refresh = (proof: string | undefined) => refreshSession(app, actor, token, proof);
      return withProof(app, request, token, headers, refresh).then((answer) => keptInCookie(answer, headers));
    },
  }),
  route("POST", "/auth/logout", {
    operationId: "logout",
    access: "holder",
    throttle: "session",
    summary: "End this session, or all sessions",
    description: "Ends a session: that of the access token, of the refresh token in the body, or of the cookie.",
    errors: ["INVALID_REFRESH_TOKEN", "DEVICE_SIGNATURE_REQUIRED", "TOKEN_EXPIRED", "FORBIDDEN"],
    body: Logout,
    response: null,
    async run({ app, actor, body, request, headers }) {
      const cookie = cookieToken(app, request);
      if (body.refreshToken !== undefined || actor.kind !== "visitor" || cookie === undefined) {
        await logout(app, actor, body);
      } else {
        const end = (proof: string | undefined) => logout(app, actor, { ...body, refreshToken: cookie, proof });
        await withProof(app, request, cookie, headers, end).catch((error) => {
          // A cookie that is worth nothing is not worth keeping either.
          if (error instanceof Problem && !isUnsigned(error)) clearCookie(headers);
          throw error;
        });
      }
      if (cookie !== undefined) clearCookie(headers);
    },
  }),
  route("GET", "/users/me/sessions", {
    operationId: "listSessions",
    access: "user",
    summary: "List your sessions",
    description: "Lists where you are signed in: device, IP address, and when it was last used.",
    response: Sessions,
    run: ({ app, actor }) => listSessions(app, actor),
  }),
  route("DELETE", "/users/me/sessions", {
    operationId: "endOtherSessions",
    access: "user",
    summary: "End all of your other sessions",
    description: "Signs you out everywhere but here.",
    response: null,
    run: ({ app, actor }) => endOtherSessions(app, actor),
  }),
  route("DELETE", "/users/me/sessions/:id", {
    operationId: "endSession",
    access: "user",
    summary: "End one of your sessions",
    description: "Signs one device out. Its access tokens stop working at once.",
    response: null,
    run: ({ app, actor, params }) => endOwnSession(app, actor, params.id),
  }),
];
