import { z } from "zod";
import type { Actor, OperatorActor, UserActor, Visitor } from "../access/actor";
import type { Permission } from "../access/permissions";
import type { App } from "../app";
import type { Throttle } from "../server/throttle";
import type { NewHeaders } from "./responses";
import { type Shape, shapeOf } from "./shape";

/** Where the API lives; the same routes answer without it. */
export const basePath = "/api/v1";

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/**
 * Who may call a route.
 * - `anyone`: no credential is looked at
 * - `user`: an access token
 * - `actor`: an access token or an API key
 * - `operator`: the access token of somebody who runs the installation
 * - `holder`: an access token if there is one; the body may hold another proof
 */
export type Access = "anyone" | "user" | "actor" | "operator" | "holder";

/**
 * What a route asks of its caller beside the credential. The documents say it and a matrix of all callers holds it against what
 * happens; the rule behind the route is what enforces it.
 * - a permission: users whose role has it in the organization, and keys with that scope
 * - `membership`: users who belong to the organization
 * - `ownership`, `former-ownership`, `transfer-recipient`: its owner, who deleted it, who is offered it
 * - `email-token`: the token of an email, with the session or password of its account
 * - `github-signature`: a key of GitHub's that the installation knows
 */
export type Need =
  | Permission
  | "membership"
  | "ownership"
  | "former-ownership"
  | "transfer-recipient"
  | "email-token"
  | "github-signature";

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

/** What a handler returns. */
type Result<Output> = Output extends z.ZodType ? z.input<Output> : Output extends TextType ? string : unknown;

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler is given: who asks, and the input as its contract describes it. */
export interface Context<Path extends string, A extends Access, Body, Query> {
  app: App;
  actor: Callers[A];
  params: Params<Path>;
  body: Parsed<Body>;
  query: Parsed<Query>;
  request: Request;
  /** Goes out with the answer, whatever it is. */
  headers: Pick<Headers, "set">;
}

interface Spec<Path extends string, A extends Access, Body, Query, Output> {
  access: A;
  needs?: Need;
  /** Counts requests by their address: `credentials` where people prove who they are, `session` for what their programs do often. */
  throttle?: Throttle;
  summary: string;
  body?: Body;
  query?: Query;
  /**
   * The shape of the response body: what it does not name never leaves the server. Null for a response without a body,
   * a media type for text.
   */
  response: Output;
  /** 200, or 204 without a body. */
  status?: 200 | 201;
  run(context: Context<Path, A, Body, Query>): Result<Output> | Promise<Result<Output>>;
}

/** A route as the server, the documents and the tests read it. */
export interface Route {
  method: Method;
  path: string;
  access: Access;
  needs?: Need | undefined;
  throttle?: Throttle | undefined;
  summary: string;
  body?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  response: z.ZodType | TextType | null;
  /** What of a value may leave the server. */
  shape: Shape;
  status: 200 | 201 | 204;
  run(context: Context<string, Access, unknown, unknown>): unknown;
}

/** Declares a route. The caller it asks for is an argument of its handler: who forgets to ask has nobody to pass on. */
export function route<
  Path extends string,
  A extends Access,
  Output extends z.ZodType | TextType | null,
  Body extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
>(method: Method, path: Path, spec: Spec<Path, A, Body, Query, Output>): Route {
  const status = spec.status ?? (spec.response ? 200 : 204);
  const shape = spec.response instanceof z.ZodType ? shapeOf(spec.response) : (value: unknown) => value;
  return { ...spec, method, path, status, shape } as unknown as Route;
}

/** Whether a route creates something, and so takes an Idempotency-Key. */
export const isCreating = ({ method, status, access }: Route): boolean =>
  method === "POST" && status === 201 && access !== "anyone";

/** A document for machines and operators: no base path, no credential, no input. */
export interface PlainRoute {
  path: string;
  respond(app: App, headers: NewHeaders): Response | Promise<Response>;
}
