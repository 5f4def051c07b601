import { join } from "node:path";
import { ConfigError } from "../config/error";
import { isFolder, listFolder, readSmallFile } from "../config/files";
import { type EmailTemplate, isCollected } from "./template";
import { type EmailName, emailTemplates } from "./templates";
import { isTicket } from "./values";

/** What an operator's folder has in the place of a built-in email. */
export interface OwnTemplate {
  subject?: string;
  text?: string;
  /** What the button says. */
  action?: string;
  /** A page that is not made from the text. */
  html?: string;
}

/** An operator's own texts by the name of the email: those of a language by its BCP 47 tag in lower case, those for all others by "". */
export type OwnTemplates = ReadonlyMap<string, ReadonlyMap<string, OwnTemplate>>;

/**
 * Reads a folder of email texts: `verify-email.txt`, which is `Subject: ...`, where there is a button `Action: ...`, an empty line
 * and the text, and `verify-email.html`. A folder in it, such as `de` or `pt-BR`, has the texts of a language. What would be ignored, or would send an email with a gap in it, is refused.
 * @throws ConfigError
 */
export function readOwnTemplates(folder: string): OwnTemplates {
  const own = new Map<string, Map<string, OwnTemplate>>();
  const folders = listFolder("MAIL_TEMPLATES", folder).filter(
    (entry) => isText(entry) && isFolder(join(folder, entry)),
  );
  own.set("", readTexts(folder, "", folders));
  for (const language of folders) {
    if (!isLanguage(language)) throw refused(language, "is a folder, but not a language such as de or pt-BR");
    own.set(language.toLowerCase(), readTexts(folder, `${language}/`, []));
  }
  return own;
}

/** Files that begin with a dot are of the system, a version control, or a mounted volume. */
const isText = (entry: string) => !entry.startsWith(".") && !/\.md$/i.test(entry);

function isLanguage(tag: string): boolean {
  try {
    return new Intl.DisplayNames("en", { type: "language", fallback: "none" }).of(tag) !== undefined;
  } catch {
    return false;
  }
}

/** @param prefix of the names of files, as they are shown and below the folder: `de/` */
function readTexts(folder: string, prefix: string, folders: string[]): Map<string, OwnTemplate> {
  const texts = new Map<string, OwnTemplate>();
  for (const entry of listFolder("MAIL_TEMPLATES", join(folder, prefix))) {
    if (!isText(entry) || folders.includes(entry)) continue;
    const file = prefix + entry;
    const [, name = "", kind] = /^(.+)\.(txt|html)$/.exec(entry) ?? [];
    if (!kind) throw refused(file, "is not a .txt or .html file. Move it elsewhere");
    const builtIn: EmailTemplate | undefined = emailTemplates[name as EmailName];
    if (!builtIn) throw refused(file, `is the text of no email. There are ${Object.keys(emailTemplates).join(", ")}`);
    const content = readSmallFile(`MAIL_TEMPLATES: ${file}`, join(folder, file)).replaceAll("\r\n", "\n");
    requirePlaceholders(file, content, builtIn);
    texts.set(name, { ...texts.get(name), ...(kind === "html" ? { html: content } : parseText(file, content)) });
  }
  for (const [name, { subject }] of prefix ? texts : [])
    if (subject === undefined) throw refused(`${prefix}${name}.html`, `needs ${prefix}${name}.txt for the subject`);
  return texts;
}

function parseText(file: string, content: string): OwnTemplate {
  const [, subject, action, text] =
    /^\ufeff?Subject: *(\S.*)\n(?:Action: *(\S.*)\n)?\s*\n(\s*\S[\s\S]*)$/.exec(content) ?? [];
  if (!subject || !text) throw refused(file, "must be a line with Subject: and a subject, an empty line, and the text");
  return { subject: subject.trim(), ...(action && { action: action.trim() }), text: text.trim() };
}

/** The names of the values that an email's text may have. */
export function placeholdersOf(template: EmailTemplate): string[] {
  const named = Object.entries(template.values).flatMap(([name, { kind }]) => (isTicket(kind) ? [] : [name]));
  return ["appName", ...(template.path ? ["link"] : []), ...named, ...(isCollected(template) ? ["more"] : [])];
}

/** A value that no one gives would be a gap; an email without its link would be a dead end. */
function requirePlaceholders(file: string, content: string, template: EmailTemplate) {
  const known = placeholdersOf(template);
  const used = [...content.matchAll(/\{\{ *(\w+) *\}\}/g)].map(([, name]) => name!);
  const unknown = used.find((name) => !known.includes(name));
  if (unknown)
    throw refused(
      file,
      `has {{${unknown}}}, which this email does not have. It has ${known.map((name) => `{{${name}}}`).join(", ")}`,
    );
  if (/\{\{|\}\}/.test(content.replace(/\{\{ *\w+ *\}\}/g, "")))
    throw refused(file, "has braces that are not around the name of a value: {{appName}}");
  if (template.path && !used.includes("link")) throw refused(file, "must have {{link}}");
}

const refused = (file: string, rule: string) => new ConfigError(`MAIL_TEMPLATES: ${file} ${rule}.`);
