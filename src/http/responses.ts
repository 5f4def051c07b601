import type { App } from "../app";
import { DatabaseUnavailable, UniqueViolation } from "../db/database";
import { Problem } from "../problems";

/** On every response: only its caller may keep it, browsers take it for what it says it is, and no page frames it. */
const emptyHeaders = new Headers({
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
});
const jsonHeaders = new Headers(emptyHeaders);
jsonHeaders.set("Content-Type", "application/json; charset=utf-8");

/**
 * Headers for a response that does not exist yet. A Response copies the headers it is given, which is slow, so it is given one of
 * the ready sets and these are set on the response itself.
 */
export class NewHeaders {
  readonly #pairs: string[] = [];

  constructor(requestId?: string) {
    if (requestId !== undefined) this.set("X-Request-Id", requestId);
  }

  set(name: string, value: string) {
    this.#pairs.push(name, value);
  }

  setOn(response: Response): Response {
    const { headers } = response;
    for (let i = 0; i < this.#pairs.length; i += 2) headers.set(this.#pairs[i]!, this.#pairs[i + 1]!);
    return response;
  }
}

export function jsonResponse(status: number, value: unknown, headers: NewHeaders): Response {
  if (status === 204) return emptyResponse(headers);
  return headers.setOn(new Response(JSON.stringify(value), { status, headers: jsonHeaders }));
}

export const emptyResponse = (headers: NewHeaders): Response =>
  headers.setOn(new Response(null, { status: 204, headers: emptyHeaders }));

export function textResponse(type: string, text: string | ReadableStream<Uint8Array>, headers: NewHeaders): Response {
  headers.set("Content-Type", `${type}; charset=utf-8`);
  return headers.setOn(new Response(text, { headers: emptyHeaders }));
}

/** A file whose name changes with its content: browsers and caches keep it for a year. */
export function fileResponse(type: string, bytes: Blob, encoding: string | undefined, headers: NewHeaders): Response {
  headers.set("Content-Type", type);
  headers.set("Cache-Control", "public, max-age=31536000, immutable");
  headers.set("Vary", "Origin, Accept-Encoding");
  if (encoding) headers.set("Content-Encoding", encoding);
  return headers.setOn(new Response(bytes, { headers: emptyHeaders }));
}

/** A body that is made while it is sent, no faster than the client takes it. An error ends the connection, so that the body is not taken for whole. */
export function streamOf(parts: AsyncIterable<string>, onError: (error: unknown) => void): ReadableStream<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        onError(error);
        // Bun prints what it is given.
        controller.error(new Error("A response was cut off."));
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

export function redirectResponse(to: string, headers: NewHeaders): Response {
  headers.set("Location", to);
  return headers.setOn(new Response(null, { status: 302, headers: emptyHeaders }));
}

/** The one shape of every error. What is not a Problem is a bug: the log gets all of it, the client none of it. */
export function errorResponse({ db, log }: App, error: unknown, requestId: string, headers: NewHeaders): Response {
  const problem = error instanceof Problem ? error : asProblem(db.explain(error));
  if (problem.status >= 500) log.error({ requestId, code: problem.code, err: problem.cause }, "request failed");
  else if (log.isLevelEnabled("debug"))
    log.debug({ requestId, code: problem.code, cause: problem.cause }, "request refused");

  const { code, reason, status, message, details, retryAfter, fields } = problem;
  for (const [name, value] of Object.entries(problem.headers ?? {})) headers.set(name, value);
  if (status === 401)
    headers.set("WWW-Authenticate", code === "TOKEN_EXPIRED" ? 'Bearer error="invalid_token"' : "Bearer");
  if (retryAfter !== undefined) headers.set("Retry-After", String(retryAfter));
  const body = {
    code,
    ...(reason && { reason }),
    message,
    requestId,
    ...(details && { details }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(code === "TWO_FACTOR_REQUIRED" && { twoFactorRequired: true }),
    ...fields,
  };
  return jsonResponse(status, { error: body }, headers);
}

function asProblem(error: unknown): Problem {
  if (error instanceof DatabaseUnavailable) return new Problem("UNAVAILABLE", { retryAfter: 1, cause: error });
  if (error instanceof UniqueViolation) return new Problem("CONFLICT", { cause: error });
  return new Problem("INTERNAL_ERROR", { cause: error });
}
