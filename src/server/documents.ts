import type { App } from "../app";
import { textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { openApiDocument } from "./openapi";
import { referencePage } from "./reference";
import { routeGroups } from "./routes";

export const documentRoutes: readonly PlainRoute[] = [
  {
    path: "/openapi.json",
    respond: (app, headers) => textResponse("application/json", openApi(app), headers),
  },
  /** A page that needs nothing from anywhere else. */
  {
    path: "/docs",
    respond(app, headers) {
      headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
      return textResponse("text/html", reference(app), headers);
    },
  },
];

const openApi = writtenOnce((url, appName) => JSON.stringify(openApiDocument(routeGroups, url, appName)));
const reference = writtenOnce((url, appName) => referencePage(routeGroups, url, appName));

/** Documents take milliseconds to write and never change while a process lives. */
function writtenOnce(write: (url: string, appName: string) => string): (app: App) => string {
  const written = new WeakMap<App, string>();
  return (app) => {
    const text = written.get(app) ?? write(app.config.publicUrl + basePath, app.config.appName);
    written.set(app, text);
    return text;
  };
}
