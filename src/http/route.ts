import { z } from "zod";
import type { Actor, OperatorActor, UserActor, Visitor } from "../access/actor";
import type { Permission } from "../access/permissions";
import type { App } from "../app";
import type { ProblemCode } from "../problems";
import { defaultBodyBytes } from "./body";
import type { OAuthRoute } from "./oauth-errors";
import type { NewHeaders } from "./responses";
import { type Shape, shapeOf } from "./shape";

/** The path that the API is under; the same routes exist without it. */
export const basePath = "/api/v1";

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/**
 * Which credential a route takes.
 * - `anyone`: none; one that is sent is ignored
 * - `user`: an access token
 * - `actor`: an access token or an API key
 * - `operator`: the access token of an operator of the installation
 * - `holder`: an access token if there is one; the body may contain another proof
 */
export type Access = "anyone" | "user" | "actor" | "operator" | "holder";

/**
 * What a route requires of its caller besides the credential. The rule behind the route enforces it; the documents say it, and a test
 * with every kind of caller compares the two.
 * - a permission: users whose role has it in the organization, and keys with that scope
 * - `membership`: users who belong to the organization
 * - `former-ownership`, `transfer-recipient`: the owner who deleted it, the member it is offered to
 * - `email-token`: the token of an email, with the session or password of its account
 * - `github-signature`: a signature by a key of GitHub's that the installation knows
 * - `openid`: the access token of an app that may know who its user is
 * - `device-signature`: the refresh token of a session in its cookie, and a signature by the key of its device
 */
export type Need =
  | Permission
  | "membership"
  | "former-ownership"
  | "transfer-recipient"
  | "email-token"
  | "github-signature"
  | "openid"
  | "device-signature";

/**
 * Which limit by network a route counts in. `credentials`: login, registration, recovery, codes. `session`: refresh, logout and what else programs do often, ten times as
 * many, counted apart.
 */
export type Throttle = "credentials" | "session" | "service";

interface Callers {
  anyone: Visitor;
  user: UserActor;
  actor: Actor;
  operator: OperatorActor;
  holder: UserActor | Visitor;
}

/** The names after colons in a path. */
type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Record<Name, string> & Params<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Record<Name, string>
    : unknown;

/** The media types of responses that are not JSON. */
export type TextType = "text/csv";

/** Text, or its parts as they are made. */
export type Text = string | AsyncIterable<string>;

/** What a handler returns. */
type Result<Output> = Output extends z.ZodType ? z.input<Output> : Output extends TextType ? Text : unknown;

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Times in ISO 8601. */
export interface Deprecation {
  since: string;
  /** When it will be gone; not before `since`. */
  sunset?: string;
  /** The id of the operation to use instead. */
  successor?: string;
  /** A page that says what to do instead. */
  link?: string;
}

/** What a handler is given: the caller, and the input as the contracts parsed it. */
export interface Context<Path extends string, A extends Access, Body, Query> {
  app: App;
  actor: Callers[A];
  params: Params<Path>;
  body: Parsed<Body>;
  query: Parsed<Query>;
  request: Request;
  /** Sent with the response, also with an error. */
  headers: Pick<Headers, "set">;
}

interface Spec<Path extends string, A extends Access, Body, Query, Output> {
  access: A;
  needs?: Need;
  /** Limits requests by IP address: `credentials` where people sign in or recover, `session` for what their programs do often, `service` for what services ask. */
  throttle?: Throttle;
  /** Takes data away in bulk: refused to operators who look as a user. */
  exports?: true;
  /** Counts requests by API key against another quota than the key's own. */
  countedAs?: "verification";
  /** Unique, `createApiKey`: what generated clients call it. */
  operationId: string;
  /** What it does, in a few words: `Create an API key`. */
  summary: string;
  /** What a caller should know, in whole sentences of Markdown. */
  description: string;
  /** The errors of the rule itself. Those that follow from the other fields, such as the ones of a bad body or a missing permission, are not repeated. */
  errors?: readonly ProblemCode[];
  /** For a route that is going away: since when it should not be used (RFC 9745), and when it will be gone (RFC 8594). */
  deprecated?: Deprecation;
  /** What the body may hold. Without it a body with any field is refused, so that nothing a client sends is ignored. */
  body?: Body;
  /** The handler reads the body itself, as it was sent. */
  rawBody?: true;
  /** Bytes the body may have, where 64 KiB are not enough. */
  maxBodyBytes?: number;
  /** Takes the body also as `application/x-www-form-urlencoded`, where a standard wants that. */
  form?: true;
  /**
   * A route of OAuth: its errors have the shape of RFC 6749, 5.2, and pages of every origin may call it and read them, for it reads no cookie; of that of
   * authorization none may (RFC 9700, 2.6). What is wrong with the metadata of a client has names of its own (RFC 7591, 3.2.2).
   */
  oauth?: OAuthRoute;
  query?: Query;
  /**
   * The shape of the response body: what it does not name never leaves the server. Null for a response without a body,
   * a media type for text.
   */
  response: Output;
  /** 200, or 204 without a body; 302 where the handler sets Location. */
  status?: 200 | 201 | 302;
  run(context: Context<Path, A, Body, Query>): Result<Output> | Promise<Result<Output>>;
}

/** A route as the server, the documents and the tests read it. */
export interface Route {
  method: Method;
  path: string;
  access: Access;
  needs?: Need | undefined;
  throttle?: Throttle | undefined;
  exports?: true | undefined;
  countedAs?: "verification" | undefined;
  operationId: string;
  summary: string;
  description: string;
  errors?: readonly ProblemCode[] | undefined;
  deprecated?: Deprecation | undefined;
  body?: z.ZodType | undefined;
  rawBody?: true;
  maxBodyBytes: number;
  form?: true | undefined;
  oauth?: OAuthRoute | undefined;
  query?: z.ZodType | undefined;
  response: z.ZodType | TextType | null;
  /** Reduces a value to what the response contract names. */
  shape: Shape;
  status: 200 | 201 | 204 | 302;
  run(context: Context<string, Access, unknown, unknown>): unknown;
}

/** Routes that the documents show together. */
export interface RouteGroup {
  name: string;
  description: string;
  routes: readonly Route[];
}

/** Declares a route. Its handler gets the caller as the credential says, so a rule that needs one cannot be called without. */
export function route<
  Path extends string,
  A extends Access,
  Output extends z.ZodType | TextType | null,
  Body extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
>(method: Method, path: Path, spec: Spec<Path, A, Body, Query, Output>): Route {
  const status = spec.status ?? (spec.response ? 200 : 204);
  const shape = spec.response instanceof z.ZodType ? shapeOf(spec.response) : (value: unknown) => value;
  return { maxBodyBytes: defaultBodyBytes, ...spec, method, path, status, shape } as unknown as Route;
}

/** Whether the pipeline reads and checks the body of a route. */
export const takesBody = ({ method, rawBody }: Route): boolean => method !== "GET" && !rawBody;

/** Whether a route creates something, and so takes an Idempotency-Key. */
export const isCreating = ({ method, status, access }: Route): boolean =>
  method === "POST" && status === 201 && access !== "anyone";

/** A document for machines, operators and browsers: no base path, no credential, no input. */
export interface PlainRoute {
  /** `/files/*` is everything below it. */
  path: string;
  /** Pages of every origin may read it. */
  shared?: true;
  respond(app: App, headers: NewHeaders, request: Request): Response | Promise<Response>;
}
