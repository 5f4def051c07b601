import { escapeHtml } from "../html";
import type { Access, Route, RouteGroup } from "../http/route";
import { problems } from "../problems";
import { schemaOf } from "./openapi/schemas";

const callers: Record<Access, string> = {
  anyone: "anyone",
  user: "access token",
  actor: "access token or API key",
  operator: "access token of an operator",
  holder: "access token, or another proof in the body",
};

/** The API reference as one HTML page, from the routes themselves. */
export function referencePage(groups: readonly RouteGroup[], url: string, appName: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(appName)} API</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(appName)} API</h1>
<p>JSON over <code>${escapeHtml(url)}</code>. Send <code>Authorization: Bearer</code> with an access token, or <code>X-API-Key</code> with a key.
For machines: <a href="/openapi.json">openapi.json</a>, <a href="/.well-known/jwks.json">jwks.json</a>.</p>
<nav>${groups.map(({ name }) => `<a href="#${anchor(name)}">${escapeHtml(name)}</a>`).join(" ")} <a href="#errors">Errors</a></nav>
</header>
<main>
${groups.map(section).join("\n")}
<section id="errors"><h2>Errors</h2>
<p><code>{ "error": { "code", "message", "requestId", "details"? } }</code></p>
<table>${Object.entries(problems)
    .map(
      ([code, { status, message }]) =>
        `<tr><td>${status}</td><td><code>${code}</code></td><td>${escapeHtml(message)}</td></tr>`,
    )
    .join("")}</table></section>
</main>
</body>
</html>`;
}

function section({ name, description, routes }: RouteGroup): string {
  return `<section id="${anchor(name)}"><h2>${escapeHtml(name)}</h2><p>${escapeHtml(description)}</p>${routes.map(entry).join("")}</section>`;
}

function entry(route: Route): string {
  const shapes = [
    route.query && shape("Query", schemaOf(route.query, "query")),
    route.body && shape("Body", schemaOf(route.body, "body")),
    responseOf(route),
  ];
  return `<details><summary><b>${route.method}</b> <code>${escapeHtml(route.path)}</code> <span>${escapeHtml(route.summary)}</span></summary>
<p>Credential: ${callers[route.access]}.</p>${shapes.filter(Boolean).join("")}</details>`;
}

function responseOf({ response, status }: Route): string {
  if (response === null) return `<p>Response ${status}, without a body.</p>`;
  return typeof response === "string"
    ? `<p>Response ${status}, as ${response}.</p>`
    : shape(`Response ${status}`, schemaOf(response, "response"));
}

const shape = (title: string, schema: unknown) =>
  `<h3>${title}</h3><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`;
const anchor = (name: string) => name.toLowerCase().replaceAll(/[^a-z]+/g, "-");

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; } h3 { font-size: 1rem; margin-bottom: .25rem; }
nav a { margin-right: .75rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .25rem .75rem; }
summary { cursor: pointer; } summary b { display: inline-block; width: 4.5rem; } summary span { opacity: .75; margin-left: .5rem; }
pre { background: var(--soft); border-radius: 6px; overflow-x: auto; padding: .75rem; font-size: .85rem; }
table { border-collapse: collapse; } td { border-top: 1px solid var(--line); padding: .25rem .75rem .25rem 0; vertical-align: top; }
`;
