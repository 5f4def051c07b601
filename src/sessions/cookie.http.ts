import type { App } from "../app";
import { keepsCookies } from "../config/warnings";
import { hostCookie, readCookie } from "../http/cookies";
import { Problem } from "../problems";
import { offerBinding } from "./device-headers.http";
import { refreshTokenLife } from "./sessions";

const name = "__Host-bask_refresh";

type ResponseHeaders = Pick<Headers, "set">;

/** The answer as browsers get it: the refresh token goes into a cookie, where scripts cannot read it, and nowhere else. */
export function keptInCookie<Answer extends { refreshToken: string }>(
  { refreshToken, ...answer }: Answer,
  headers: ResponseHeaders,
) {
  headers.set("Set-Cookie", hostCookie(name, refreshToken, refreshTokenLife / 1000));
  return answer;
}

/** The answer to a sign-in, as the client asked to keep the session. */
export function kept<Answer extends { refreshToken: string }>(
  app: App,
  answer: Answer,
  session: "tokens" | "cookie",
  request: Request,
  headers: ResponseHeaders,
) {
  if (session === "tokens") return answer;
  offerBinding(app, answer.refreshToken, headers);
  return { ...keptInCookie(answer, headers), warning: cookieWarning(app, request) };
}

/** Why the browser that asks will throw the cookie away without a word; undefined where it keeps it. */
function cookieWarning({ config }: App, request: Request): string | undefined {
  if (keepsCookies(config, request.headers.get("host") ?? "")) return undefined;
  return "Browsers keep the session cookie only over https or on localhost: this session ends with the access token. Use https, or leave session out to get a refreshToken.";
}

export function clearCookie(headers: ResponseHeaders) {
  headers.set("Set-Cookie", hostCookie(name, "", 0));
}

/**
 * The refresh token from the cookie, if the request comes from a page of this origin or of CORS_ORIGINS.
 * @throws Problem FORBIDDEN for a page of another site, and for a request that does not say which page it comes from
 */
export function cookieToken(app: App, request: Request): string | undefined {
  const token = readCookie(request, name);
  if (token !== undefined && !isSameSite(app, request.headers))
    throw new Problem("FORBIDDEN", { reason: saysItsPage(request.headers) ? "cross_site" : "origin_missing" });
  return token;
}

/** As `cookieToken`, for routes that do not need the cookie: on a page of another site there is none. */
export const optionalCookieToken = (app: App, request: Request): string | undefined =>
  isSameSite(app, request.headers) ? readCookie(request, name) : undefined;

/** As the browser keeps it, for requests that no page can make; empty where there is none. */
export const refreshCookie = (request: Request): string => readCookie(request, name) ?? "";

const saysItsPage = (headers: Headers) => headers.has("origin") || headers.has("sec-fetch-site");

/** Browsers send Sec-Fetch-Site or Origin; a request with neither does not come from a browser and may not use the cookie. */
function isSameSite(app: App, headers: Headers): boolean {
  if (headers.get("sec-fetch-site") === "same-origin") return true;
  const origin = headers.get("origin");
  return origin !== null && [new URL(app.config.publicUrl).origin, ...app.config.corsOrigins].includes(origin);
}
