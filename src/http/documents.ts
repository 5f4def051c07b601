import type { App } from "../app";
import { commonHeaders, jsonAnswer } from "./answers";
import { openApiDocument } from "./openapi";
import { referencePage } from "./reference";
import { basePath } from "./route";
import { routeGroups } from "./routes";

export const documentRoutes = [
  {
    path: "/openapi.json",
    answer: (app: App) =>
      jsonAnswer(200, openApiDocument(routeGroups, app.config.publicUrl + basePath), { ...commonHeaders }),
  },
  /** A page that needs nothing from anywhere else. */
  {
    path: "/docs",
    answer: (app: App) =>
      new Response(referencePage(routeGroups, app.config.publicUrl + basePath), {
        headers: {
          ...commonHeaders,
          "Content-Type": "text/html; charset=utf-8",
          "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        },
      }),
  },
];
