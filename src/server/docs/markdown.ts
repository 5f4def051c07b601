import { escapeHtml } from "../../html";
import { type ProblemCode, problems } from "../../problems";
import type { Field } from "./fields";
import { highlight } from "./highlight";
import type { ReferenceEntry } from "./reference";
import { type Language, languages } from "./snippets";

/** A text of Markdown as HTML: headings with anchors, code with colors. Only our own texts are given to it. */
export const markdownHtml = (text: string): string =>
  Bun.markdown
    .html(text, { tables: true })
    .replace(/<pre><code(?: class="language-(\w+)")?>([\s\S]*?)<\/code><\/pre>/g, (_, language, code) =>
      codeHtml(unescapeHtml(code).trimEnd(), language ?? ""),
    )
    .replace(/<table>/g, '<div class="wide" tabindex="0"><table>')
    .replace(/<\/table>/g, "</table></div>")
    .replace(/<th><\/th>/g, "<td></td>")
    // A name in a narrow column breaks between its words.
    .replace(/<td><code>[^<]*/g, (cell) => cell.replaceAll("_", "_<wbr>"))
    .replace(/<h([23])>([\s\S]*?)<\/h\1>/g, (_, level, text) => headingHtml(level, text));

/** A heading that can be linked to: `VALIDATION_ERROR` is `#validation_error`, "Sign in" `#sign-in`. */
function headingHtml(level: string, html: string): string {
  const id = unescapeHtml(html.replaceAll(/<[^>]+>/g, ""))
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return `<h${level} id="${id}"><a class="anchor" href="#${id}">${html}</a></h${level}>`;
}

export const codeHtml = (code: string, language: string, attributes = ""): string =>
  `<pre tabindex="0"${attributes}><code>${highlight(code, language)}</code></pre>`;

const unescapeHtml = (html: string) =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** A sentence as HTML, with what is between backticks as code. */
export const sentenceHtml = (text: string): string =>
  escapeHtml(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\n\n/g, "<br><br>");

/** The Markdown of a group of operations. */
export const groupMarkdown = (name: string, description: string, entries: readonly ReferenceEntry[]): string =>
  `# ${name}\n\n${description}\n\n${entries.map(entryMarkdown).join("\n")}`;

function entryMarkdown(entry: ReferenceEntry): string {
  const { title, method, path, description, facts, parameters, query, body, response, errors, snippets } = entry;
  return [
    `## ${title}`,
    "",
    `\`${method} /api/v1${path}\` · \`${entry.id}\``,
    "",
    description,
    "",
    ...facts.map((fact) => `- ${fact}`),
    "",
    ...fieldsMarkdown("Path", parameters),
    ...fieldsMarkdown("Query", query),
    ...fieldsMarkdown("Body", body),
    ...(Object.keys(languages) as Language[]).flatMap((language) => [
      `\`\`\`${language === "curl" ? "sh" : language}`,
      snippets[language],
      "```",
      "",
    ]),
    `### Response ${entry.status}`,
    "",
    ...(entry.responseExample
      ? ["```json", entry.responseExample, "```", ""]
      : [entry.responseType ? `As \`${entry.responseType}\`.` : "Without a body.", ""]),
    ...fieldsMarkdown("", response),
    `Errors: ${errors.map(({ status, code }) => `${status} \`${code}\``).join(", ")}.`,
    "",
  ].join("\n");
}

function fieldsMarkdown(title: string, fields: readonly Field[]): string[] {
  if (fields.length === 0) return [];
  return [...(title ? [`### ${title}`, ""] : []), ...fields.flatMap((field) => lines(field, "")), ""];
}

function lines({ name, type, isRequired, description, fields }: Field, indent: string): string[] {
  const line = `${indent}- \`${name}\` (${type}${isRequired ? "" : ", optional"}): ${description}`;
  return [line, ...fields.flatMap((field) => lines(field, `${indent}  `))];
}

/** The Markdown of all errors, one by one. */
export function errorsMarkdown(intro: string): string {
  const entries = (Object.keys(problems) as ProblemCode[]).map((code) => {
    const { status, message, reasons = {} } = problems[code];
    const causes = Object.entries(reasons).map(([reason, sentence]) => `| \`${reason}\` | ${sentence} |`);
    return [
      `## ${code}`,
      "",
      `Status ${status}. ${message}`,
      "",
      ...(causes.length > 0 ? ["| reason | sentence |", "|---|---|", ...causes, ""] : []),
    ].join("\n");
  });
  return `${intro}\n\n${entries.join("\n")}`;
}
