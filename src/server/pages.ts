import { hash } from "node:crypto";
import { escapeHtml } from "../html";
import { textResponse } from "../http/responses";
import type { PlainRoute } from "../http/route";

/** A page that a letter links to: it does one thing with the token of the link. */
interface Page {
  /** As in `mail/templates.ts`. */
  path: string;
  title: string;
  text: string;
  fields: readonly Field[];
  button: string;
  /** The route that gets the token, and what is typed in unless that is for signing in. */
  to: string;
  signIn?: true;
  /** What is said afterwards. */
  done: string;
}

type Field = keyof typeof inputs;

/** Inputs by the names that the routes have for them. */
const inputs = {
  email: `E-mail address <input name="email" type="email" autocomplete="username" required>`,
  password: `Password <input name="password" type="password" autocomplete="current-password" required>`,
  newPassword: `New password <input name="password" type="password" autocomplete="new-password" required>`,
  twoFactorCode: `Two-factor code, if you use one <input name="twoFactorCode" autocomplete="one-time-code">`,
};

const pages: readonly Page[] = [
  {
    path: "/verify-email",
    title: "Confirm your e-mail address",
    text: "Type in the password of the account. If you know of no account, close this page: nothing happens.",
    fields: ["password"],
    button: "Confirm this address",
    to: "auth/verify-email",
    done: "The address is confirmed.",
  },
  {
    path: "/reset-password",
    title: "Choose a new password",
    text: "Everybody who is signed in to the account is signed out by it.",
    fields: ["newPassword"],
    button: "Set this password",
    to: "auth/reset-password",
    done: "The password is changed. Sign in with it.",
  },
  {
    path: "/undo-email-change",
    title: "Take your account back",
    text: "The account gets this e-mail address again, and everybody is signed out.",
    fields: [],
    button: "Take the account back",
    to: "auth/undo-email-change",
    done: "The account is yours again. Now ask for a new password: somebody else may know this one.",
  },
  {
    path: "/invitations",
    title: "You are invited to an organization",
    text: "Sign in with the address the letter went to, to accept. To decline, you need not do anything.",
    fields: ["email", "password", "twoFactorCode"],
    button: "Accept the invitation",
    to: "invitations/accept",
    signIn: true,
    done: "You belong to the organization now.",
  },
];

/** The token stays behind the #, where no server sees it, until it is posted. Paths are relative: PUBLIC_URL may have one. */
const script = `
const form = document.querySelector("form");
const said = document.querySelector("output");

async function post(path, body, accessToken) {
  const headers = { "Content-Type": "application/json" };
  if (accessToken) headers.Authorization = "Bearer " + accessToken;
  const answer = await fetch("api/v1/" + path, { method: "POST", credentials: "omit", headers, body: JSON.stringify(body) });
  if (answer.status === 204) return {};
  const json = await answer.json();
  if (answer.ok) return json;
  const { message, details } = json.error;
  throw new Error(details ? details.map(({ path, message }) => path + " " + message).join(", ") : message);
}

form.onsubmit = async (event) => {
  event.preventDefault();
  const token = location.hash.replace("#token=", "");
  const typed = Object.fromEntries([...form.elements].filter(({ name, value }) => name && value).map(({ name, value }) => [name, value]));
  const { to, signIn, done } = form.dataset;
  form.inert = true;
  said.textContent = "";
  try {
    if (signIn) {
      const { accessToken } = await post("auth/login", typed);
      await post(to, { token }, accessToken).finally(() => post("auth/logout", {}, accessToken));
    } else await post(to, { token, ...typed });
    history.replaceState(null, "", location.pathname);
    form.hidden = true;
    said.textContent = done;
  } catch (error) {
    said.textContent = error.message;
  } finally {
    form.inert = false;
  }
};
`;

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; }
label, button, input { display: block; box-sizing: border-box; width: 100%; margin-top: 1rem; font: inherit; }
input { margin-top: .25rem; padding: .5rem; } button { padding: .6rem; }
header { opacity: .7; } h1 { margin-top: 0; }
output { display: block; margin-top: 1rem; font-weight: 600; }
`;

const digest = (text: string) => `'sha256-${hash("sha256", text, "base64")}'`;

/** This one script and style, requests to ourselves, and nothing else; a form that no script catches goes nowhere. */
const policy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(style)}`,
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** So that every link works before a product has pages of its own; one that has them at these paths serves them instead. */
export const pageRoutes: readonly PlainRoute[] = pages.map((page) => ({
  path: page.path,
  respond({ config }, headers) {
    headers.set("Content-Security-Policy", policy);
    return textResponse("text/html", html(page, escapeHtml(config.appName)), headers);
  },
}));

const html = ({ title, text, fields, button, to, signIn, done }: Page, appName: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${appName}</title>
<style>${style}</style>
</head>
<body>
<header>${appName}</header>
<h1>${title}</h1>
<form method="post" data-to="${to}" data-done="${done}"${signIn ? ' data-sign-in="yes"' : ""}>
<p>${text}</p>
${fields.map((field) => `<label>${inputs[field]}</label>`).join("\n")}
<button>${button}</button>
</form>
<output role="status"></output>
<noscript>This page needs JavaScript: it posts the token of your link, which no server may see in an address.</noscript>
<script>${script}</script>
</body>
</html>
`;
