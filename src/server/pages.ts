import { page } from "../http/pages";
import type { PlainRoute } from "../http/route";
import { type EmailPage, emailPage, policy } from "./page-html";

const password = { name: "password", label: "Password", type: "password", autocomplete: "current-password" } as const;
const newPassword = { ...password, label: "New password", autocomplete: "new-password" } as const;
const twoFactorCode = {
  name: "twoFactorCode",
  label: "Two-factor code",
  type: "text",
  autocomplete: "one-time-code",
  hint: "From your authenticator app, or a backup code.",
  hidden: true,
} as const;
const again = { to: "auth/forgot-password", button: "Email me a link" };

/** A page for each link in an email. What a page says is here; how it works is in `page-script.ts`. */
const pages: readonly EmailPage[] = [
  {
    path: "/verify-email",
    kinds: ["verify-email", "change-email"],
    title: "Verify your email",
    text: "Enter the password of your account. If you did not create an account, close this page: nothing happens.",
    fields: [password],
    actions: [
      { button: "Verify this email", to: "auth/verify-email", done: "Your email is verified. You can sign in." },
    ],
    already: "This email is already verified. You can sign in.",
    dead: "Enter your email to get a new link.",
    again: { ...again, to: "auth/resend-verification" },
  },
  {
    path: "/reset-password",
    kinds: ["reset-password"],
    title: "Choose a new password",
    text: "All sessions of the account will be signed out.",
    fields: [newPassword],
    actions: [
      {
        button: "Set this password",
        to: "auth/reset-password",
        done: "Your password is changed. You can sign in with it.",
      },
    ],
    already: "",
    dead: "Enter your email to get a new link.",
    again,
  },
  {
    path: "/sign-in-link",
    kinds: ["sign-in"],
    title: "Sign in",
    text: "If you did not ask for this link, close this page: nothing happens.",
    fields: [twoFactorCode],
    signInLink: true,
    actions: [{ button: "Sign in", to: "auth/email-link/login", done: "You are signed in." }],
    already: "",
    dead: "Ask for a new link where you sign in.",
  },
  {
    path: "/undo-email-change",
    kinds: ["undo-email-change"],
    title: "Undo the change of your email",
    text: "Your account gets this email address again, and all sessions are signed out.",
    fields: [],
    actions: [
      {
        button: "Undo the change",
        to: "auth/undo-email-change",
        done: "The change is undone. Now choose a new password, because someone else may know the current one: enter your email to get a link.",
        after: "again",
      },
    ],
    already: "",
    dead: "If you can still sign in, or this email is the one of your account, enter it to choose a new password. Otherwise contact support.",
    again,
  },
  {
    path: "/invitations",
    kinds: ["invitation"],
    title: "Join an organization",
    text: "Sign in to accept the invitation. To ignore it, close this page.",
    fields: [password, twoFactorCode],
    signIn: true,
    join: {
      title: "No account yet? Create one",
      fields: [{ name: "fullName", label: "Full name", type: "text", autocomplete: "name" }, newPassword],
      button: "Create an account",
    },
    actions: [
      { button: "Accept", to: "invitations/accept", done: "You are now a member of the organization." },
      { button: "Decline", to: "invitations/decline", done: "You declined the invitation." },
    ],
    already: "This invitation was already accepted.",
    dead: "Ask the person who invited you for a new invitation.",
  },
];

/** So that every link works before a product has pages of its own; one that has them at these paths of APP_URL serves them instead. */
export const pageRoutes: readonly PlainRoute[] = pages.map((emailed) =>
  page(emailed.path, ({ config }) => emailPage(emailed, config), { contentSecurityPolicy: policy }),
);
