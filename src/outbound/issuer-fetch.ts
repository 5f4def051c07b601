import type { GuardedFetch } from "./guarded-fetch";

/** As much of `fetch` as the libraries for OAuth and OpenID Connect use. Redirects are not followed. */
export type IssuerFetch = (
  url: string,
  init?: { method?: string; headers?: HeadersInit; body?: unknown },
) => Promise<Response>;

/** Milliseconds to wait for an answer. */
const timeout = 5_000;
/** Bytes of an answer that are read. */
const maxBytes = 200_000;

/**
 * Reaches an issuer by the guarded fetch. An operator chose the issuer, so its own host may be anywhere, also in a private network. What its documents
 * name elsewhere, such as keys and token endpoints, it chose itself: those hosts are public, or OUTBOUND_NETWORKS opens them.
 */
export function openIssuerFetch(fetch: GuardedFetch, issuer: string): IssuerFetch {
  const { origin } = new URL(issuer);
  return async (url, { method = "GET", headers, body } = {}) => {
    const { status, ...response } = await fetch({
      url,
      method: method === "POST" ? "POST" : "GET",
      headers: Object.fromEntries(new Headers(headers)),
      ...(body !== undefined && body !== null && { body: String(body) }),
      maxBytes,
      whenLonger: "fail",
      timeout,
      isOperators: URL.parse(url)?.origin === origin,
    });
    const isEmpty = status === 204 || status === 304;
    return new Response(isEmpty ? null : (response.body as Uint8Array<ArrayBuffer>), {
      status,
      headers: response.headers,
    });
  };
}
