import { Elysia } from "elysia";
import type { App } from "../app";
import { extension } from "../extensions/extension";
import { errorResponse, NewHeaders } from "../http/responses";
import { basePath, type PlainRoute, type Route } from "../http/route";
import { openTemplates } from "../http/templates";
import { callbackRoute } from "../identities/identities.http";
import { lazy } from "../lazy";
import { metadataRoutes } from "../oauth/metadata.http";
import { mcpPath } from "../oauth/resources";
import { Problem } from "../problems";
import { openCors } from "./cors";
import { dashboardRoutes } from "./dashboard";
import { documentRoutes } from "./documents";
import { healthRoutes } from "./health";
import { hostProblem, requireHost } from "./host";
import { metricsRoutes } from "./metrics";
import { isTyped, requestIdOf } from "./origin";
import { type Context, openPipeline } from "./pipeline";
import { routes } from "./routes";
import { wellKnownRoutes } from "./well-known";

/** For machines, operators and browsers: no base path, no credential, no input. */
const plainRoutes: readonly PlainRoute[] = [
  ...healthRoutes,
  ...metricsRoutes,
  ...wellKnownRoutes,
  ...metadataRoutes,
  callbackRoute,
  ...documentRoutes,
  ...dashboardRoutes,
  ...extension.pages,
];

type Handler = (context: Context) => Response | Promise<Response>;

/** Bytes of the largest body that is read. */
const maxRequestBodySize = 16 * 1024 * 1024;

/** The HTTP server of an app: every route, under the base path and without it. The only file that knows Elysia. */
export function openServer(app: App, served: readonly Route[] = routes) {
  // Elysia finds a path by its first slash after an assumed length of the host. Hosts of one to three characters are shorter.
  const router = new Elysia({ handler: { standardHostname: false } });
  let server: Bun.Server<undefined> | undefined;
  const cors = openCors(app.config.corsOrigins);
  /** Makes browsers that came over TLS once come over TLS for a year (RFC 6797); over plain HTTP the header has no effect. */
  const isSecure = app.config.publicUrl.startsWith("https:");
  const templates = openTemplates({
    ...(isSecure && { "Strict-Transport-Security": "max-age=31536000" }),
    ...cors.common,
  });
  const headersOf = ({ oauth }: Pick<Route, "oauth">, request: Request, requestId: string) => {
    const headers = new NewHeaders(requestId, templates);
    if (!oauth) cors.share(request, headers);
    else if (isForScripts(oauth)) cors.shareWithAll(headers);
    headers.endsLine = isTyped(request.headers);
    return headers;
  };
  const refuse = (request: Request, error: unknown, oauth?: Route["oauth"]) => {
    const requestId = requestIdOf(request.headers);
    return errorResponse(app, error, request, requestId, headersOf({ oauth }, request, requestId), oauth);
  };
  const serve = openPipeline(app, headersOf, (request) => server?.requestIP(request)?.address ?? "");
  /** What answers at a path, by method. */
  const handlers = new Map<string, Map<string, Handler>>();
  const add = (path: string, method: string, handler: Handler) => {
    const byMethod = handlers.get(path) ?? new Map<string, Handler>();
    handlers.set(path, byMethod.set(method, handler));
  };
  /** What has no pipeline. What goes wrong later is answered here, for Elysia does not wait for it. */
  const plain =
    (respond: (request: Request) => Response | Promise<Response>): Handler =>
    ({ request }) => {
      requireHost(request.headers);
      const response = respond(request);
      return response instanceof Promise ? response.catch((error) => refuse(request, error)) : response;
    };
  /** The paths that pages of every origin may ask, and those of them whose errors are OAuth's. */
  const shared = new Set<string>();
  const oauth = new Map<string, Route["oauth"]>();

  router.onError(({ request, error, code }) =>
    refuse(request, hostProblem(request.headers) ?? (code === "NOT_FOUND" ? new Problem("NOT_FOUND") : error)),
  );
  for (const route of served) {
    const handler = serve.bind(undefined, route);
    for (const path of [route.path, basePath + route.path]) {
      add(path, route.method, handler);
      if (!route.oauth) continue;
      if (isForScripts(route.oauth)) shared.add(path);
      oauth.set(path, route.oauth);
    }
  }
  for (const { path, respond, shared: isShared } of plainRoutes) {
    const handler = plain((request) =>
      respond(app, headersOf({ oauth: isShared }, request, requestIdOf(request.headers)), request),
    );
    add(path, "GET", handler);
    if (isShared) shared.add(path);
  }
  if (app.config.mcp) {
    const open = lazy(() => import("../mcp/endpoint").then(({ openMcp }) => openMcp(app, served, serve)));
    const handler = plain(async (request) => {
      const respond = await open();
      return respond(request, headersOf({}, request, requestIdOf(request.headers)));
    });
    add(mcpPath, "POST", handler);
  }
  for (const [path, byMethod] of handlers) {
    const get = byMethod.get("GET");
    if (get) byMethod.set("HEAD", get);
    const Allow = [...byMethod.keys()].join(", ");
    const otherwise = plain((request) => {
      const preflight = shared.has(path) ? cors.preflightForAll : cors.preflight;
      const route = oauth.get(path);
      const allowed =
        isForScripts(route) && preflight(request, Allow, new NewHeaders(requestIdOf(request.headers), templates));
      return allowed || refuse(request, new Problem("METHOD_NOT_ALLOWED", { headers: { Allow } }), route);
    });
    // Elysia composes its routes at the start, so a path is one of them, whatever its methods. It reads the source of a handler and
    // awaits one that returns a call; a bound function has no source to read, and most responses are there at once.
    router.all(path, handle.bind(undefined, byMethod, otherwise));
  }
  return {
    /** @param address where it listens, with a `port` of 0 for a free one @throws an error of the system with its `code` */
    listen(address: { hostname: string; port: number; reusePort?: boolean }): Bun.Server<undefined> {
      const { idleTimeout } = app.config;
      // Elysia's own `listen` composes all routes and serves them, and then does both again for modules that were still loading; here are none.
      // While developing, Bun would answer what nothing catches with the source it came from.
      server = Bun.serve({ ...address, idleTimeout, maxRequestBodySize, development: false, fetch: router.fetch });
      return server;
    },
  };
}

/** Whether scripts of other origins may call it: not where an app sends the whole browser (RFC 9700, 2.6). */
const isForScripts = (oauth: Route["oauth"]): boolean => oauth !== "authorization";

const handle = (byMethod: ReadonlyMap<string, Handler>, otherwise: Handler, context: Context) =>
  (byMethod.get(context.request.method) ?? otherwise)(context);
