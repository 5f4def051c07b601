import type { App } from "../app";
import { DatabaseUnavailable, UniqueViolation } from "../db/database";
import { Problem } from "../problems";

/** On every answer: it is for its caller alone, it is what it says it is, and nobody frames it. */
const emptyHeaders = new Headers({
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
});
const jsonHeaders = new Headers(emptyHeaders);
jsonHeaders.set("Content-Type", "application/json; charset=utf-8");

/**
 * The headers of an answer to be, noted until it is there: a Response copies the headers it is given, so it is given ready ones
 * and the others are set on its own.
 */
export class NewHeaders {
  readonly #noted: string[] = [];

  constructor(requestId?: string) {
    if (requestId !== undefined) this.set("X-Request-Id", requestId);
  }

  set(name: string, value: string) {
    this.#noted.push(name, value);
  }

  setOn(response: Response): Response {
    const { headers } = response;
    for (let i = 0; i < this.#noted.length; i += 2) headers.set(this.#noted[i]!, this.#noted[i + 1]!);
    return response;
  }
}

export function jsonResponse(status: number, value: unknown, headers: NewHeaders): Response {
  if (status === 204) return emptyResponse(headers);
  return headers.setOn(new Response(JSON.stringify(value), { status, headers: jsonHeaders }));
}

export const emptyResponse = (headers: NewHeaders): Response =>
  headers.setOn(new Response(null, { status: 204, headers: emptyHeaders }));

export function textResponse(type: string, text: string, headers: NewHeaders): Response {
  headers.set("Content-Type", `${type}; charset=utf-8`);
  return headers.setOn(new Response(text, { headers: emptyHeaders }));
}

/** The one shape of every refusal. What is not a Problem is a mistake of ours: the log hears all of it, the client nothing. */
export function errorResponse({ db, log }: App, error: unknown, requestId: string, headers: NewHeaders): Response {
  const problem = error instanceof Problem ? error : asProblem(db.explain(error));
  if (problem.status >= 500) log.error({ requestId, code: problem.code, err: problem.cause }, "request failed");
  else if (log.isLevelEnabled("debug"))
    log.debug({ requestId, code: problem.code, cause: problem.cause }, "request refused");

  const { code, reason, status, message, details, retryAfter } = problem;
  for (const [name, value] of Object.entries(problem.headers ?? {})) headers.set(name, value);
  if (status === 401)
    headers.set("WWW-Authenticate", code === "TOKEN_EXPIRED" ? 'Bearer error="invalid_token"' : "Bearer");
  if (retryAfter !== undefined) headers.set("Retry-After", String(retryAfter));
  const error_ = {
    code,
    ...(reason && { reason }),
    message,
    requestId,
    ...(details && { details }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(code === "TWO_FACTOR_REQUIRED" && { twoFactorRequired: true }),
  };
  return jsonResponse(status, { error: error_ }, headers);
}

function asProblem(error: unknown): Problem {
  if (error instanceof DatabaseUnavailable) return new Problem("UNAVAILABLE", { retryAfter: 1, cause: error });
  if (error instanceof UniqueViolation) return new Problem("CONFLICT", { cause: error });
  return new Problem("INTERNAL_ERROR", { cause: error });
}
