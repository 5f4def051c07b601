import type { App } from "../app";
import { keepsCookies } from "../config/warnings";
import { Problem } from "../problems";
import { refreshTokenLife } from "./sessions";

/** For this host alone, over TLS alone (RFC 6265bis); no script can read it. */
const name = "__Host-bask_refresh";
const attributes = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** Has the browser keep the refresh token where no script can read it. */
export function setCookie(headers: Pick<Headers, "set">, refreshToken: string) {
  headers.set("Set-Cookie", `${name}=${refreshToken}; ${attributes}; Max-Age=${refreshTokenLife / 1000}`);
}

/** Why the browser that asks will throw the cookie away without a word; undefined where it keeps it. */
export function cookieWarning({ config }: App, request: Request): string | undefined {
  if (keepsCookies(config, request.headers.get("host") ?? "")) return undefined;
  return "Browsers keep the session cookie only over https or on localhost: this session ends with the access token. Use https, or leave session out to get a refreshToken.";
}

export function clearCookie(headers: Pick<Headers, "set">) {
  headers.set("Set-Cookie", `${name}=; ${attributes}; Max-Age=0`);
}

/**
 * The refresh token a browser kept, if the page that sends it is one of ours.
 * @throws Problem FORBIDDEN for a page of somebody else
 */
export function cookieToken(app: App, request: Request): string | undefined {
  const cookies = request.headers.get("cookie")?.split(";") ?? [];
  const cookie = cookies.map((text) => text.trim()).find((text) => text.startsWith(`${name}=`));
  if (!cookie) return undefined;
  if (!isOurs(app, request.headers)) {
    throw new Problem("FORBIDDEN", { reason: "cross_site" });
  }
  return cookie.slice(name.length + 1);
}

/** A browser says where a request comes from; what says nothing is no browser, and has no business with cookies. */
function isOurs(app: App, headers: Headers): boolean {
  if (headers.get("sec-fetch-site") === "same-origin") return true;
  const origin = headers.get("origin");
  return origin !== null && [new URL(app.config.publicUrl).origin, ...app.config.corsOrigins].includes(origin);
}
