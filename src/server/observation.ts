import { actorIdOf } from "../access/actor";
import type { App } from "../app";
import type { RequestTally } from "../metrics/request-tally";
import { parseTraceparent } from "../shapes/traceparent";
import type { Call } from "./call";

/** Told of every request with a route when it is answered or refused. */
export type Observe = (call: Call, status: number, now: number) => void;

/**
 * Counts requests for metrics and logs them: every one with LOG_REQUESTS, those that failed on the server, and those that took longer than
 * SLOW_REQUEST_MS.
 */
export function openObserver({ config, log }: App, tally: RequestTally | undefined): Observe {
  const { logRequests, slowRequestMs } = config;
  return (call, status, now) => {
    const ms = now - call.startedAt;
    tally?.count(call.route, status, ms);
    const isSlow = ms >= slowRequestMs;
    if (!logRequests && !isSlow && status < 500) return;
    const { route, requestId, actor, request } = call;
    const trace = parseTraceparent(request.headers.get("traceparent"))?.traceId;
    const line = { requestId, ...(trace && { traceId: trace }), method: route.method, route: route.path, status, ms };
    const who = actor && actor.kind !== "visitor" && { actor: actor.kind, actorId: actorIdOf(actor) };
    log[isSlow || status >= 500 ? "warn" : "info"](
      { ...line, ip: call.ip, ...who },
      isSlow ? "slow request" : "request",
    );
  };
}
