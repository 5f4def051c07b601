import { Problem, type ProblemCode } from "../problems";
import { challengeOf } from "./challenge";

/** A route of OAuth; that of registration, whose errors have names of their own; that of authorization, which only a browser that is sent there may ask. */
export type OAuthRoute = true | "registration" | "authorization";

/** What OAuth calls errors that every route can have. All others of OAuth are called like ours, in small letters. */
const names: Partial<Record<ProblemCode, readonly [status: number, error: string]>> = {
  BAD_REQUEST: [400, "invalid_request"],
  VALIDATION_ERROR: [400, "invalid_request"],
  UNSUPPORTED_MEDIA_TYPE: [400, "invalid_request"],
  PAYLOAD_TOO_LARGE: [413, "invalid_request"],
  METHOD_NOT_ALLOWED: [405, "invalid_request"],
  UNAUTHORIZED: [401, "invalid_token"],
  TOKEN_EXPIRED: [401, "invalid_token"],
  INVALID_API_KEY: [401, "invalid_token"],
  FORBIDDEN: [403, "access_denied"],
  INSUFFICIENT_SCOPE: [403, "insufficient_scope"],
  RATE_LIMITED: [429, "temporarily_unavailable"],
  UNAVAILABLE: [503, "temporarily_unavailable"],
  INTERNAL_ERROR: [500, "server_error"],
};

/** The name that an error has in the answers of OAuth's routes. */
export const oauthNameOf = (code: ProblemCode): string => names[code]?.[1] ?? code.toLowerCase();

/** The status that it has there. A browser at the authorization endpoint is not asked for a password. */
export const oauthStatusOf = (code: ProblemCode, status: number, method: string): number =>
  names[code]?.[0] ?? (code === "INVALID_CLIENT" && method === "GET" ? 400 : status);

/** An error as RFC 6749, 5.2 and RFC 6750, 3 have it. */
export function oauthError(given: Problem, route: OAuthRoute, method: string) {
  const problem = route === "registration" ? registrationProblem(given) : given;
  const error = oauthNameOf(problem.code);
  const status = oauthStatusOf(problem.code, problem.status, method);
  const fields = problem.details?.map(({ path, message }) => `${path || "The body"} ${message}.`).join(" ");
  return {
    status,
    /** Of WWW-Authenticate. */
    challenge:
      problem.code !== "INVALID_CLIENT" ? challengeOf(problem) : status === 401 ? 'Basic realm="oauth"' : undefined,
    body: { error, error_description: describable(fields || problem.message) },
  };
}

/** What RFC 7591, 3.2.2 calls metadata that is not valid. */
function registrationProblem(problem: Problem): Problem {
  const { code, details } = problem;
  if (code !== "VALIDATION_ERROR") return problem;
  const isRedirect = details?.some(({ path }) => path.startsWith("redirect_uris"));
  return new Problem(isRedirect ? "INVALID_REDIRECT_URI" : "INVALID_CLIENT_METADATA", { ...(details && { details }) });
}

/** Without the characters that RFC 6749 does not allow in a description. */
export const describable = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
