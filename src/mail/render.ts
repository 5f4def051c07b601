import type { Config } from "../config/config";
import type { IdTokens } from "../crypto/id-tokens";
import type { MoreOccasions } from "../db/tables";
import { escapeHtml } from "../html";
import type { Id } from "../ids";
import { chooseText, type Text } from "./languages";
import { type Recipient, show, singleLine } from "./show";
import type { EmailTemplate } from "./template";
import { emailTemplates } from "./templates";

/** An email as it goes out. */
export interface Message {
  id: string;
  to: string;
  template: string;
  subject: string;
  text: string;
  html: string;
  link: string | undefined;
}

/** What of a row of the outbox is written out. */
export interface Draft {
  id: string;
  to: string;
  template: string;
  values: Record<string, string>;
  more?: MoreOccasions | null;
  language?: string | null;
  timezone?: string | null;
}

export type RenderEmail = (draft: Draft) => Message;

/** Whose emails they are. */
type Product = Pick<Config, "appName" | "appUrl" | "mailTemplates">;

/**
 * Writes emails from their texts, the operator's own where there are some, in the recipient's language and time zone.
 * @throws Error for an email this version does not know
 */
export function openEmailRenderer({ appName, appUrl, mailTemplates }: Product, tokens: IdTokens): RenderEmail {
  return ({ id, to, template: name, values, more, language, timezone }) => {
    const template = (emailTemplates as Record<string, EmailTemplate>)[name];
    if (!template) throw new Error(`There is no email ${name}.`);
    const text = chooseText(mailTemplates, name, template, language ?? undefined);
    const recipient: Recipient = { language: text.language, timezone: timezone ?? "UTC" };
    const shown = show(values, template.values, recipient);
    // After the #, where no server, proxy or log on the way sees it.
    const link = template.path && `${appUrl}${template.path}#token=${tokens.write(values.ticket as Id)}`;
    const filled = { ...shown, appName: singleLine(appName), ...(link && { link }) };
    const occasions = listed(more, (values) => Object.values(show(values, template.values, recipient)).join(", "));
    return {
      id,
      to,
      template: name,
      subject: fill(text.subject, filled),
      text: `${asText(text, filled, occasions)}\n`,
      html: text.html ? asOwnPage(text.html, filled, occasions) : asPage(text, filled, occasions),
      link,
    };
  };
}

/** The other occasions that an email tells, one a line, by their values: a list reads the same in every language. */
function listed(more: MoreOccasions | null | undefined, line: (values: Record<string, string>) => string): string[] {
  if (!more) return [];
  return [...more.listed.map(line), ...(more.unlisted > 0 ? [`+ ${more.unlisted}`] : [])];
}

const placeholder = /\{\{ *(\w+) *\}\}/g;
const fill = (template: string, values: Record<string, string>) =>
  template.replace(placeholder, (_, name) => values[name] ?? "");

const hasMore = (template: string) => /\{\{ *more *\}\}/.test(template);

function asText({ text, more }: Text, values: Record<string, string>, occasions: string[]): string {
  const list = occasions.map((line) => `- ${line}`).join("\n");
  const filled = fill(text, { ...values, more: list }).trim();
  if (hasMore(text) || !list) return filled;
  return `${filled}\n\n${more ? `${more}\n\n` : ""}${list}`;
}

const htmlList = (occasions: string[]) =>
  occasions.length > 0 ? `<ul>\n${occasions.map((line) => `<li>${escapeHtml(line)}</li>`).join("\n")}\n</ul>` : "";

function asOwnPage(html: string, values: Record<string, string>, occasions: string[]): string {
  const escaped = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapeHtml(value)]));
  const list = htmlList(occasions);
  const filled = fill(html, { ...escaped, more: list });
  return hasMore(html) || !list ? filled : filled.replace(/(?=<\/body>)|$/i, list);
}

/** The text as a page without images, scripts or anything loaded from elsewhere. */
function asPage(
  { subject, text, more, action, language }: Text,
  values: Record<string, string>,
  occasions: string[],
): string {
  const escaped = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapeHtml(value)]));
  const list = htmlList(occasions);
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => {
    const only = /^\{\{ *(link|more) *\}\}$/.exec(paragraph.trim())?.[1];
    if (only === "more") return list;
    if (only === "link") return button(values.link ?? "", action);
    return `<p>${fill(escapeHtml(paragraph), { ...escaped, more: occasions.map(escapeHtml).join("; ") })}</p>`;
  });
  if (!hasMore(text) && list) paragraphs.push(...(more ? [`<p>${escapeHtml(more)}</p>`] : []), list);
  const body = paragraphs.filter(Boolean).join("\n");
  return emailPage({ subject: fill(subject, values), language, appName: values.appName ?? "" }, body);
}

/** The frame of an email in the look of the dashboard: the product's name above a card. Styles stand in place, because email programs drop others. */
export function emailPage(
  { subject, language, appName }: { subject: string; language?: string | undefined; appName: string },
  body: string,
): string {
  const font = "font:15px/1.6 Inter,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
  return `<!doctype html>
<html${language ? ` lang="${escapeHtml(language)}"` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(subject)}</title>
</head>
<body style="background:#fafafa;color:#18181b;${font};margin:0;padding:32px 16px">
<div style="margin:0 auto;max-width:32em">
<p style="font-weight:600;margin:0 0 16px">${escapeHtml(appName)}</p>
<div style="background:#fff;border:1px solid #e4e4e7;border-radius:8px;overflow-wrap:anywhere;padding:8px 24px">
${body}
</div>
</div>
</body>
</html>
`;
}

/** A button, and the link itself for those who want to see where it leads; a text that does not name its action has only that. */
function button(link: string, action: string | undefined): string {
  const style =
    "background:#4f46e5;border-radius:6px;color:#fff;display:inline-block;font-weight:500;padding:9px 18px;text-decoration:none";
  const label = action === undefined ? escapeHtml(link) : escapeHtml(action);
  return `<p><a href="${escapeHtml(link)}"${action === undefined ? "" : ` style="${style}"`}>${label}</a></p>`;
}
