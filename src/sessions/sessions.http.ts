import { route } from "../http/route";
import { listOf } from "../shapes.contract";
import { login } from "./login";
import { logout } from "./logout";
import { refreshSession } from "./refresh";
import { listSessions } from "./sessions";
import { LoggedIn, Login, Logout, Refresh, Session, Tokens } from "./sessions.contract";

export const sessionRoutes = [
  route("POST", "/auth/login", {
    access: "anyone",
    throttle: "proof",
    summary: "Log in with e-mail, password and, where it is on, a second factor",
    body: Login,
    answer: LoggedIn,
    run: ({ app, actor, body }) => login(app, actor, body),
  }),
  route("POST", "/auth/refresh", {
    access: "anyone",
    throttle: "renewal",
    summary: "Exchange a refresh token for a new pair of tokens",
    body: Refresh,
    answer: Tokens,
    run: ({ app, actor, body }) => refreshSession(app, actor, body.refreshToken),
  }),
  route("POST", "/auth/logout", {
    access: "holder",
    throttle: "renewal",
    summary: "End this session, or all sessions",
    body: Logout,
    answer: null,
    run: ({ app, actor, body }) => logout(app, actor, body),
  }),
  route("GET", "/users/me/sessions", {
    access: "user",
    summary: "The places where you are signed in",
    answer: listOf(Session),
    run: ({ app, actor }) => listSessions(app, actor),
  }),
];
