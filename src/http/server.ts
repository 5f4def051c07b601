import { Elysia } from "elysia";
import { z } from "zod";
import type { Actor, Origin, UserActor, Visitor } from "../access/actor";
import { countUse, findCredential, identifyKey, identifyUser } from "../access/authenticate";
import { requireOperator } from "../access/operator";
import { then } from "../access/remembered";
import type { App } from "../app";
import { once } from "../idempotency/idempotency";
import { Problem } from "../problems";
import { jsonAnswer, newHeaders, refusal, textAnswer } from "./answers";
import { parse, pathOf, readJson, readParams, readQuery } from "./body";
import { openCors } from "./cors";
import { documentRoutes } from "./documents";
import { healthRoutes } from "./health";
import { letterPageRoutes } from "./letter-pages";
import { openOrigins, requestIdOf } from "./origin";
import { type Access, basePath, isCreating, type PlainRoute, type Route } from "./route";
import { routes } from "./routes";
import { openThrottle } from "./throttle";

/** For machines, operators and browsers: no base path, no credential, no input. */
const plainRoutes: readonly PlainRoute[] = [...healthRoutes, ...documentRoutes, ...letterPageRoutes];

/** The HTTP face of an app: every route, under the base path and without it. */
export function openServer(app: App) {
  const server = new Elysia();
  const cors = openCors(app.config.corsOrigins);
  const headersFor = (request: Request, requestId: string) => {
    const headers = newHeaders(requestId);
    cors.share(request, headers);
    return headers;
  };
  const refuse = (request: Request, error: unknown) => {
    const requestId = requestIdOf(request.headers);
    return refusal(app, error, requestId, headersFor(request, requestId));
  };
  const serve = openPipeline(app, headersFor, () => server.server);
  const methods = new Map<string, Set<string>>();

  for (const route of routes) {
    for (const path of [route.path, basePath + route.path]) {
      const handler = ({ request, params }: { request: Request; params: Record<string, string> }) =>
        serve(route, request, params);
      server.route(route.method, path, handler, { parse: "none" } as object);
      if (route.method === "GET") server.route("HEAD", path, handler);
      methods.set(path, (methods.get(path) ?? new Set()).add(route.method));
    }
  }
  for (const { path, answer } of plainRoutes) {
    const handler = ({ request }: { request: Request }) => answer(app, newHeaders(requestIdOf(request.headers)));
    server.route("GET", path, handler);
    server.route("HEAD", path, handler);
    methods.set(path, new Set(["GET"]));
  }
  for (const [path, allowed] of methods) {
    if (allowed.has("GET")) allowed.add("HEAD");
    const Allow = [...allowed].join(", ");
    const otherwise = ({ request }: { request: Request }) =>
      cors.preflight(request, Allow) ?? refuse(request, new Problem("METHOD_NOT_ALLOWED", { headers: { Allow } }));
    server.all(path, otherwise, { parse: "none" } as object);
  }
  return server.onError(({ request, error, code }) =>
    refuse(request, code === "NOT_FOUND" ? new Problem("NOT_FOUND") : error),
  );
}

/** The life of a request: who asks, what they ask, the rule, the answer; in this order, for every route. */
function openPipeline(
  app: App,
  headersFor: (request: Request, requestId: string) => Headers,
  server: () => Bun.Server<unknown> | null,
) {
  const originOf = openOrigins(app.config.trustedProxies);
  const throttle = openThrottle(app.clock, app.config.authRateLimit);

  return async function serve(route: Route, request: Request, found: Record<string, string>): Promise<Response> {
    const requestId = requestIdOf(request.headers);
    const headers = headersFor(request, requestId);
    let actor: Actor | Visitor | undefined;
    try {
      const origin = originOf(request, requestId, peerOf(route, request));
      if (route.throttle) throttle(route.throttle, origin.address, headers);
      const identified = identify(app, route.access, request.headers, origin, headers);
      actor = identified instanceof Promise ? await identified : identified;
      const params = readParams(found);
      const query = route.query && parse(route.query, readQuery(request.url));
      const body = route.body && parse(route.body, (await readJson(request)) ?? {});
      const input = { actor: actor as never, params, body: body as never, query: query as never, request, headers };
      const run = (app: App) => then(route.run({ app, ...input }), (value) => shaped(route, value));
      const outcome = runOnce(app, route, actor, request, body, headers, run);
      const value = outcome instanceof Promise ? await outcome : outcome;
      if (actor.kind === "key") countUse(app, actor);
      return typeof route.answer === "string"
        ? textAnswer(route.answer, value as string, headers)
        : jsonAnswer(route.status, value, headers);
    } catch (error) {
      if (actor?.kind === "key") countUse(app, actor, error);
      return refusal(app, error, requestId, headers);
    }
  };

  /** Where a request comes from; asked at once where something may change, for the client may hang up meanwhile. */
  function peerOf(route: Route, request: Request): () => string {
    const ask = () => server()?.requestIP(request)?.address ?? "";
    if (route.method === "GET") return ask;
    const peer = ask();
    return () => peer;
  }
}

/** Runs a rule; one that creates something only once for each Idempotency-Key. */
function runOnce(
  app: App,
  route: Route,
  actor: Actor | Visitor,
  request: Request,
  body: unknown,
  headers: Headers,
  run: (app: App) => unknown,
): unknown {
  const key = isCreating(route) ? request.headers.get("idempotency-key") : null;
  if (key === null || actor.kind === "visitor") return run(app);
  const asked = { key, method: route.method, path: pathOf(request.url).replace(basePath, ""), body };
  return once(app, actor, asked, async (app) => run(app)).then(({ answer, replayed }) => {
    if (replayed) headers.set("Idempotent-Replayed", "true");
    return answer;
  });
}

/** An answer as its contract has it: what the contract does not name stays here. */
const shaped = ({ answer }: Route, value: unknown) => (answer instanceof z.ZodType ? answer.parse(value) : value);

/** The caller a route asks for. @throws Problem UNAUTHORIZED and its kin */
function identify(
  app: App,
  access: Access,
  requestHeaders: Headers,
  origin: Origin,
  headers: Headers,
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
    return access === "operator" ? then(user, (actor) => requireOperator(app, actor)) : user;
  }
  if (access !== "actor")
    throw new Problem("UNAUTHORIZED", { message: "This needs a person who is signed in; an API key cannot do it." });
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
