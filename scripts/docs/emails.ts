import { placeholdersOf } from "../../src/mail/own-templates";
import { openEmailRenderer } from "../../src/mail/render";
import type { EmailTemplate } from "../../src/mail/template";
import { emailTemplates } from "../../src/mail/templates";
import { isTicket, stored } from "../../src/mail/values";

const entries: [name: string, template: EmailTemplate][] = Object.entries(emailTemplates);
const product = { appName: "Example", appUrl: "https://app.example.com", mailTemplates: new Map() };
const render = openEmailRenderer(product, { write: () => "bml_...", read: () => undefined, renew: () => undefined });

const introduction = `# Emails

Every email that is sent, with an example of each. Written by \`bun run docs\` from \`src/mail/templates.ts\`.

## Your own texts

\`MAIL_TEMPLATES\` names a folder with your own texts. \`verify-email.txt\` replaces the text of \`verify-email\`:

\`\`\`text
Subject: Willkommen bei {{appName}}
Action: E-Mail bestätigen

Bitte bestätige deine E-Mail-Adresse. Der Link gilt 24 Stunden.

{{link}}
\`\`\`

- \`Subject\` is the subject. \`Action\` is what the button says; without it the page shows the link itself. After an empty line follows the text.
- The page (HTML) is made from the text. \`verify-email.html\` beside it replaces the page.
- A folder in it, named by a BCP 47 language tag, has the texts of a language: \`de/verify-email.txt\`. A person whose \`preferences.language\` is
  \`de-CH\` gets the text of \`de-CH\`, or else of \`de\`, or else the one outside all language folders, or else the built-in one.
- Everything is read at the start. A file of no email, a language that does not exist, a value that the email does not have and an email without its
  link stop the start, with a sentence that names the file. Files that begin with a dot, and \`.md\` files, are not read.

## Values

| Kind | Shown as |
|---|---|
| time | In the recipient's time zone (\`preferences.timezone\`, or else UTC), which is named: \`March 2, 2026 at 10:00 AM (Europe/Berlin)\`. In texts outside all language folders: \`2026-03-02 10:00 (Europe/Berlin)\`. |
| name | What a user typed: at most 40 visible characters, with nothing that mail programs make a link of. |
| verified email | Only where the address is verified, else \`(not verified)\`; a local part that could hold a sentence is shown as \`…\`. |
| text | As it is: numbers, IP addresses, prefixes of keys. |

\`{{appName}}\` is \`APP_NAME\` in every email. Nothing that a stranger typed is in any email: no name of an organization, no full name of a person.

## How many are sent

A recipient gets at most five emails of a kind in an hour. More of those that someone waits for (marked *awaited*) are not sent. More notices are
collected: one email tells the first of them an hour later, and lists the others where your text has \`{{more}}\`, or else at its end. An address that
is not verified gets one notice of a kind in an hour, and one for all others. Awaited emails are sent before notices. Emails of one organization, and
emails to one recipient, take turns with all others.

An email whose link was used, replaced or canceled before it left is not sent. When your server, its credentials, TLS or sender address are at fault,
emails are tried again until they can be sent; the log says what the server answered. What a recipient's server refuses for good, or 20 times in about two
days, is given up and kept for 30 days.
`;

/** The whole of docs/emails.md. */
export const emailsPage = (): string => `${introduction}\n## The emails\n\n${entries.map(section).join("\n")}`;

function section([name, template]: (typeof entries)[number]): string {
  const values = Object.entries(template.values).filter(([, { kind }]) => !isTicket(kind));
  const documented = new Map(values.map(([name, { kind, doc }]) => [name, `${kindNames[kind]}. ${doc}`]));
  const rows = placeholdersOf(template).map((name) => `| \`{{${name}}}\` | ${documented.get(name) ?? always[name]} |`);
  const { subject, text } = render({ id: "", to: "", template: name, values: stored(examplesOf(template)) });
  return [
    `### ${name}${template.awaited ? " (awaited)" : ""}`,
    "",
    "| Value | What it is |",
    "|---|---|",
    ...rows,
    "",
    "```text",
    `Subject: ${subject}`,
    "",
    text.trim(),
    "```",
    "",
  ].join("\n");
}

const examplesOf = ({ values }: EmailTemplate) =>
  Object.fromEntries(Object.entries(values).map(([name, { example }]) => [name, example]));

const kindNames: Record<string, string> = { time: "Time", name: "Name", verifiedEmail: "Verified email", text: "Text" };
const always: Record<string, string> = {
  appName: "The name of your product.",
  link: "The link, which carries a token after the `#`. It must be in the text.",
  more: "The other notices that this email tells, or nothing.",
};
