import { isPermission } from "../../access/permissions";
import { oauthStatusOf } from "../../http/oauth-errors";
import { isCreating, type Route, takesBody } from "../../http/route";
import { type ProblemCode, problems } from "../../problems";

/** Every error that a request to a route can get: those of the pipeline, which follow from what the route asks for, and those of its rule. */
export function errorsOf(route: Route): readonly ProblemCode[] {
  const { access, method, exports, needs, throttle, path, query, errors = [] } = route;
  const hasPermission = needs !== undefined && (isPermission(needs) || needs === "membership");
  const codes: ProblemCode[] = ["BAD_REQUEST", "INTERNAL_ERROR", "UNAVAILABLE", ...errors];
  if (takesBody(route)) codes.push("PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "VALIDATION_ERROR");
  if (query) codes.push("VALIDATION_ERROR");
  if (path.includes(":")) codes.push("NOT_FOUND");
  if (access !== "anyone") codes.push("UNAUTHORIZED");
  if (access !== "anyone" && access !== "holder") codes.push("TOKEN_EXPIRED", "RATE_LIMITED");
  if (access !== "anyone" && (method !== "GET" || exports)) codes.push("IMPERSONATION_READ_ONLY");
  if (access === "actor") codes.push("INVALID_API_KEY", "FORBIDDEN");
  if (access === "operator") codes.push("FORBIDDEN", "TWO_FACTOR_SETUP_REQUIRED", "REAUTHENTICATION_REQUIRED");
  if (hasPermission)
    codes.push(
      "NOT_FOUND",
      "FORBIDDEN",
      "REAUTHENTICATION_REQUIRED",
      "TWO_FACTOR_SETUP_REQUIRED",
      "ORGANIZATION_SUSPENDED",
    );
  if (hasPermission && access === "actor") codes.push("INSUFFICIENT_SCOPE");
  if (throttle) codes.push("RATE_LIMITED");
  if (isCreating(route)) codes.push("CONFLICT", "VALIDATION_ERROR");
  const order = Object.keys(problems);
  return [...new Set(codes)].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** The errors of a route by their status. */
export const errorsByStatus = (route: Route): Map<number, ProblemCode[]> =>
  Map.groupBy(errorsOf(route), (code) => {
    const { status } = problems[code];
    return route.oauth ? oauthStatusOf(code, status, route.method) : status;
  });
