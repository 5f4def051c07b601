import type { Config } from "../config/config";
import type { IdTokens } from "../crypto/id-tokens";
import { escapeHtml } from "../html";
import type { Id } from "../ids";
import type { OwnTemplate } from "./own-templates";
import type { EmailTemplate } from "./template";
import { emailTemplates } from "./templates";

/** A letter as it goes out. */
export interface Message {
  id: string;
  to: string;
  template: string;
  subject: string;
  text: string;
  html: string;
  link: string | undefined;
}

export type RenderEmail = (row: {
  id: string;
  to: string;
  template: string;
  values: Record<string, string>;
}) => Message;

/** Whose emails they are. */
type Product = Pick<Config, "appName" | "appUrl" | "mailTemplates">;

/**
 * Writes emails from their texts, the operator's own where there are some. `{{appName}}` is the product's name.
 * @throws Error for an email this version does not know
 */
export function openEmailRenderer({ appName, appUrl, mailTemplates }: Product, tokens: IdTokens): RenderEmail {
  const texts = new Map(
    Object.entries(emailTemplates).map(([name, template]) => [name, overridden(template, mailTemplates.get(name))]),
  );

  return ({ id, to, template: name, values }) => {
    const template = texts.get(name);
    if (!template) throw new Error(`There is no letter ${name}.`);
    // After the #, where no server, proxy or log on the way sees it.
    const link = template.path && `${appUrl}${template.path}#token=${tokens.write(values.ticket as Id)}`;
    const filled = { ...values, appName, ...(link && { link }) };
    return {
      id,
      to,
      template: name,
      subject: fill(template.subject, filled, toSingleLine),
      text: `${fill(template.text, filled, toSingleLine)}\n`,
      html: template.html ? fill(template.html, filled, escaped) : page(template, filled),
      link,
    };
  };
}

/** The operator's own text as it is; a built-in one ends with the product's name. */
function overridden(template: EmailTemplate, own: OwnTemplate = {}): EmailTemplate & OwnTemplate {
  return { ...template, text: `${template.text}\n\n{{appName}}`, ...own };
}

function fill(template: string, values: Record<string, string>, as: (value: string) => string): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => as(values[name] ?? ""));
}

const toSingleLine = (value: string) => value.replace(/\p{Cc}+/gu, " ");
const escaped = (value: string) => escapeHtml(toSingleLine(value));

/** The text as a page without images, scripts or anything loaded from elsewhere. */
function page(template: EmailTemplate, values: Record<string, string>): string {
  const paragraphs = template.text.split(/\n{2,}/).map((paragraph) => {
    if (paragraph.trim() !== "{{link}}") return `<p>${fill(escaped(paragraph), values, escaped)}</p>`;
    const button = "background:#1d4ed8;border-radius:6px;color:#fff;padding:10px 18px;text-decoration:none";
    const action = escaped(template.action ?? "Open");
    return `<p><a href="${escaped(values.link ?? "")}" style="${button}">${action}</a></p>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${fill(escaped(template.subject), values, escaped)}</title></head>
<body style="color:#111;font:16px/1.5 sans-serif;margin:0 auto;max-width:34em;padding:24px">
${paragraphs.join("\n")}
</body>
</html>
`;
}
