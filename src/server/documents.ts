import type { App } from "../app";
import { textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { openApiDocument } from "./openapi/document";
import { referencePage } from "./reference";
import { routeGroups } from "./routes";

export const documentRoutes: readonly PlainRoute[] = [
  {
    path: "/openapi.json",
    respond: (app, headers) => textResponse("application/json", openApi(app), headers),
  },
  /** One page that loads nothing else. */
  {
    path: "/docs",
    respond(app, headers) {
      headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
      return textResponse("text/html", reference(app), headers);
    },
  },
];

const openApi = renderedOnce((url, appName) => JSON.stringify(openApiDocument(routeGroups, url, appName)));
const reference = renderedOnce((url, appName) => referencePage(routeGroups, url, appName));

/** Documents take milliseconds to render and never change while a process runs. */
function renderedOnce(render: (url: string, appName: string) => string): (app: App) => string {
  const rendered = new WeakMap<App, string>();
  return (app) => {
    const text = rendered.get(app) ?? render(app.config.publicUrl + basePath, app.config.appName);
    rendered.set(app, text);
    return text;
  };
}
