import { z } from "zod";
import type { Actor, KeyActor, Origin, UserActor, Visitor } from "../access/actor";
import { type Admission, admitKey, identifyUser } from "../access/authenticate";
import type { App } from "../app";
import { andThen } from "../cache/cache";
import { readBody } from "../http/body";
import { type Credential, findCredential } from "../http/credential";
import { parse } from "../http/parse";
import { setKeyHeaders } from "../http/rate-limit";
import { errorResponse, jsonResponse, type NewHeaders, streamOf, textResponse } from "../http/responses";
import { basePath, isCreating, type Route, type Text, takesBody } from "../http/route";
import { pathOf, readParams, readQuery } from "../http/url";
import { once } from "../idempotency/idempotency";
import { requireOperator } from "../operators/require-operator";
import { Problem } from "../problems";
import type { KeyUse } from "../usage/counting";
import { requireHost } from "./host";
import { openOrigins, requestIdOf } from "./origin";
import { openThrottle, openUserThrottle } from "./throttle";

/** What Elysia gives a handler, as far as the pipeline uses it. */
type Context = { request: Request; params: Record<string, string> };

/** What a route's handler is given. */
type Input = Parameters<Route["run"]>[0];

/** A request while it is handled. */
interface Call {
  readonly route: Route;
  readonly request: Request;
  readonly params: Record<string, string>;
  readonly requestId: string;
  /** Of the response. */
  readonly headers: NewHeaders;
  /** The caller, once known. */
  actor: Actor | Visitor | undefined;
  /** The counters of the API key, if the call has one. */
  use: KeyUse | undefined;
}

/**
 * Handles a request, for every route in the same order: find the caller, parse the query and the body, run the rule, shape the
 * response. Nothing is awaited until something must be: a response that is there at once spares the runtime its slow path.
 * @param headersFor the headers that every response to a request has
 * @param peerOf the IP address of the other end of a request's connection
 */
export function openPipeline(
  app: App,
  headersFor: (request: Request, requestId: string) => NewHeaders,
  peerOf: (request: Request) => string,
) {
  const RequestOrigin = openOrigins(app.config.trustedProxies, peerOf);
  const throttle = openThrottle(app.clock, app.config.authRateLimit);
  const throttleUser = openUserThrottle(app.clock, app.config.userRateLimit);

  return (route: Route, { request, params }: Context): Response | Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    const call: Call = {
      route,
      request,
      params,
      requestId,
      headers: headersFor(request, requestId),
      actor: undefined,
      use: undefined,
    };
    try {
      requireHost(request.headers);
      const origin = new RequestOrigin(requestId, request);
      if (route.method !== "GET") origin.look();
      if (route.throttle) throttle(route.throttle, origin.ip, call.headers);
      const actor = identify(app, call, origin, throttleUser);
      const value =
        actor instanceof Promise || takesBody(route) ? performLater(app, call, actor) : perform(app, call, actor);
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

/** Runs the rule of a call that has nothing to wait for, as most. */
function perform(app: App, call: Call, actor: Actor | Visitor): unknown {
  const input = inputOf(app, call, actor);
  return runOnce(call.route, actor, input) ?? run(call.route, input);
}

/** As `perform`, where the caller must be looked up or the body awaited. */
async function performLater(app: App, call: Call, identified: Actor | Visitor | Promise<Actor | Visitor>) {
  const { route, request } = call;
  const actor = await identified;
  const input = inputOf(app, call, actor);
  if (takesBody(route)) {
    const body = await readBody(request, route);
    if (route.body || body !== undefined)
      input.body = parse(route.body ?? noFields, body === undefined ? {} : body) as never;
  }
  return runOnce(route, actor, input) ?? run(route, input);
}

const noFields = z.strictObject({});

function inputOf(app: App, call: Call, actor: Actor | Visitor): Input {
  const { route, request, headers } = call;
  call.actor = actor;
  const params = readParams(call.params);
  const query = route.query && parse(route.query, readQuery(request.url));
  return { app, actor: actor as never, params, body: undefined, query: query as never, request, headers };
}

function respond(app: App, call: Call, value: unknown): Response {
  const { route, headers } = call;
  const response =
    typeof route.response === "string"
      ? textResponse(route.response, bodyOf(app, call, value as Text), headers)
      : jsonResponse(route.status, value, headers);
  countUse(app, call);
  return response;
}

const bodyOf = ({ log }: App, { requestId }: Call, text: Text) =>
  typeof text === "string" ? text : streamOf(text, (err) => log.error({ requestId, err }, "response cut off"));

function refuse(app: App, call: Call, error: unknown): Response {
  countUse(app, call, error);
  return errorResponse(app, error, call.requestId, call.headers);
}

/** Counts how a call by API key ended, for the history of the key. */
function countUse(app: App, { use, actor }: Call, error?: unknown) {
  if (!use || !actor) return;
  const outcome = error instanceof Problem && error.status === 403 ? "denied" : "ok";
  app.usage.count(use, outcome, app.clock.now(), actor.origin);
}

/** What a rule returned, as its contract has it: what the contract does not name never leaves the server. */
function run(route: Route, input: Input): unknown {
  const value = route.run(input);
  return value instanceof Promise ? value.then(route.shape) : route.shape(value);
}

/** Runs a rule that creates something once for each Idempotency-Key; undefined where none was sent. */
function runOnce(route: Route, actor: Actor | Visitor, input: Input): Promise<unknown> | undefined {
  const { app, request, headers, body } = input;
  const key = isCreating(route) ? request.headers.get("idempotency-key") : null;
  if (key === null || actor.kind === "visitor") return undefined;
  const asked = { key, method: route.method, path: pathOf(request.url).replace(basePath, ""), body };
  return once(app, actor, asked, async (app) => run(route, { ...input, app })).then(({ response, replayed }) => {
    if (replayed) headers.set("Idempotent-Replayed", "true");
    return response;
  });
}

/** The caller a route asks for. @throws Problem UNAUTHORIZED, RATE_LIMITED, and what `identifyUser` and `admitKey` throw */
function identify(
  app: App,
  call: Call,
  origin: Origin,
  throttleUser: ReturnType<typeof openUserThrottle>,
): Actor | Visitor | Promise<Actor | Visitor> {
  const { access, throttle } = call.route;
  if (access === "anyone") return { kind: "visitor", origin };
  if (access === "holder") return identifyHolder(app, call.request.headers, origin);
  const credential = findCredential(call.request.headers);
  if (!credential) throw new Problem("UNAUTHORIZED");
  if (credential.kind === "token") {
    const user = andThen(identifyUser(app, credential.text, origin), (actor) => {
      if (!throttle) throttleUser(actor.userId, call.headers);
      return actor;
    });
    return access === "operator" ? andThen(user, (actor) => requireOperator(app, actor)) : user;
  }
  if (access !== "actor") throw new Problem("UNAUTHORIZED", { reason: "user_required" });
  return andThen(admitKey(app, credential.text, origin, call.route.countedAs), (admission) =>
    requireWithinLimits(call, admission),
  );
}

/** Writes the limits of a key to the response, refused or not. @throws Problem RATE_LIMITED */
function requireWithinLimits(call: Call, admission: Admission): KeyActor {
  const retryAfter = setKeyHeaders(call.headers, admission);
  if (!admission.actor) {
    const isOwn = admission.quotas.includes(admission.result.quota);
    throw new Problem("RATE_LIMITED", { retryAfter, ...(!isOwn && { reason: "organization" }) });
  }
  call.use = admission.key.use;
  return admission.actor;
}

/**
 * The user of an access token, or a visitor where there is none that is accepted: the body may hold a better proof. An API key is never one.
 * @throws Problem UNAUTHORIZED for an API key, BAD_REQUEST for two credentials
 */
async function identifyHolder(app: App, headers: Headers, origin: Origin): Promise<UserActor | Visitor> {
  const visitor = { kind: "visitor", origin } as const;
  let credential: Credential | undefined;
  try {
    credential = findCredential(headers);
    if (credential?.kind === "token") return await identifyUser(app, credential.text, origin);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return visitor;
    throw error;
  }
  if (credential) throw new Problem("UNAUTHORIZED", { reason: "user_required" });
  return visitor;
}
