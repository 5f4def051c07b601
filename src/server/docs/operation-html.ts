import { escapeHtml } from "../../html";
import type { Field } from "./fields";
import { codeHtml, sentenceHtml } from "./markdown";
import type { ReferenceEntry } from "./reference";
import { type Language, languages } from "./snippets";

/** The page of a group of operations, as HTML. */
export const groupHtml = (name: string, description: string, entries: readonly ReferenceEntry[]): string =>
  `<header class="lead"><h1>${escapeHtml(name)}</h1><p>${sentenceHtml(description)}</p>
<ul class="contents">${entries.map(({ id, title, method }) => `<li><a href="#${id}">${methodHtml(method)} ${escapeHtml(title)}</a></li>`).join("")}</ul></header>
${entries.map(entryHtml).join("\n")}`;

const methodHtml = (method: string) => `<span class="method" data-method="${method}">${method}</span>`;

function entryHtml(entry: ReferenceEntry): string {
  const { id, title, method, path, description, facts } = entry;
  return `<section class="operation" id="${id}">
<div class="words">
<h2><a class="anchor" href="#${id}">${escapeHtml(title)}</a></h2>
<p class="route">${methodHtml(method)} <code>${pathHtml(path)}</code></p>
<p>${sentenceHtml(description)}</p>
<ul class="facts">${facts.map((fact) => `<li>${sentenceHtml(fact)}</li>`).join("")}</ul>
${fieldsHtml("Path", entry.parameters)}${fieldsHtml("Query", entry.query)}${fieldsHtml("Body", entry.body)}${responseHtml(entry)}${errorsHtml(entry)}
</div>
<div class="codes">${snippetsHtml(entry)}${tryHtml(entry)}</div>
</section>`;
}

const pathHtml = (path: string) =>
  escapeHtml(`/api/v1${path}`)
    .replaceAll("/", "<wbr>/")
    .replace(/\{\w+\}/g, (name) => `<b>${name}</b>`);

const fieldsHtml = (title: string, fields: readonly Field[]) =>
  fields.length === 0 ? "" : `<h3>${title}</h3><ul class="fields">${fields.map(fieldHtml).join("")}</ul>`;

function fieldHtml({ name, type, isRequired, description, fields }: Field): string {
  const inside =
    fields.length === 0
      ? ""
      : `<details><summary>Fields of ${escapeHtml(name)}</summary><ul class="fields">${fields.map(fieldHtml).join("")}</ul></details>`;
  return `<li><code class="field">${escapeHtml(name)}</code> <span class="type">${escapeHtml(type)}</span>${isRequired ? ' <span class="required">required</span>' : ""}<p>${sentenceHtml(description)}</p>${inside}</li>`;
}

function responseHtml({ id, status, response, responseType }: ReferenceEntry): string {
  if (responseType === undefined) return `<h3>Response</h3><p><code>${status}</code>, without a body.</p>`;
  if (response.length === 0) return `<h3>Response</h3><p><code>${status}</code>, as <code>${responseType}</code>.</p>`;
  return `<h3 id="${id}-response">Response</h3><details class="more"><summary><code>${status}</code> with ${response.length} field${response.length === 1 ? "" : "s"}</summary><ul class="fields response">${response.map((field) => fieldHtml({ ...field, isRequired: false })).join("")}</ul></details>`;
}

const errorsHtml = ({ errors }: ReferenceEntry) =>
  `<h3>Errors</h3><details class="more"><summary>${errors.length} that it can answer</summary><ul class="errors">${errors
    .map(
      ({ status, code, message }) =>
        `<li><span class="status">${status}</span> <a href="/docs/errors#${code.toLowerCase()}"><code>${code}</code></a><p>${sentenceHtml(message.replace("{limit}", "N"))}</p></li>`,
    )
    .join("")}</ul></details>`;

function snippetsHtml({ snippets, responseExample, status, title }: ReferenceEntry): string {
  const buttons = Object.entries(languages).map(
    ([language, name]) => `<button type="button" data-language="${language}" aria-pressed="false">${name}</button>`,
  );
  const blocks = (Object.keys(languages) as Language[]).map((language) =>
    codeHtml(
      snippets[language],
      language === "curl" ? "sh" : language,
      ` data-language="${language}" aria-label="${escapeHtml(title)} with ${languages[language]}"`,
    ),
  );
  return `<div class="example"><div class="bar" role="group" aria-label="Language">${buttons.join("")}</div>${blocks.join("")}</div>
${responseExample ? `<div class="example"><div class="bar"><span>Response ${status}</span></div>${codeHtml(responseExample, "json", ' aria-label="Example response"')}</div>` : ""}`;
}

/** A form that sends the request, which the script of the page brings to life. */
function tryHtml({ id, method, path, parameters, query, bodyExample, access }: ReferenceEntry): string {
  const input = (kind: string, { name, description }: Field) =>
    `<label>${escapeHtml(name)}<input name="${escapeHtml(name)}" data-kind="${kind}" autocomplete="off" spellcheck="false" placeholder="${escapeHtml(description)}"></label>`;
  return `<details class="try" id="${id}-try" hidden><summary>Try it</summary>
<form data-method="${method}" data-path="${escapeHtml(path)}" data-access="${access}">
${parameters.map((field) => input("path", field)).join("")}${query.map((field) => input("query", field)).join("")}
${bodyExample === undefined ? "" : `<label>Body<textarea name="body" rows="${Math.min(12, bodyExample.split("\n").length + 1)}" spellcheck="false">${escapeHtml(bodyExample)}</textarea></label>`}
<div class="row"><button type="submit">Send</button><span class="note"></span></div>
<div class="answer" role="status" aria-live="polite"></div>
</form></details>`;
}
