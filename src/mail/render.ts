import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IdTokens } from "../crypto/id-tokens";
import type { Id } from "../ids";
import { type EmailName, type EmailTemplate, emailTemplates } from "./templates";

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

/**
 * Writes letters from their texts, the operator's own where the folder has one: `verify-email.txt`, and
 * `verify-email.html` for a page that is not made from it.
 * @throws Error for a letter this version does not know
 */
export function openEmailRenderer(publicUrl: string, tokens: IdTokens, folder: string | undefined): RenderEmail {
  const texts = new Map(
    Object.entries(emailTemplates).map(([name, template]) => [name, overridden(template, folder, name)]),
  );

  return ({ id, to, template: name, values }) => {
    const template = texts.get(name);
    if (!template) throw new Error(`There is no letter ${name}.`);
    // After the #, where no server, proxy or log on the way sees it.
    const link = template.path && `${publicUrl}${template.path}#token=${tokens.write(values.ticket as Id)}`;
    const filled = { ...values, ...(link && { link }) };
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

function overridden(
  template: EmailTemplate,
  folder: string | undefined,
  name: EmailName | string,
): EmailTemplate & { html?: string } {
  const own = (file: string) => {
    const path = folder && join(folder, file);
    return path && existsSync(path) ? readFileSync(path, "utf8").replaceAll("\r\n", "\n") : undefined;
  };
  const [, subject, text] = /^Subject: *(.+)\n\n([\s\S]+)$/.exec(own(`${name}.txt`) ?? "") ?? [];
  const html = own(`${name}.html`);
  return { ...template, ...(subject && text && { subject, text: text.trim() }), ...(html && { html }) };
}

function fill(template: string, values: Record<string, string>, as: (value: string) => string): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => as(values[name] ?? ""));
}

const toSingleLine = (value: string) => value.replace(/\p{Cc}+/gu, " ");
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (value: string) => toSingleLine(value).replace(/[&<>"']/g, (template) => entities[template]!);

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
