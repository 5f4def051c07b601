import { createClient } from "../client";
import { type Clock, systemClock } from "../clock";
import { type BaskError, clientError, isBaskError } from "../error";
import type { Fetch, ResponseHeaders } from "../platform";
import { encode, toBytes } from "./base64";

export interface CookieSessionOptions {
  /** The URL at which this server reaches Bask. */
  url: string;
  /** Milliseconds that a page waits for a refresh; 5 seconds by default. */
  timeout?: number | undefined;
  fetch?: Fetch | undefined;
  clock?: Clock | undefined;
}

/** The session of the browser that asks for a page. */
export interface CookieSession {
  /** For calls in the user's name while the page is rendered; undefined where no one is signed in. */
  accessToken: string | undefined;
  /** Values of `Set-Cookie` which the response must carry: a refresh token that is lost ends the session. */
  cookies: string[];
  /** Why there is no token although the browser has a session. */
  error?: BaskError | undefined;
}

const refreshCookie = "__Host-bask_refresh";
/** Keeps the access token, none of a session that has ended, and which refresh token it came with, so that a page asks Bask only when one of them changed. */
const accessCookie = "__Host-bask_access";
/** Milliseconds before its end from which an access token is not used anymore: rendering takes time. */
const margin = 30_000;
/** Seconds for which Bask is not asked again about a refresh token of a session that has ended. */
const endedFor = 600;

/**
 * Continues the session of a browser in cookie mode on a server that renders pages of the same origin, where requests can still set cookies: in the
 * `proxy.ts` of Next.js, a `handle` hook, a middleware. The session is refreshed where its access token ends soon, and where the browser signed in,
 * out or refreshed since. What a page of another origin sends, such as a form of another subdomain, has no session (CSRF); a link from there has one.
 * Nothing is thrown: a page that needs no user is shown while Bask cannot be reached.
 */
export async function continueSession(
  headers: ResponseHeaders,
  { url, timeout = 5_000, fetch, clock = systemClock }: CookieSessionOptions,
): Promise<CookieSession> {
  if (isSentByOthers(headers)) return { accessToken: undefined, cookies: [] };
  const cookie = headers.get("cookie") ?? "";
  const [refreshToken, kept] = [refreshCookie, accessCookie].map((name) => readCookie(cookie, name));
  if (!refreshToken) return { accessToken: undefined, cookies: kept ? [accessCookieOf("", 0)] : [] };

  const [owner, token = ""] = kept?.split("~") ?? [];
  const isOwn = owner === (await digest(refreshToken));
  if (isOwn && token === "")
    return { accessToken: undefined, cookies: [], error: clientError("INVALID_REFRESH_TOKEN") };
  if (isOwn && expiryOf(token) - margin > clock.now()) return { accessToken: token, cookies: [] };

  // The client that asks is the browser: its limits and its entry in the list of sessions are not those of this server.
  const sent = ["x-forwarded-for", "user-agent"].flatMap((name) => [[name, headers.get(name) ?? ""]]);
  const bask = createClient({ url, timeout, fetch, clock });
  try {
    const { data, headers: answered } = await bask
      .request<{ accessToken: string; expiresIn: number }>("POST", "/auth/refresh", {
        body: {},
        headers: {
          ...Object.fromEntries(sent.filter(([, value]) => value)),
          cookie,
          "sec-fetch-site": "same-origin",
        },
      })
      .withResponse();
    const { accessToken, expiresIn } = data;
    const renewed = answered.get("set-cookie") ?? "";
    const value = `${await digest(readCookie(renewed, refreshCookie) ?? "")}~${accessToken}`;
    return { accessToken, cookies: [renewed, accessCookieOf(value, expiresIn)] };
  } catch (error) {
    if (!isBaskError(error)) throw error;
    // The refresh cookie is not removed: the browser may have a new one by the time this response comes.
    const hasEnded = error.code === "INVALID_REFRESH_TOKEN";
    const cookies = hasEnded ? [accessCookieOf(`${await digest(refreshToken)}~`, endedFor)] : [];
    return { accessToken: undefined, cookies, error };
  }
}

/** Whether a page of another origin sent it. Browsers name an origin with all but the GET requests that links, images and the like make. */
const isSentByOthers = (headers: ResponseHeaders) =>
  headers.get("origin") !== null && ["same-site", "cross-site"].includes(headers.get("sec-fetch-site") ?? "");

const accessCookieOf = (value: string, seconds: number) =>
  `${accessCookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;

/** @param text as `Cookie` or one `Set-Cookie` has it */
function readCookie(text: string, name: string): string | undefined {
  const found = text.split(/; ?/).find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** The refresh token itself stays in the cookie that only Bask reads. */
const digest = async (text: string) => encode(new Uint8Array(await crypto.subtle.digest("SHA-256", toBytes(text))));

/** When a token expires, as it says itself, in milliseconds. Bask verifies it when it is used. */
function expiryOf(token: string): number {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    return Number((JSON.parse(atob(payload)) as { exp?: unknown }).exp) * 1_000;
  } catch {
    return 0;
  }
}
