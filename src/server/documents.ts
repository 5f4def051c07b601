import { setImmediate } from "node:timers/promises";
import type { App } from "../app";
import { page } from "../http/pages";
import { textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { lazy } from "../lazy";
import { readProjectFile } from "./docs/files";
import { docsPaths } from "./docs/paths";
import { routeGroups } from "./routes";

const site = lazy(() => require("./docs/site") as typeof import("./docs/site"));
const script = lazy(() => require("./docs/script") as typeof import("./docs/script"));

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

const pages = lazy(() => site().docsPages(routeGroups));
const pageAt = (path: string) => pages().find((page) => page.path === path)!;

const installationOf = ({ config: { appName, publicUrl } }: App) => ({ appName, origin: publicUrl });
const styles = ["src/dashboard/styles/tokens.css", "src/server/docs/docs.css"];

/** The OpenAPI document of an app as text, made once. Others are answered while it is made. */
const openApi = onceFor(async ({ config: { publicUrl, appName } }) => {
  const { openApiPieces } = await import("./openapi/document");
  const pieces = openApiPieces(routeGroups, publicUrl + basePath, appName);
  while (true) {
    const { done, value } = pieces.next();
    if (done) return `${JSON.stringify(value)}\n`;
    await setImmediate();
  }
});

/** The OpenAPI document, and the documentation that people read. Nothing of it is loaded or made before it is asked for. */
export const documentRoutes: readonly PlainRoute[] = [
  {
    path: "/openapi.json",
    respond: (app, headers) => openApi(app).then((text) => textResponse("application/json", text, headers)),
  },
  document("/llms.txt", "text/plain", (app) => site().llmsText(pages(), installationOf(app))),
  document("/docs/search.json", "application/json", (app) =>
    JSON.stringify(site().searchIndex(pages(), routeGroups, installationOf(app))),
  ),
  document("/docs/docs.js", "text/javascript", () => `(${script().docsScript})();`),
  document("/docs/docs.css", "text/css", () => styles.map(readProjectFile).join("")),
  ...docsPaths(routeGroups).flatMap((path) => [
    document(path, "text/html", (app) => site().renderPage(pageAt(path), pages(), installationOf(app))),
    document(`${path}.md`, "text/markdown", (app) => pageAt(path).markdown(installationOf(app))),
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
