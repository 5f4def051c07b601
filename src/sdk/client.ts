import type { Api } from "./api";
import { type Clock, systemClock } from "./clock";
import { type Deadline, withDeadline } from "./deadline";
import { BaskError, clientError, isBaskError } from "./error";
import { addPasskeyCeremonies } from "./passkeys";
import type { Fetch, KeyValueStorage } from "./platform";
import { type ApiPromise, apiPromise, type RequestOptions, type WithResponse } from "./promise";
import { httpMethods, routes } from "./routes";
import { type AuthChange, type AuthStatus, openSession, type TokenAnswer } from "./session";
import { openTabs } from "./tabs";
import { openTokenStore, type SessionTokens } from "./token-store";
import { openTransport } from "./transport";
import { newVerifier, randomText, readVerifier } from "./verifiers";
import { fillPath, queryString, rateLimitOf } from "./wire";

export interface ClientOptions {
  /** The base URL, `https://api.example.com`. */
  url: string;
  /** For servers and scripts. */
  apiKey?: string | undefined;
  /** For a user who signed in before. */
  tokens?: SessionTokens | undefined;
  /** Keeps the tokens between visits: `localStorage`, or anything like it. Any script of the page can read them; `cookie` is safer in browsers. */
  storage?: KeyValueStorage | undefined;
  /** For web pages: the refresh token is kept in a cookie that scripts cannot read. */
  cookie?: boolean | undefined;
  /** Milliseconds for each call, retries included; 30 seconds by default. */
  timeout?: number | undefined;
  /** How often a request that failed for a reason that passes is sent again; twice by default. */
  retries?: number | undefined;
  /** Sent with every request. */
  headers?: Record<string, string> | undefined;
  fetch?: Fetch | undefined;
  clock?: Clock | undefined;
}

/** The input of a request to a route of your own. */
export interface RawRequest extends RequestOptions {
  /** Sent as JSON. */
  body?: unknown;
  query?: Record<string, unknown> | undefined;
}

/** A client of one user, one API key, or of no one yet. */
export interface Bask extends Api {
  /** The tokens in use. */
  tokens(): SessionTokens | undefined;
  authStatus(): AuthStatus;
  /**
   * Calls a listener when the session begins, ends or is refreshed, in this tab or in another.
   * @returns stops it
   */
  onAuthChange(listener: (change: AuthChange) => void): () => void;
  /** Calls any route, such as one of your own: `request<Project>("GET", "/organizations/org_.../projects")`. */
  request<T>(method: string, path: string, request?: RawRequest): ApiPromise<T>;
  /** Adds the methods of a table of routes, such as that of `bask/admin`. */
  addMethods(table: readonly string[]): void;
  /** Stops listening to other tabs. */
  close(): void;
}

/**
 * Which access token a call needs: one that works, one that surely works because the route would ignore another, the one there is, or none.
 */
type Credential = "working" | "surely-working" | "current" | "none";

/** What is known of the route of a call. */
interface Call {
  method: string;
  path: string;
  credential: Credential;
  /** The input is a query. */
  isQuery?: boolean;
  /** It takes an Idempotency-Key; `always` makes one. */
  idempotent?: "always" | "if-given" | undefined;
  /** A repetition changes nothing. */
  isRepeatable?: boolean;
  input?: unknown;
  /** What the client adds to the input. */
  added?: false | (() => object | Promise<object>);
  options: RequestOptions;
}

/** A typed client for browsers, Node and Bun. Every error is thrown as a `BaskError`. */
export function createClient(options: ClientOptions): Bask {
  const { apiKey, cookie = false, storage, clock = systemClock } = options;
  const base = `${options.url.replace(/\/+$/, "")}/api/v1`;
  const send = openTransport(options.fetch ?? ((url, init) => fetch(url, init)), clock, cookie);
  const name = `bask:${base}`;
  const tabs = openTabs(cookie || storage ? name : undefined, clock, (message) => session.heard(message));
  const session = openSession({
    clock,
    cookie,
    tabs,
    tokens: options.tokens,
    store: storage && openTokenStore(storage, name),
    exchange: async (refreshToken) => {
      const call: Call = {
        method: "POST",
        path: "/auth/refresh",
        credential: "none",
        // A repetition within seconds gets the same answer, byte for byte.
        isRepeatable: true,
        input: { refreshToken },
        options: {},
      };
      const exchange = () => perform<TokenAnswer>(call).then(({ data }) => data);
      // The refusal removed what the device has signed, so the browser signs before it sends the same again.
      return exchange().catch((error) => {
        if (!isBaskError(error, "DEVICE_SIGNATURE_REQUIRED")) throw error;
        return exchange();
      });
    },
  });

  const retriesOf = (call: Call) => call.options.retries ?? options.retries ?? 2;

  /** Sends the request of a call with the credential that it needs. */
  async function attempt(call: Call, token: string | undefined, key: string | undefined, deadline: Deadline) {
    const { method, path, isQuery, input } = call;
    return send(
      {
        method,
        url: base + path + (isQuery ? queryString(input) : ""),
        headers: {
          ...options.headers,
          ...call.options.headers,
          ...(apiKey && { "X-API-Key": apiKey }),
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(key && { "Idempotency-Key": key }),
        },
        body: isQuery ? undefined : input,
        repeatable: method !== "POST" || key !== undefined || call.isRepeatable,
        retries: retriesOf(call),
      },
      deadline,
    );
  }

  async function tokenFor(credential: Credential): Promise<string | undefined> {
    if (apiKey !== undefined || credential === "none") return undefined;
    return credential === "current"
      ? session.tokens()?.accessToken
      : session.accessToken(credential === "surely-working");
  }

  function perform<T>(call: Call): Promise<WithResponse<T>> {
    const { credential, idempotent, options: own } = call;
    const key =
      idempotent &&
      (own.idempotencyKey ?? (idempotent === "always" && retriesOf(call) > 0 ? randomText(18) : undefined));
    return withDeadline(clock, own.timeout ?? options.timeout ?? 30_000, own.signal, async (deadline) => {
      const token = await deadline.race(tokenFor(credential));
      const complete = call.added ? { ...call, input: { ...(call.input as object), ...(await call.added()) } } : call;
      const response = await attempt(complete, token, key, deadline).catch(async (error: unknown) => {
        if (token === undefined || credential === "current" || !wantsNewToken(error)) throw error;
        await deadline.race(session.renew(token)).catch((refusal) => {
          // That the session ended says more than that it cannot be refreshed.
          throw isBaskError(refusal, "INVALID_REFRESH_TOKEN") && !isBaskError(error, "TOKEN_EXPIRED") ? error : refusal;
        });
        return attempt(complete, session.tokens()?.accessToken, key, deadline);
      });
      const { status, headers, text } = response;
      const isJson = headers.get("content-type")?.startsWith("application/json");
      const data = (status === 204 ? undefined : isJson ? JSON.parse(text) : text) as T;
      const requestId = headers.get("x-request-id") ?? undefined;
      return { data, status, headers, requestId, rateLimit: rateLimitOf(headers) };
    });
  }

  function start<T>(call: Call, after?: (data: T) => unknown): ApiPromise<T> {
    const answer = perform<T>(call).then(async (response) => {
      await after?.(response.data);
      return response;
    });
    return apiPromise(answer, (cursor) => perform<T>({ ...call, input: { ...(call.input as object), cursor } }));
  }

  /** The method of a route. @param head as `routes` has it, with all of the path as `template` */
  function methodOf(head: string, template: string) {
    const has = (flag: string) => head.includes(flag);
    const isQuery = has("q");
    const isLogout = has("e") && has("h");
    const kept = `bask.${template.includes("email-link") ? "email-link" : "provider"}`;
    return (...given: unknown[]) => {
      const { path, rest } = fillPath(template, given);
      const [input, own = {}] = (isQuery || has("b") ? rest : [undefined, ...rest]) as [unknown, RequestOptions?];
      const call: Call = {
        method: httpMethods[head[0]!]!,
        path,
        credential: isLogout ? "current" : has("p") ? "none" : has("h") ? "surely-working" : "working",
        input,
        options: own,
        isQuery,
        idempotent: has("i") ? "always" : undefined,
        added: has("c")
          ? async () => ({ codeChallenge: await newVerifier(kept) })
          : has("v") && (() => ({ codeVerifier: readVerifier(kept) })),
      };
      if (has("s")) call.input = { session: cookie ? "cookie" : "tokens", ...(input as object) };
      // It names its session by the refresh token, so it needs no access token that works.
      if (isLogout) call.input = { refreshToken: session.tokens()?.refreshToken || undefined, ...(input as object) };
      return start(call, (data) => (has("e") ? session.end() : isSignIn(path, data) ? session.start(data) : undefined));
    };
  }

  const client = {
    tokens: session.tokens,
    authStatus: session.status,
    onAuthChange: session.onChange,
    close: tabs.close,
    addMethods: (table: readonly string[]) => addMethods(client as unknown as Namespace, readTable(table), methodOf),
    request: (method: string, path: string, { body, query, ...own }: RawRequest = {}) =>
      start({
        method,
        path: path + queryString(query),
        credential: "working",
        idempotent: "if-given",
        input: body,
        options: own,
      }),
  } as unknown as Bask;

  addMethods(client as unknown as Namespace, ownRoutes, methodOf);
  client.auth.refresh = async () => {
    await session.renew(session.tokens()?.accessToken);
    const tokens = session.tokens();
    if (!tokens) throw clientError("INVALID_REFRESH_TOKEN");
    return tokens;
  };
  addPasskeyCeremonies(client);
  const { exchangeToken } = client.workloadIdentity;
  client.workloadIdentity.exchangeToken = (input, own) =>
    exchangeToken(
      {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        ...input,
      } as typeof input,
      own,
    );
  return client;
}

type Namespace = { [name: string]: Namespace | ((...given: unknown[]) => unknown) };

/** A method of a table: its namespace and name, its head as `routes` has it, and all of its path. */
type Route = [namespace: string[], name: string, head: string, template: string];

/** What the table says of a method. */
type Item = [all: string, name: string, head: string, elsewhere: string, rest: string];

function readTable(table: readonly string[]): Route[] {
  const expand = (path: string, name = "") =>
    path
      .replace(/\.$/, `/${name.replace(/[A-Z]/g, "-$&").toLowerCase()}`)
      .replaceAll("*", "/*")
      .replace("~", "/organizations/*");
  return table.flatMap((line) => {
    const [prefix, start, ...list] = line.split(" ") as [string, string, ...string[]];
    const path = prefix ? prefix.split(".") : [];
    return list.map((item): Route => {
      const [, name, head, elsewhere, rest] = /(\w+)=(\w+)(!?)(.*)/.exec(item) as unknown as Item;
      return [path, name, head, (elsewhere ? "" : expand(start, path.at(-1))) + expand(rest, name)];
    });
  });
}

/** Puts methods into their namespaces. */
function addMethods(all: Namespace, list: Route[], methodOf: (head: string, template: string) => Namespace[string]) {
  for (const [path, name, head, template] of list) {
    let namespace = all;
    for (const key of path) {
      namespace[key] ??= {};
      namespace = namespace[key] as Namespace;
    }
    namespace[name] = methodOf(head, template);
  }
}

/** Read once, for a server makes a client for each of its requests; and not at all by pages that have none. */
const ownRoutes = /* @__PURE__ */ readTable(routes);

/** Whether a refresh may help: the token expired, its session ended and another tab may have a new one, or the server does not know it anymore. */
const wantsNewToken = (error: unknown): boolean =>
  isBaskError(error, "TOKEN_EXPIRED") ||
  (isBaskError(error, "UNAUTHORIZED") && (error.reason === "session_ended" || error.reason === "invalid_access_token"));

/** Whether an answer begins a session. */
const isSignIn = (path: string, data: unknown): data is TokenAnswer =>
  path.startsWith("/auth/") && typeof (data as TokenAnswer | undefined)?.accessToken === "string";

export type * from "./api";
export type { Clock } from "./clock";
export type { ClientErrorCode, ErrorDetail } from "./error";
export type { Fetch, FetchInit, FetchResponse, KeyValueStorage, ResponseHeaders, Signal } from "./platform";
export type { ApiPromise, List, ListPromise, RateLimit, RequestOptions, WithResponse } from "./promise";
export type { AuthChange, AuthStatus } from "./session";
export type { SessionTokens } from "./token-store";
export { BaskError, isBaskError };
