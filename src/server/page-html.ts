import { hash } from "node:crypto";
import type { Config } from "../config/config";
import { escapeHtml } from "../html";
import { type PageSentences, pageScript } from "./page-script";

/** A page that an email links to: it does one thing with the token of the link, once that was found to be valid. */
export interface EmailPage {
  /** As in `mail/templates.ts`. */
  path: string;
  /** The kinds of tokens it takes, as `POST /auth/email-token` names them. */
  kinds: readonly string[];
  title: string;
  text: string;
  fields: readonly Field[];
  /** What is typed is for signing in; the token is posted by the session, which ends after that. */
  signIn?: true;
  /** The token signs in, in the browser that asked for the link; elsewhere a code is shown. */
  signInLink?: true;
  /** Buttons: the route that gets the token, what is said afterwards, and which form follows. */
  actions: readonly { button: string; to: string; done: string; after?: "again" }[];
  /** For those who have no account yet. */
  join?: { title: string; fields: readonly Field[]; button: string };
  /** What is said when what the link is for has been done already. */
  already: string;
  /** What to do when the link is dead. */
  dead: string;
  /** A form that asks for an email, and requests a new one. */
  again?: { to: string; button: string };
}

interface Field {
  /** As the route names it. */
  name: string;
  label: string;
  type: "text" | "email" | "password";
  autocomplete: string;
  hint?: string;
  /** Until it is asked for. */
  hidden?: true;
}

const emailField: Field = { name: "email", label: "Email", type: "email", autocomplete: "username" };

const sentences: PageSentences = {
  checking: "Checking your link…",
  incomplete:
    "This link is incomplete: some email apps cut off the part after the # sign. Copy the whole link from the email and paste it into the address bar.",
  ended: "This link was already used, or replaced by a newer one.",
  expired: "This link has expired.",
  unknown: "This link is not valid.",
  unreachable: "The server cannot be reached. Check your connection and try again.",
  unexpected: "The server did not answer as expected. Try again in a minute.",
  tooMany: "Too many attempts. Try again in {wait}.",
  linkCode: "This is not the browser in which you asked for the link. Type this code there, and nowhere else: {code}",
  codeNeeded: "Enter the code from your authenticator app, or a backup code.",
};

const script = `(${pageScript})(${JSON.stringify(sentences)})`;

const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --muted: #5a5a63; --line: #76767f; --accent: #1d4ed8; --on-accent: #fff; --error: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #17171a; --text: #ececf0; --muted: #b0b0b9; --line: #8e8e98; --accent: #9bbcff; --on-accent: #10131a; --error: #ffb4ab; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 26rem; margin: 0 auto; padding: clamp(1.5rem, 10vh, 6rem) 1.25rem 3rem; }
.product { margin: 0; color: var(--muted); font-weight: 600; }
h1 { margin: .25rem 0 1rem; font-size: 1.6rem; line-height: 1.25; }
summary { margin-top: 2rem; padding: .5rem 0; font-weight: 600; cursor: pointer; }
p { margin: 0 0 1rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input:not([type=checkbox]) { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; margin-top: .25rem; border: 1px solid var(--line); border-radius: .375rem; background: transparent; color: inherit; font: inherit; }
input[readonly] { border-style: dashed; color: var(--muted); }
input[aria-invalid] { border: 2px solid var(--error); }
.check { display: flex; align-items: center; gap: .5rem; min-height: 2.75rem; margin: 0; font-weight: 400; }
.check input { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }
.hint { margin: .25rem 0 0; color: var(--muted); font-size: .9rem; }
.error, #problem { margin: .25rem 0 0; color: var(--error); font-weight: 600; }
.error:empty, #problem:empty, #status:empty { display: none; }
#problem { margin-bottom: 1rem; }
button { width: 100%; min-height: 2.75rem; margin-top: 1.25rem; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: .375rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button ~ button { margin-top: .75rem; background: transparent; color: var(--accent); }
button:disabled { opacity: .6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const digest = (text: string) => `'sha256-${hash("sha256", text, "base64")}'`;

/** This one script and style, requests to this server, and nothing else; a form that no script catches goes nowhere. */
export const policy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(style)}`,
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** The page as HTML. Its script shows one of its forms, or another. */
export function emailPage(
  page: EmailPage,
  { appName, passwordMinLength }: Pick<Config, "appName" | "passwordMinLength">,
) {
  const { path, title, text, signIn, signInLink, actions, join, again, already, dead } = page;
  const product = escapeHtml(appName);
  const inputs = (form: string, fields: readonly Field[]) =>
    fields.map((field) => input(form, field, passwordMinLength));
  const buttons = actions.map(({ button, ...data }) => `<button${dataset(data)}>${button}</button>`);
  const forms = [
    form("act", dataset({ signIn: signIn && "yes", signInLink: signInLink && "yes" }), [
      `<p>${text}</p>`,
      account("act"),
      ...inputs("act", page.fields),
      ...buttons,
    ]),
    join &&
      form("join", "", [
        `<details>\n<summary>${join.title}</summary>`,
        account("join"),
        ...inputs("join", join.fields),
        `<button>${join.button}</button>\n</details>`,
      ]),
    again &&
      form("again", dataset({ to: again.to }), [...inputs("again", [emailField]), `<button>${again.button}</button>`]),
    form("retry", "", ["<button>Try again</button>"]),
  ];

  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${product}</title>
<style>${style}</style>
</head>
<body>
<main${dataset({ page: path, kinds: page.kinds.join(" "), dead, already })}>
<p class="product">${product}</p>
<h1>${title}</h1>
<noscript><p>This page needs JavaScript: it sends the token of your link, which no server may see in an address.</p></noscript>
<p id="status" role="status"></p>
<p id="problem" role="alert"></p>
${forms.filter(Boolean).join("\n")}
</main>
<script>${script}</script>
</body>
</html>
`;
}

const form = (id: string, attributes: string, content: string[]) =>
  `<form id="${id}" method="post" hidden${attributes}>\n${content.join("\n")}\n</form>`;

/** The email that the link was sent to, which its reader cannot change: password managers save the password under it. */
const account = (form: string) => `<div hidden>
<label for="${form}-username">Email</label>
<input id="${form}-username" name="username" type="email" autocomplete="username" readonly data-account>
</div>`;

function input(
  form: string,
  { name, label, type, autocomplete, hint, hidden }: Field,
  passwordMinLength: number,
): string {
  const id = `${form}-${name}`;
  const advice = autocomplete === "new-password" ? `At least ${passwordMinLength} characters.` : hint;
  const described = advice ? `${id}-hint ${id}-error` : `${id}-error`;
  const asTyped = type === "text" && name !== "fullName" ? ' autocapitalize="none" spellcheck="false"' : "";
  return `<div${hidden ? " hidden" : ""}>
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}"${asTyped}${hidden ? "" : " required"} data-name="${label}" aria-describedby="${described}">
${advice ? `<p class="hint" id="${id}-hint">${advice}</p>` : ""}
<p class="error" id="${id}-error"></p>
${type === "password" ? `<label class="check"><input type="checkbox" data-reveals="${id}"> Show password</label>` : ""}
</div>`;
}

/** Attributes that the script reads. */
const dataset = (data: Record<string, string | undefined>) =>
  Object.entries(data)
    .filter(([, value]) => value)
    .map(([name, value = ""]) => ` data-${name.replace(/[A-Z]/g, "-$&").toLowerCase()}="${escapeHtml(value)}"`)
    .join("");
