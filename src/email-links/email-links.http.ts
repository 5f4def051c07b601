import { route } from "../http/route";
import { kept } from "../sessions/cookie.http";
import { LoggedIn } from "../sessions/sessions.contract";
import { countedSignIn } from "../sessions/sign-in";
import { Requested } from "../users/users.contract";
import { requestEmailLink, showLinkCode, signInWithLink, signInWithLinkCode } from "./email-links";
import { LinkCode, LinkToken, RequestEmailLink, SignInWithLink, SignInWithLinkCode } from "./email-links.contract";

export const emailLinkRoutes = [
  route("POST", "/auth/email-link", {
    operationId: "requestEmailLink",
    access: "anyone",
    throttle: "credentials",
    summary: "Send an email with a link that signs in",
    description:
      "Sends a link that works once, within 15 minutes, in the browser that keeps the `codeVerifier`. The answer is the same for every email.",
    body: RequestEmailLink,
    response: Requested,
    run: ({ app, actor, body }) => requestEmailLink(app, actor, body),
  }),
  route("POST", "/auth/email-link/login", {
    operationId: "loginWithEmailLink",
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with the token of a link",
    description:
      "Opens a session, or asks for the second factor where one is on. In another browser than the one that asked for the link it is refused with the reason `other_browser`, and the link still works.",
    errors: ["INVALID_TOKEN", "FORBIDDEN", "TWO_FACTOR_REQUIRED"],
    body: SignInWithLink,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      return kept(app, await countedSignIn(app, signInWithLink(app, actor, input)), session, request, headers);
    },
  }),
  route("POST", "/auth/email-link/code", {
    operationId: "getEmailLinkCode",
    access: "anyone",
    throttle: "credentials",
    summary: "Get the code of a link",
    description:
      "Returns the code of a link that was opened in another browser than the one that asked for it. It signs in there, and no one here.",
    errors: ["INVALID_TOKEN"],
    body: LinkToken,
    response: LinkCode,
    run: ({ app, actor, body }) => showLinkCode(app, actor, body),
  }),
  route("POST", "/auth/email-link/code/login", {
    operationId: "loginWithEmailLinkCode",
    access: "anyone",
    throttle: "credentials",
    summary: "Sign in with the code of a link",
    description:
      "Opens a session in the browser that asked for a link, with the code that the link shows elsewhere. Five codes can be tried for one link.",
    errors: ["INVALID_SIGN_IN_CODE", "FORBIDDEN", "TWO_FACTOR_REQUIRED"],
    body: SignInWithLinkCode,
    response: LoggedIn,
    async run({ app, actor, body: { session, ...input }, request, headers }) {
      return kept(app, await countedSignIn(app, signInWithLinkCode(app, actor, input)), session, request, headers);
    },
  }),
];
