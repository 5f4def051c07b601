import { route } from "../http/route";
import { Problem } from "../problems";
import { listOf } from "../shapes.contract";
import { continueSignIn } from "./continue";
import { clearCookie, cookieToken, kept, keptInCookie, optionalCookieToken } from "./cookie.http";
import { endOtherSessions, endOwnSession } from "./ending";
import { login } from "./login";
import { logout } from "./logout";
import { refreshSession } from "./refresh";
import { listSessions } from "./sessions";
import { ContinueLogin, LoggedIn, Login, Logout, Refresh, Session, Tokens } from "./sessions.contract";

export const sessionRoutes = [
  route("POST", "/auth/login", {
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with email, password and, where it is on, a second factor",
    body: Login,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      const answer = await login(app, actor, { ...input, sessionToken: optionalCookieToken(app, request) });
      return kept(app, answer, session, request, headers);
    },
  }),
  route("POST", "/auth/login/continue", {
    access: "anyone",
    throttle: "credentials",
    summary: "Complete a sign-in with its second factor",
    body: ContinueLogin,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      return kept(app, await continueSignIn(app, actor, input), session, request, headers);
    },
  }),
  route("POST", "/auth/refresh", {
    access: "anyone",
    throttle: "session",
    summary: "Exchange a refresh token for a new pair of tokens",
    body: Refresh,
    response: Tokens,
    async run({ app, actor, body, request, headers }) {
      if (body.refreshToken !== undefined) return refreshSession(app, actor, body.refreshToken);
      return keptInCookie(await refreshSession(app, actor, cookieToken(app, request) ?? ""), headers);
    },
  }),
  route("POST", "/auth/logout", {
    access: "holder",
    throttle: "session",
    summary: "End this session, or all sessions",
    body: Logout,
    response: null,
    async run({ app, actor, body, request, headers }) {
      const cookie = cookieToken(app, request);
      const refreshToken = body.refreshToken ?? (actor.kind === "visitor" ? cookie : undefined);
      await logout(app, actor, { ...body, refreshToken }).catch((error) => {
        // A cookie that is worth nothing is not worth keeping either.
        if (cookie !== undefined && error instanceof Problem) clearCookie(headers);
        throw error;
      });
      if (cookie !== undefined) clearCookie(headers);
    },
  }),
  route("GET", "/users/me/sessions", {
    access: "user",
    summary: "List your sessions",
    response: listOf(Session),
    run: ({ app, actor }) => listSessions(app, actor),
  }),
  route("DELETE", "/users/me/sessions", {
    access: "user",
    summary: "End all of your other sessions",
    response: null,
    run: ({ app, actor }) => endOtherSessions(app, actor),
  }),
  route("DELETE", "/users/me/sessions/:id", {
    access: "user",
    summary: "End one of your sessions",
    response: null,
    run: ({ app, actor, params }) => endOwnSession(app, actor, params.id),
  }),
];
