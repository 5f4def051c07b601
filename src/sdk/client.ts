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
  added?: (() => object | Promise<object>) | undefined;
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

  /** The method of a route. What its head says is read when it is called: of two hundred methods a client often needs two. */
  function methodOf({ head, template }: Route) {
    return (...given: unknown[]) => {
      const has = (flag: string) => head.includes(flag);
      const method = httpMethods[head[0]!]!;
      const isQuery = has("q");
      const isLogout = template === "/auth/logout";
      const isEnd = isLogout || (template === "/users/me" && method === "DELETE");
      const kept = template.includes("email-link") ? "bask.email-link" : "bask.provider";
      const { path, rest } = fillPath(template, given);
      const [input, own = {}] = (isQuery || has("b") ? rest : [undefined, ...rest]) as [unknown, RequestOptions?];
      const call: Call = {
        method,
        path,
        credential: isLogout ? "current" : has("p") ? "none" : has("h") ? "surely-working" : "working",
        isQuery,
        idempotent: has("i") ? "always" : undefined,
        input,
        added: has("c")
          ? async () => ({ codeChallenge: await newVerifier(kept) })
          : has("v")
            ? () => ({ codeVerifier: readVerifier(kept) })
            : undefined,
        options: own,
      };
      if (has("s")) call.input = { session: cookie ? "cookie" : "tokens", ...(input as object) };
      // It names its session by the refresh token, so it needs no access token that works.
      if (isLogout) call.input = { refreshToken: session.tokens()?.refreshToken || undefined, ...(input as object) };
      return start(call, (data) => (isEnd ? session.end() : isSignIn(path, data) ? session.start(data) : undefined));
    };
  }

  const client = {
    tokens: session.tokens,
    authStatus: session.status,
    onAuthChange: session.onChange,
    close: tabs.close,
    addMethods: (table: readonly string[]) => addMethods(client as unknown as Namespace, table, methodOf),
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

  client.addMethods(routes);
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

/** A method as a table has it. */
interface Route {
  namespace: string[];
  name: string;
  /** As `routes` has it. */
  head: string;
  /** All of the path. */
  template: string;
}

/** Of tables that were read: a server makes a client for each of its requests. */
const routesOf = new WeakMap<readonly string[], Route[]>();

function readTable(table: readonly string[]): Route[] {
  const expand = (path: string, name = "") =>
    path
      .replace(/\.$/, `/${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`)
      .replaceAll("*", "/*")
      .replace("~", "/organizations/*");
  return table.flatMap((line) => {
    const [prefix = "", start = "", ...list] = line.split(" ");
    const namespace = prefix ? prefix.split(".") : [];
    return list.map((item) => {
      const [, name = "", head = "", elsewhere, rest = ""] = /(\w+)=(\w+)(!?)(.*)/.exec(item)!;
      return {
        namespace,
        name,
        head,
        template: (elsewhere ? "" : expand(start, namespace.at(-1))) + expand(rest, name),
      };
    });
  });
}

/** Puts the methods of a table, which is written like `routes`, into their namespaces. */
function addMethods(all: Namespace, table: readonly string[], methodOf: (route: Route) => Namespace[string]) {
  const list = routesOf.get(table) ?? readTable(table);
  routesOf.set(table, list);
  for (const route of list) {
    let namespace = all;
    for (const key of route.namespace) {
      namespace[key] ??= {};
      namespace = namespace[key] as Namespace;
    }
    namespace[route.name] = methodOf(route);
  }
}

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
