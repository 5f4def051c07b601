import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IdTokens } from "../crypto/id-tokens";
import type { Id } from "../ids";
import { type Letter, type LetterName, letters } from "./templates";

/** A letter as it goes out. */
export interface Message {
  id: string;
  to: string;
  letter: string;
  subject: string;
  text: string;
  html: string;
  link: string | undefined;
}

export type Write = (row: { id: string; to: string; letter: string; values: Record<string, string> }) => Message;

/**
 * Writes letters from their texts, the operator's own where the folder has one: `verify-email.txt`, and
 * `verify-email.html` for a page that is not made from it.
 * @throws Error for a letter this version does not know
 */
export function openLetters(publicUrl: string, tokens: IdTokens, folder: string | undefined): Write {
  const texts = new Map(Object.entries(letters).map(([name, letter]) => [name, overridden(letter, folder, name)]));

  return ({ id, to, letter: name, values }) => {
    const letter = texts.get(name);
    if (!letter) throw new Error(`There is no letter ${name}.`);
    // After the #, where no server, proxy or log on the way sees it.
    const link = letter.path && `${publicUrl}${letter.path}#token=${tokens.write(values.ticket as Id)}`;
    const filled = { ...values, ...(link && { link }) };
    return {
      id,
      to,
      letter: name,
      subject: fill(letter.subject, filled, shown),
      text: `${fill(letter.text, filled, shown)}\n`,
      html: letter.html ? fill(letter.html, filled, escaped) : page(letter, filled),
      link,
    };
  };
}

function overridden(letter: Letter, folder: string | undefined, name: LetterName | string): Letter & { html?: string } {
  const own = (file: string) => {
    const path = folder && join(folder, file);
    return path && existsSync(path) ? readFileSync(path, "utf8").replaceAll("\r\n", "\n") : undefined;
  };
  const [, subject, text] = /^Subject: *(.+)\n\n([\s\S]+)$/.exec(own(`${name}.txt`) ?? "") ?? [];
  const html = own(`${name}.html`);
  return { ...letter, ...(subject && text && { subject, text: text.trim() }), ...(html && { html }) };
}

function fill(template: string, values: Record<string, string>, as: (value: string) => string): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => as(values[name] ?? ""));
}

const shown = (value: string) => value.replace(/\p{Cc}+/gu, " ");
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (value: string) => shown(value).replace(/[&<>"']/g, (letter) => entities[letter]!);

/** The text as a page without images, scripts or anything loaded from elsewhere. */
function page(letter: Letter, values: Record<string, string>): string {
  const paragraphs = letter.text.split(/\n{2,}/).map((paragraph) => {
    if (paragraph.trim() !== "{{link}}") return `<p>${fill(escaped(paragraph), values, escaped)}</p>`;
    const button = "background:#1d4ed8;border-radius:6px;color:#fff;padding:10px 18px;text-decoration:none";
    const action = escaped(letter.action ?? "Open");
    return `<p><a href="${escaped(values.link ?? "")}" style="${button}">${action}</a></p>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${fill(escaped(letter.subject), values, escaped)}</title></head>
<body style="color:#111;font:16px/1.5 sans-serif;margin:0 auto;max-width:34em;padding:24px">
${paragraphs.join("\n")}
</body>
</html>
`;
}
