import type { App } from "../app";
import { jsonAnswer, newHeaders, textAnswer } from "./answers";
import { openApiDocument } from "./openapi";
import { referencePage } from "./reference";
import { basePath } from "./route";
import { routeGroups } from "./routes";

export const documentRoutes = [
  {
    path: "/openapi.json",
    answer: (app: App) => jsonAnswer(200, openApiDocument(routeGroups, app.config.publicUrl + basePath), newHeaders()),
  },
  /** A page that needs nothing from anywhere else. */
  {
    path: "/docs",
    answer(app: App) {
      const headers = newHeaders();
      headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
      return textAnswer("text/html", referencePage(routeGroups, app.config.publicUrl + basePath), headers);
    },
  },
];
