import { setImmediate } from "node:timers/promises";
import type { App } from "../app";
import { page } from "../http/pages";
import { textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { readProjectFile } from "./docs/files";
import { docsScript } from "./docs/script";
import { docsPages, llmsText, renderPage, searchIndex } from "./docs/site";
import { openApiPieces } from "./openapi/document";
import { routeGroups } from "./routes";

/** Styles, a script and requests of this server, and nothing else; no text becomes a script. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const pages = docsPages(routeGroups);

const installationOf = ({ config: { appName, publicUrl } }: App) => ({ appName, origin: publicUrl });
const styles = ["src/dashboard/styles/tokens.css", "src/server/docs/docs.css"];

/** The OpenAPI document of an app as text, made once. Others are answered while it is made. */
const openApi = onceFor(async ({ config: { publicUrl, appName } }) => {
  const pieces = openApiPieces(routeGroups, publicUrl + basePath, appName);
  while (true) {
    const { done, value } = pieces.next();
    if (done) return `${JSON.stringify(value)}\n`;
    await setImmediate();
  }
});

/** The OpenAPI document, and the documentation that people read. Nothing of it is made before it is asked for. */
export const documentRoutes: readonly PlainRoute[] = [
  {
    path: "/openapi.json",
    respond: (app, headers) => openApi(app).then((text) => textResponse("application/json", text, headers)),
  },
  document("/llms.txt", "text/plain", (app) => llmsText(pages, installationOf(app))),
  document("/docs/search.json", "application/json", (app) =>
    JSON.stringify(searchIndex(pages, routeGroups, installationOf(app))),
  ),
  document("/docs/docs.js", "text/javascript", () => `(${docsScript})();`),
  document("/docs/docs.css", "text/css", () => styles.map(readProjectFile).join("")),
  ...pages.flatMap((entry) => [
    document(entry.path, "text/html", (app) => renderPage(entry, pages, installationOf(app))),
    document(`${entry.path}.md`, "text/markdown", (app) => entry.markdown(installationOf(app))),
  ]),
];

/** A document that takes milliseconds to make and never changes while a process runs. */
function document(path: string, type: string, make: (app: App) => string): PlainRoute {
  return page(path, onceFor(make), { type, ...(type === "text/html" && { contentSecurityPolicy }) });
}

/** Makes something once for each app, when it is first asked for. */
function onceFor<T>(make: (app: App) => T): (app: App) => T {
  const made = new WeakMap<App, T>();
  return (app) => {
    const known = made.get(app) ?? make(app);
    made.set(app, known);
    return known;
  };
}
