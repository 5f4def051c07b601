import { join } from "node:path";
import { ConfigError } from "../config/error";
import { listFolder, readSmallFile } from "../config/files";
import type { EmailTemplate } from "./template";
import { type EmailName, emailTemplates } from "./templates";

/** What an operator's folder has in the place of a built-in email. */
export interface OwnTemplate {
  subject?: string;
  text?: string;
  /** A page that is not made from the text. */
  html?: string;
}

/**
 * Reads a folder of email texts: `verify-email.txt`, which is `Subject: ...`, an empty line and the text, and `verify-email.html`.
 * Whatever would be silently ignored, or sent with a gap in it, is refused.
 * @throws ConfigError
 */
export function readOwnTemplates(folder: string): ReadonlyMap<string, OwnTemplate> {
  const own = new Map<string, OwnTemplate>();
  for (const file of listFolder("MAIL_TEMPLATES", folder)) {
    const [, name = "", kind] = /^(.+)\.(txt|html)$/.exec(file) ?? [];
    if (!kind) continue;
    const builtIn: EmailTemplate | undefined = emailTemplates[name as EmailName];
    if (!builtIn) throw refused(file, `is the text of no email. There are ${Object.keys(emailTemplates).join(", ")}`);
    const content = readSmallFile(`MAIL_TEMPLATES: ${file}`, join(folder, file)).replaceAll("\r\n", "\n");
    requireSamePlaceholders(file, content, builtIn);
    own.set(name, { ...own.get(name), ...(kind === "html" ? { html: content } : parseText(file, content)) });
  }
  return own;
}

function parseText(file: string, content: string): OwnTemplate {
  const [, subject, text] = /^\ufeff?Subject: *(\S.*)\n\s*\n(\s*\S[\s\S]*)$/.exec(content) ?? [];
  if (!subject || !text) throw refused(file, "must be a line with Subject: and a subject, an empty line, and the text");
  return { subject: subject.trim(), text: text.trim() };
}

const placeholdersOf = (text: string) => new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!));

/** A value that no one gives would be a gap; an email without its link would be a dead end. */
function requireSamePlaceholders(file: string, content: string, { subject, text }: EmailTemplate) {
  const known = placeholdersOf(`${subject}\n${text}{{appName}}`);
  const used = placeholdersOf(content);
  const unknown = [...used].find((name) => !known.has(name));
  const names = [...known].map((name) => `{{${name}}}`).join(", ");
  if (unknown) throw refused(file, `has {{${unknown}}}, which this email does not have. It has ${names}`);
  if (known.has("link") && !used.has("link")) throw refused(file, "must have {{link}}");
}

const refused = (file: string, rule: string) => new ConfigError(`MAIL_TEMPLATES: ${file} ${rule}.`);
