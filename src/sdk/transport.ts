import type { Clock } from "./clock";
import type { Deadline } from "./deadline";
import { BaskError, clientError, readError } from "./error";
import type { Fetch, FetchInit, HttpResponse } from "./platform";

export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** JSON. */
  body?: unknown;
  /** Whether it may be sent again when it is not known what became of it. */
  repeatable: boolean | undefined;
  retries: number;
}

/** Sends requests, and sends them again where that is safe and may help. */
export type Send = (request: HttpRequest, deadline: Deadline) => Promise<HttpResponse>;

/** Milliseconds before the first retry; each later one waits twice as long. */
const firstWait = 500;
const longestWait = 8_000;

/**
 * @param credentials whether the browser sends and keeps cookies
 * @throws BaskError for an error response, and where there was none
 */
export function openTransport(fetch: Fetch, clock: Clock, credentials: boolean): Send {
  /** One request; a response with an error is thrown. */
  async function attempt({ method, url, headers, body }: HttpRequest, deadline: Deadline): Promise<HttpResponse> {
    const init: FetchInit = {
      method,
      headers: { ...headers, ...(body !== undefined && { "Content-Type": "application/json" }) },
      signal: deadline.signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(credentials && { credentials: "include" as const }),
    };
    const response = await deadline
      .race(
        fetch(url, init).then(async (found) => ({
          status: found.status,
          headers: found.headers,
          text: await found.text(),
        })),
      )
      .catch((cause: unknown) => {
        if (deadline.signal.aborted) throw deadline.signal.reason;
        throw clientError("NETWORK_ERROR", cause);
      });
    if (response.status >= 400) throw readError(response);
    return response;
  }

  /** Spread, so that clients which failed together do not come back together. */
  const waitBefore = (retry: number, { retryAfter }: BaskError) =>
    retryAfter !== undefined
      ? retryAfter * 1_000 + clock.random() * 250
      : Math.min(firstWait * 2 ** retry, longestWait) * (0.5 + clock.random() / 2);

  return async function send(request, deadline) {
    let first: BaskError | undefined;
    for (let retry = 0; ; retry++) {
      try {
        return await attempt(request, deadline);
      } catch (error) {
        if (!(error instanceof BaskError)) throw error;
        first ??= error;
        const wait = waitBefore(retry, error);
        const isWorthIt = request.repeatable && retry < request.retries && mayPass(error);
        // A response that comes too late is worth less than the error now. That the request before is in progress says less than why it was repeated.
        if (!isWorthIt || wait >= deadline.remaining()) throw isInProgress(error) ? first : error;
        await deadline.sleep(wait);
      }
    }
  };
}

/** Whether what failed may succeed when it is tried again. */
const mayPass = (error: BaskError): boolean =>
  error.code === "NETWORK_ERROR" ||
  error.status === 408 ||
  error.status === 429 ||
  error.status >= 500 ||
  isInProgress(error);

const isInProgress = ({ status, reason }: BaskError) => status === 409 && reason === "request_in_progress";
