import { readError } from "./error";

export interface TokenPair {
  accessToken: string;
  /** Empty in cookie mode: the browser keeps it. */
  refreshToken: string;
}

export interface ConnectOptions {
  /** The base URL, `https://api.example.com`. */
  url: string;
  /** For machines. */
  apiKey?: string;
  /** For users who signed in before. */
  tokens?: TokenPair;
  /** For web pages: the refresh token is kept in a cookie that scripts cannot read. */
  cookie?: boolean;
  /** Called with each new pair, to store it, and with undefined when the session has ended. */
  onTokens?: (tokens: TokenPair | undefined) => void;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Sends the calls of a client. */
export type Connection = ReturnType<typeof openConnection>;

/** Sends requests with the credential it was given, and refreshes it when it has expired. */
export function openConnection({
  url,
  apiKey,
  tokens,
  cookie = false,
  onTokens = () => {},
  fetch: send = fetch,
}: ConnectOptions) {
  const base = `${url.replace(/\/+$/, "")}/api/v1`;
  let pair = tokens;
  let refreshing: Promise<void> | undefined;

  function keep(next: { accessToken: string; refreshToken?: string | undefined } | undefined) {
    pair = next && { accessToken: next.accessToken, refreshToken: next.refreshToken ?? "" };
    onTokens(pair);
  }

  async function request(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (apiKey) headers["X-API-Key"] = apiKey;
    else if (pair) headers.Authorization = `Bearer ${pair.accessToken}`;
    return send(base + path, {
      method,
      headers,
      ...(cookie && { credentials: "include" as const }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Calls whose token has expired at the same time share one refresh. */
  function refresh(): Promise<void> {
    refreshing ??= (async () => {
      try {
        const response = await request(
          "POST",
          "/auth/refresh",
          cookie ? {} : { refreshToken: pair?.refreshToken ?? "" },
        );
        if (response.ok) return keep((await response.json()) as TokenPair);
        if (response.status === 401) keep(undefined);
        throw await readError(response);
      } finally {
        refreshing = undefined;
      }
    })();
    return refreshing;
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const used = pair?.accessToken;
    let response = await request(method, path, body);
    if (response.status === 401 && pair && !apiKey) {
      const error = await readError(response);
      if (error.code !== "TOKEN_EXPIRED") throw error;
      if (pair.accessToken === used) await refresh();
      response = await request(method, path, body);
    }
    if (!response.ok) throw await readError(response);
    if (response.status === 204) return undefined as T;
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return (isJson ? await response.json() : await response.text()) as T;
  }

  return { call, keep, refresh, cookie, /** The tokens in use. */ tokens: () => pair };
}
