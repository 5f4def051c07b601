import type { App } from "../app";
import { DatabaseUnavailable, UniqueViolation } from "../db/database";
import type { Quotas, RateLimitResult } from "../limits/windows";
import { Problem } from "../problems";
import { challengeOf } from "./challenge";
import { type OAuthRoute, oauthError } from "./oauth-errors";
import { openTemplates, type Varying } from "./templates";

const plainTemplates = openTemplates();

/** The headers of a response that does not exist yet, beside those of its template. */
export class NewHeaders implements Varying {
  limit: RateLimitResult | undefined = undefined;
  quotas: Quotas = none;
  seconds = 0;
  /** Whether JSON ends with a newline: for people, whose prompt would stand on its last line. */
  endsLine = false;
  private pairs: string[] | undefined = undefined;

  constructor(
    readonly requestId: string,
    private readonly templates = plainTemplates,
  ) {}

  set(name: string, value: string) {
    this.pairs ??= [];
    this.pairs.push(name, value);
  }

  /** @param seconds until the window of the result ends */
  setRateLimit(result: RateLimitResult, quotas: Quotas, seconds: number) {
    this.limit = result;
    this.quotas = quotas;
    this.seconds = seconds;
  }

  json(status: number, value: unknown): Response {
    const init = { status, headers: this.templates.json.headersFor(this) };
    return this.finish(this.endsLine ? new Response(`${JSON.stringify(value)}\n`, init) : Response.json(value, init));
  }

  other(status: number, body: string | Blob | ReadableStream<Uint8Array> | null): Response {
    return this.finish(new Response(body, { status, headers: this.templates.other.headersFor(this) }));
  }

  private finish(response: Response): Response {
    const { pairs } = this;
    if (pairs) for (let i = 0; i < pairs.length; i += 2) response.headers.set(pairs[i]!, pairs[i + 1]!);
    return response;
  }
}

const none: Quotas = [];

export const jsonResponse = (status: number, value: unknown, headers: NewHeaders): Response =>
  status === 204 || status === 302 ? headers.other(status, null) : headers.json(status, value);

export const emptyResponse = (headers: NewHeaders): Response => headers.other(204, null);

export function textResponse(type: string, text: string | ReadableStream<Uint8Array>, headers: NewHeaders): Response {
  headers.set("Content-Type", `${type}; charset=utf-8`);
  return headers.other(200, text);
}

/** A file whose name changes with its content: browsers and caches keep it for a year. */
export function fileResponse(type: string, bytes: Blob, encoding: string | undefined, headers: NewHeaders): Response {
  headers.set("Content-Type", type);
  headers.set("Cache-Control", "public, max-age=31536000, immutable");
  headers.set("Vary", "Origin, Accept-Encoding");
  if (encoding) headers.set("Content-Encoding", encoding);
  return headers.other(200, bytes);
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
  return headers.other(302, null);
}

/**
 * The one shape of every error, or RFC 9457 where a client accepts that. What is not a Problem is a bug: the log gets all of it, the client none
 * of it.
 * @param oauth whether, and which, route of OAuth was asked
 */
export function errorResponse(
  { config, db, log }: App,
  error: unknown,
  request: Request,
  requestId: string,
  headers: NewHeaders,
  oauth?: OAuthRoute,
): Response {
  const problem = error instanceof Problem ? error : asProblem(db.explain(error));
  if (problem.status >= 500) log.error({ requestId, code: problem.code, err: problem.cause }, "request failed");
  else if (log.isLevelEnabled("debug"))
    log.debug({ requestId, code: problem.code, cause: problem.cause }, "request refused");

  const { code, reason, status, message, details, retryAfter, fields } = problem;
  const inOAuth = oauth && oauthError(problem, oauth, request.method);
  const challenge = inOAuth ? inOAuth.challenge : challengeOf(problem);
  if (challenge) headers.set("WWW-Authenticate", challenge);
  for (const name in problem.headers) headers.set(name, problem.headers[name]!);
  if (retryAfter !== undefined) headers.set("Retry-After", String(retryAfter));
  if (inOAuth) return jsonResponse(inOAuth.status, inOAuth.body, headers);
  const body: ErrorBody = reason ? { code, reason, message, requestId } : { code, message, requestId };
  if (details) body.details = details;
  if (retryAfter !== undefined) body.retryAfter = retryAfter;
  if (code === "TWO_FACTOR_REQUIRED") body.twoFactorRequired = true;
  if (fields) Object.assign(body, fields);
  if (!acceptsProblem(request.headers.get("accept") ?? "")) return jsonResponse(status, { error: body }, headers);
  headers.set("Content-Type", problemType);
  const type = `${config.publicUrl}/docs/errors#${code.toLowerCase()}`;
  const { message: detail, details: errors, ...extensions } = body;
  const title = code[0] + code.slice(1).toLowerCase().replaceAll("_", " ").replace(" api ", " API ");
  return jsonResponse(status, { type, title, status, detail, ...extensions, ...(errors && { errors }) }, headers);
}

/** What a client is told of a refusal. */
interface ErrorBody {
  code: string;
  reason?: string;
  message: string;
  requestId: string;
  details?: Problem["details"];
  retryAfter?: number;
  twoFactorRequired?: true;
}

/** The media type of RFC 9457. */
const problemType = "application/problem+json";

/** Whether a client names it (RFC 9110, 12.5.1); with `q=0` it names what it does not take. */
const acceptsProblem = (accept: string): boolean =>
  accept.split(",").some((range) => {
    const [type, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return type === problemType && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

function asProblem(error: unknown): Problem {
  if (error instanceof DatabaseUnavailable) return new Problem("UNAVAILABLE", { retryAfter: 1, cause: error });
  if (error instanceof UniqueViolation) return new Problem("CONFLICT", { cause: error });
  return new Problem("INTERNAL_ERROR", { cause: error });
}
