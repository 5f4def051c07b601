import { z } from "zod";
import type { Actor, GrantActor, UserActor, Visitor } from "../access/actor";
import {
  type Admission,
  admitKey,
  bearerOf,
  findToken,
  identifyUser,
  recognizeToken,
  userOf,
} from "../access/authenticate";
import type { KnownToken } from "../access/known-tokens";
import { readOnly } from "../access/read-only";
import type { App } from "../app";
import { andThen } from "../cache/cache";
import { readBody } from "../http/body";
import { type Credential, findCredential } from "../http/credential";
import { setDeprecation, setNextLink } from "../http/links";
import { parse } from "../http/parse";
import { setKeyHeaders } from "../http/rate-limit";
import { errorResponse, jsonResponse, type NewHeaders, streamOf, textResponse } from "../http/responses";
import { basePath, isCreating, type Route, type Text, takesBody } from "../http/route";
import { pathOf, readParams, readQuery } from "../http/url";
import { once } from "../idempotency/idempotency";
import { identifyImpersonated } from "../impersonation/impersonation";
import { requireOperator } from "../operators/require-operator";
import { Problem } from "../problems";
import { Call } from "./call";
import { requireHost } from "./host";
import { tallyOf } from "./metrics";
import { openObserver } from "./observation";
import { openClientIps, requestIdOf } from "./origin";
import { openThrottle, openUserThrottle } from "./throttle";

/** What Elysia gives a handler, as far as the pipeline uses it. */
export interface Context {
  request: Request;
  params: Record<string, string>;
  /** The request of an agent that this one was made for: it came from there, and a user's own session is not accepted. */
  agentRequest?: Request;
}

/** Serves a request to a route. */
export type Serve = ReturnType<typeof openPipeline>;

/** What a route's handler is given. */
type Input = Parameters<Route["run"]>[0];

/**
 * Handles a request, for every route in the same order: find the caller, parse the query and the body, run the rule, shape the
 * response. Nothing is awaited until something must be: a response that is there at once spares the runtime its slow path.
 * @param headersFor the headers that every response to a request has
 * @param peerOf the IP address of the other end of a request's connection
 */
export function openPipeline(
  app: App,
  headersFor: (route: Route, request: Request, requestId: string) => NewHeaders,
  peerOf: (request: Request) => string,
) {
  const clientIp = openClientIps(app.config.trustedProxies, peerOf);
  const throttle = openThrottle(app.config.authRateLimit);
  const throttleUser = openUserThrottle(app.config.userRateLimit);
  const observe = openObserver(app, tallyOf(app));

  return (route: Route, { request, params, agentRequest }: Context): Response | Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    const headers = headersFor(route, request, requestId);
    const call = new Call(app, route, request, params, requestId, headers, app.clock.now(), clientIp, agentRequest);
    try {
      requireHost(request.headers);
      if (route.method !== "GET") void call.ip; // the client may hang up meanwhile
      if (route.throttle) throttle(route.throttle, call);
      const actor = identify(call, throttleUser);
      const value = actor instanceof Promise || takesBody(route) ? performLater(call, actor) : perform(call, actor);
      return value instanceof Promise ? respondLater(call, value) : finish(call, respond(call, value));
    } catch (error) {
      return refuse(call, error);
    }
  };

  /** The one place that every request with a route passes in the end, whatever became of it. */
  function finish(call: Call, response: Response): Response {
    const { use, actor } = call;
    const { status } = response;
    const now = app.clock.now();
    if (use && actor) app.usage.count(use, status === 403 ? "denied" : "ok", now, actor.origin);
    observe(call, status, now);
    return response;
  }

  function respondLater(call: Call, value: Promise<unknown>): Promise<Response> {
    return value.then(
      (value) => {
        try {
          return finish(call, respond(call, value));
        } catch (error) {
          return refuse(call, error);
        }
      },
      (error) => refuse(call, error),
    );
  }

  /** Also where what refuses fails itself, with headers of its own then. */
  function refuse(call: Call, error: unknown): Response {
    const { route, request, requestId, headers } = call;
    try {
      return finish(call, errorResponse(app, error, request, requestId, headers, route.oauth));
    } catch (error) {
      return errorResponse(app, error, request, requestId, headersFor(route, request, requestId), route.oauth);
    }
  }
}

/** Runs the rule of a call that has nothing to wait for, as most. */
function perform(call: Call, actor: Actor | Visitor): unknown {
  begin(call, actor);
  return runOnce(call, actor) ?? run(call.route, call as unknown as Input);
}

/** As `perform`, where the caller must be looked up or the body awaited. */
async function performLater(call: Call, identified: Actor | Visitor | Promise<Actor | Visitor>) {
  const { route, request } = call;
  const actor = identified instanceof Promise ? await identified : identified;
  begin(call, actor);
  if (takesBody(route)) {
    const body = await readBody(request, route);
    if (route.body || body !== undefined) call.body = parse(route.body ?? noFields, body === undefined ? {} : body);
  }
  return runOnce(call, actor) ?? run(route, call as unknown as Input);
}

const noFields = z.strictObject({});

function begin(call: Call, actor: Actor | Visitor) {
  const { route, request, params } = call;
  call.actor = actor;
  if (route.deprecated) setDeprecation(call.headers, route.deprecated);
  readParams(params);
  if (route.query) call.query = parse(route.query, readQuery(request.url));
}

function respond(call: Call, value: unknown): Response {
  const { route, headers } = call;
  if (route.query) setNextLink(call, value, route.deprecated);
  return typeof route.response === "string"
    ? textResponse(route.response, bodyOf(call, value as Text), headers)
    : jsonResponse(route.status, value, headers);
}

const bodyOf = ({ app, requestId }: Call, text: Text) =>
  typeof text === "string" ? text : streamOf(text, (err) => app.log.error({ requestId, err }, "response cut off"));

/** What a rule returned, as its contract has it: what the contract does not name never leaves the server. */
function run(route: Route, input: Input): unknown {
  const value = route.run(input);
  return value instanceof Promise ? value.then(route.shape) : route.shape(value);
}

/** Runs a rule that creates something once for each Idempotency-Key; undefined where none was sent. */
function runOnce(call: Call, actor: Actor | Visitor): Promise<unknown> | undefined {
  const { app, route, request, params, headers, body, query } = call;
  const key = isCreating(route) ? request.headers.get("idempotency-key") : null;
  if (key === null || actor.kind === "visitor") return undefined;
  const asked = { key, method: route.method, path: pathOf(request.url).replace(basePath, ""), body };
  const runIn = async (app: App) => run(route, { app, actor, params, body, query, request, headers } as Input);
  return once(app, actor, asked, runIn).then(({ response, replayed }) => {
    if (replayed) headers.set("Idempotent-Replayed", "true");
    return response;
  });
}

/** The caller a route asks for. @throws Problem UNAUTHORIZED, RATE_LIMITED, and what `findToken` and `admitKey` throw */
function identify(
  call: Call,
  throttleUser: ReturnType<typeof openUserThrottle>,
): Actor | Visitor | Promise<Actor | Visitor> {
  const { app, route } = call;
  const { access } = route;
  if (access === "anyone") return { kind: "visitor", origin: call };
  if (access === "holder") return identifyHolder(call);
  const { headers } = call.request;
  const authorization = headers.get("authorization");
  const apiKey = headers.get("x-api-key");
  const recognized =
    authorization !== null && apiKey === null ? recognizeToken(app, authorization, call.startedAt) : undefined;
  if (recognized && access !== "operator") return admitBearer(call, recognized, throttleUser);

  const credential = findCredential(authorization, apiKey);
  if (!credential) throw new Problem("UNAUTHORIZED");
  if (credential.kind === "impersonation") return admitImpersonated(call, credential.text, throttleUser);
  if (credential.kind === "token") {
    const token = findToken(app, credential.text);
    if (access !== "operator") return andThen(token, (token) => admitBearer(call, token, throttleUser));
    return andThen(token, (token) => requireOperator(app, admitUser(call, token, throttleUser)));
  }
  if (access !== "actor") throw new Problem("UNAUTHORIZED", { reason: "user_required" });
  const admission = admitKey(app, credential.text, call, call.startedAt, route.countedAs);
  return admission instanceof Promise
    ? admission.then((admission) => requireWithinLimits(call, admission))
    : requireWithinLimits(call, admission);
}

/** @throws Problem UNAUTHORIZED for an app where only users may, RATE_LIMITED */
function admitBearer(
  call: Call,
  token: KnownToken,
  throttleUser: ReturnType<typeof openUserThrottle>,
): UserActor | GrantActor {
  if (call.route.access !== "actor") return admitUser(call, token, throttleUser);
  if (call.agentRequest && !token.granted) throw new Problem("UNAUTHORIZED", { reason: "agent_credential_required" });
  if (!call.route.throttle) throttleUser(token, call);
  return bearerOf(token, call, call.agentRequest ? call.app.mcpAudience : call.app.apiAudience);
}

/** @throws Problem UNAUTHORIZED, RATE_LIMITED */
function admitUser(call: Call, token: KnownToken, throttleUser: ReturnType<typeof openUserThrottle>): UserActor {
  if (call.agentRequest) throw new Problem("UNAUTHORIZED", { reason: "agent_credential_required" });
  if (!call.route.throttle) throttleUser(token, call);
  return userOf(token, call);
}

/**
 * An operator who looks as a user: reads only, takes nothing away, and is no operator meanwhile. What runs for them cannot write.
 * @throws Problem UNAUTHORIZED, IMPERSONATION_READ_ONLY, FORBIDDEN, RATE_LIMITED
 */
async function admitImpersonated(
  call: Call,
  token: string,
  throttleUser: ReturnType<typeof openUserThrottle>,
): Promise<UserActor> {
  const { app, route } = call;
  if (call.agentRequest) throw new Problem("UNAUTHORIZED", { reason: "agent_credential_required" });
  const actor = await identifyImpersonated(app, token, call);
  throttleUser({ userId: actor.impersonatedBy!, granted: undefined, requests: undefined }, call);
  if (route.method !== "GET" || route.exports) throw new Problem("IMPERSONATION_READ_ONLY");
  if (route.access === "operator") throw new Problem("FORBIDDEN", { reason: "operator_required" });
  call.app = readOnly(app);
  return actor;
}

/** Writes the limits of a key to the response, refused or not. @throws Problem RATE_LIMITED */
function requireWithinLimits(call: Call, admission: Admission): Actor {
  const retryAfter = setKeyHeaders(call.headers, admission);
  if (!admission.actor) {
    const isOwn = admission.quotas.includes(admission.result.quota);
    const reason = admission.key.kind === "key" ? "organization" : "user";
    throw new Problem("RATE_LIMITED", { retryAfter, ...(!isOwn && { reason }) });
  }
  call.use = admission.key.use;
  return admission.actor;
}

/**
 * The user of an access token, or a visitor where there is none that is accepted: the body may hold a better proof. An API key is never one.
 * @throws Problem UNAUTHORIZED for an API key, BAD_REQUEST for two credentials
 */
async function identifyHolder(call: Call): Promise<UserActor | Visitor> {
  const visitor = { kind: "visitor", origin: call } as const;
  const { headers } = call.request;
  let credential: Credential | undefined;
  try {
    credential = findCredential(headers.get("authorization"), headers.get("x-api-key"));
    if (credential?.kind === "impersonation") throw new Problem("IMPERSONATION_READ_ONLY");
    if (credential?.kind === "token") return await identifyUser(call.app, credential.text, call);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return visitor;
    throw error;
  }
  if (credential) throw new Problem("UNAUTHORIZED", { reason: "user_required" });
  return visitor;
}
