import { Elysia } from "elysia";
import type { Actor, Origin, UserActor, Visitor } from "../access/actor";
import { countUse, findCredential, identifyKey, identifyUser } from "../access/authenticate";
import type { App } from "../app";
import { andThen } from "../cache/cache";
import { parse, pathOf, readJson, readParams, readQuery } from "../http/body";
import { errorResponse, jsonResponse, NewHeaders, textResponse } from "../http/responses";
import { type Access, basePath, isCreating, type PlainRoute, type Route } from "../http/route";
import { once } from "../idempotency/idempotency";
import { requireOperator } from "../operators/require-operator";
import { Problem } from "../problems";
import { openCors } from "./cors";
import { documentRoutes } from "./documents";
import { healthRoutes } from "./health";
import { openOrigins, requestIdOf } from "./origin";
import { pageRoutes } from "./pages";
import { routes } from "./routes";
import { openThrottle } from "./throttle";

/** For machines, operators and browsers: no base path, no credential, no input. */
const plainRoutes: readonly PlainRoute[] = [...healthRoutes, ...documentRoutes, ...pageRoutes];

/** The HTTP face of an app: every route, under the base path and without it. */
export function openServer(app: App) {
  const server = new Elysia();
  const cors = openCors(app.config.corsOrigins);
  /** Browsers that came over TLS once come over TLS for a year (RFC 6797); over plain HTTP the header would mean nothing. */
  const isSecure = app.config.publicUrl.startsWith("https:");
  const headersFor = (request: Request, requestId: string) => {
    const headers = new NewHeaders(requestId);
    if (isSecure) headers.set("Strict-Transport-Security", "max-age=31536000");
    cors.share(request, headers);
    return headers;
  };
  const refuse = (request: Request, error: unknown) => {
    const requestId = requestIdOf(request.headers);
    return errorResponse(app, error, requestId, headersFor(request, requestId));
  };
  const serve = openPipeline(app, headersFor, (request) => server.server?.requestIP(request)?.address ?? "");
  const methods = new Map<string, Set<string>>();

  server.onError(({ request, error, code }) =>
    refuse(request, code === "NOT_FOUND" ? new Problem("NOT_FOUND") : error),
  );
  for (const route of routes) {
    // Elysia reads a handler's text and waits for one that returns a call. A bound function shows none, and most answers
    // are there at once.
    const handler = serve.bind(undefined, route);
    for (const path of [route.path, basePath + route.path]) {
      server.route(route.method, path, handler);
      if (route.method === "GET") server.route("HEAD", path, handler);
      methods.set(path, (methods.get(path) ?? new Set()).add(route.method));
    }
  }
  for (const { path, respond } of plainRoutes) {
    const handler = ({ request }: { request: Request }) =>
      respond(app, headersFor(request, requestIdOf(request.headers)));
    server.route("GET", path, handler);
    server.route("HEAD", path, handler);
    methods.set(path, new Set(["GET"]));
  }
  for (const [path, allowed] of methods) {
    if (allowed.has("GET")) allowed.add("HEAD");
    const Allow = [...allowed].join(", ");
    const otherwise = ({ request }: { request: Request }) =>
      cors.preflight(request, Allow) ?? refuse(request, new Problem("METHOD_NOT_ALLOWED", { headers: { Allow } }));
    server.all(path, otherwise);
  }
  return server;
}

/** The life of a request: who asks, what they ask, the rule, the answer; in this order, for every route. */
function openPipeline(
  app: App,
  headersFor: (request: Request, requestId: string) => NewHeaders,
  peerOf: (request: Request) => string,
) {
  const RequestOrigin = openOrigins(app.config.trustedProxies, peerOf);
  const throttle = openThrottle(app.clock, app.config.authRateLimit);

  return (route: Route, { request, params }: Context): Response | Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    const call: Call = { route, request, params, requestId, headers: headersFor(request, requestId), actor: undefined };
    try {
      const origin = new RequestOrigin(requestId, request);
      if (route.method !== "GET") origin.look();
      if (route.throttle) throttle(route.throttle, origin.ip, call.headers);
      const actor = identify(app, route.access, request.headers, origin, call.headers);
      const value = actor instanceof Promise || route.body ? performLater(app, call, actor) : perform(app, call, actor);
      if (!(value instanceof Promise)) return respond(app, call, value);
      return value
        .then((value) => respond(app, call, value))
        .catch((error) => refuse(app, call, error))
        .catch((error) => errorResponse(app, error, requestId, headersFor(request, requestId)));
    } catch (error) {
      return refuse(app, call, error);
    }
  };
}

/** What Elysia gives a handler, as far as it is of use. */
type Context = { request: Request; params: Record<string, string> };

/** A request on its way. */
interface Call {
  readonly route: Route;
  readonly request: Request;
  readonly params: Record<string, string>;
  readonly requestId: string;
  /** Of the answer. */
  readonly headers: NewHeaders;
  /** Who asks, once that is known. */
  actor: Actor | Visitor | undefined;
}

/** Carries a call out; most wait for nothing. */
function perform(app: App, call: Call, actor: Actor | Visitor): unknown {
  const input = inputOf(app, call, actor);
  return onlyOnce(call.route, actor, input) ?? run(call.route, input);
}

/** As `perform`, where the caller must be looked up or the body awaited. */
async function performLater(app: App, call: Call, identified: Actor | Visitor | Promise<Actor | Visitor>) {
  const { route, request } = call;
  const actor = await identified;
  const input = inputOf(app, call, actor);
  if (route.body) input.body = parse(route.body, (await readJson(request)) ?? {}) as never;
  return onlyOnce(route, actor, input) ?? run(route, input);
}

function inputOf(app: App, call: Call, actor: Actor | Visitor): Input {
  const { route, request, headers } = call;
  call.actor = actor;
  const params = readParams(call.params);
  const query = route.query && parse(route.query, readQuery(request.url));
  return { app, actor: actor as never, params, body: undefined, query: query as never, request, headers };
}

function respond(app: App, { route, actor, headers }: Call, value: unknown): Response {
  const response =
    typeof route.response === "string"
      ? textResponse(route.response, value as string, headers)
      : jsonResponse(route.status, value, headers);
  if (actor?.kind === "key") countUse(app, actor);
  return response;
}

function refuse(app: App, { actor, requestId, headers }: Call, error: unknown): Response {
  if (actor?.kind === "key") countUse(app, actor, error);
  return errorResponse(app, error, requestId, headers);
}

type Input = Parameters<Route["run"]>[0];

/** The answer of a rule as its contract has it: what the contract does not name stays here. */
function run(route: Route, input: Input): unknown {
  const value = route.run(input);
  return value instanceof Promise ? value.then(route.shape) : route.shape(value);
}

/** The answer of a rule that creates something, carried out once for each Idempotency-Key; undefined where none was sent. */
function onlyOnce(route: Route, actor: Actor | Visitor, input: Input): Promise<unknown> | undefined {
  const { app, request, headers, body } = input;
  const key = isCreating(route) ? request.headers.get("idempotency-key") : null;
  if (key === null || actor.kind === "visitor") return undefined;
  const asked = { key, method: route.method, path: pathOf(request.url).replace(basePath, ""), body };
  return once(app, actor, asked, async (app) => run(route, { ...input, app })).then(({ answer, replayed }) => {
    if (replayed) headers.set("Idempotent-Replayed", "true");
    return answer;
  });
}

/** The caller a route asks for. @throws Problem UNAUTHORIZED and its kin */
function identify(
  app: App,
  access: Access,
  requestHeaders: Headers,
  origin: Origin,
  headers: NewHeaders,
): Actor | Visitor | Promise<Actor | Visitor> {
  if (access === "anyone") return { kind: "visitor", origin };
  const credential = findCredential(requestHeaders);
  if (!credential) {
    if (access === "holder") return { kind: "visitor", origin };
    throw new Problem("UNAUTHORIZED");
  }
  if (credential.kind === "token") {
    if (access === "holder") return holderOf(app, credential.text, origin);
    const user = identifyUser(app, credential.text, origin);
    return access === "operator" ? andThen(user, (actor) => requireOperator(app, actor)) : user;
  }
  if (access !== "actor") throw new Problem("UNAUTHORIZED", { reason: "user_required" });
  return identifyKey(app, credential.text, origin, headers);
}

/** The person behind an access token, or a visitor where it is of no use any more: the body may hold a better proof. */
async function holderOf(app: App, token: string, origin: Origin): Promise<UserActor | Visitor> {
  try {
    return await identifyUser(app, token, origin);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return { kind: "visitor", origin };
    throw error;
  }
}
