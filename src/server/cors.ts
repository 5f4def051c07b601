import { emptyResponse, type NewHeaders } from "../http/responses";

const answerHeaders =
  "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit, RateLimit-Policy, Retry-After, Link, Deprecation, Sunset, Idempotent-Replayed, X-Next-Cursor";
/** Seconds a browser may remember a preflight. */
const remembered = "600";

/** Lets pages of listed origins, and of no others, call from a browser and read the answers (the Fetch standard's CORS). */
export function openCors(origins: readonly string[]) {
  const listed = new Set(origins);

  /** Says on an answer whether the page that asked may read it. */
  function share(request: Request, headers: NewHeaders): boolean {
    if (listed.size === 0) return false;
    const origin = request.headers.get("origin");
    if (origin === null || !listed.has(origin)) return false;
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Access-Control-Expose-Headers", answerHeaders);
    return true;
  }

  /** The answer to a preflight of a listed origin; undefined for everything else. */
  function preflight(request: Request, methods: string, headers: NewHeaders): Response | undefined {
    if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return undefined;
    if (!share(request, headers)) return undefined;
    return allow(request, methods, headers);
  }

  function allow(request: Request, methods: string, headers: NewHeaders): Response {
    headers.set("Access-Control-Allow-Methods", methods);
    // Any header: what tracing adds differs by vendor, and a page that may send credentials gains nothing by another header.
    headers.set("Access-Control-Allow-Headers", request.headers.get("access-control-request-headers") ?? "");
    headers.set("Access-Control-Max-Age", remembered);
    headers.set("Vary", "Origin, Access-Control-Request-Headers");
    return emptyResponse(headers);
  }

  /** Says on an answer of a route that reads no cookie that every page may read it. */
  function shareWithAll(headers: NewHeaders) {
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Expose-Headers", `WWW-Authenticate, ${answerHeaders}`);
  }

  /** The answer to a preflight for such a route; undefined for everything else. */
  function preflightForAll(request: Request, methods: string, headers: NewHeaders): Response | undefined {
    if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return undefined;
    shareWithAll(headers);
    return allow(request, methods, headers);
  }

  /** What an answer says when it depends on the page that asks. */
  const common: Record<string, string> = listed.size > 0 ? { Vary: "Origin" } : {};

  return { common, share, preflight, shareWithAll, preflightForAll };
}
