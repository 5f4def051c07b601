import { version } from "../../../package.json";
import { fieldMessages } from "../../field-messages.contract";
import type { RouteGroup } from "../../http/route";
import { problems } from "../../problems";
import { type Components, operationOf, templateOf } from "./operation";
import { type JsonSchema, openSchemas } from "./schemas";
import { webhookPieces } from "./webhooks";

/**
 * The OpenAPI 3.1 description of the routes, from the contracts that their input is parsed with.
 * @param url where the paths begin
 */
export function openApiDocument(groups: readonly RouteGroup[], url: string, appName: string) {
  const pieces = openApiPieces(groups, url, appName);
  while (true) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/** As `openApiDocument`, in pieces of a few milliseconds each, so that a server does something else in between. */
export function* openApiPieces(groups: readonly RouteGroup[], url: string, appName: string) {
  const components: Components = { schemas: openSchemas(), responses: {} };
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const { name, routes } of groups) {
    for (const route of routes) {
      // Where browsers are sent: nothing that a program calls.
      if (route.status === 302) continue;
      const path = templateOf(route.path);
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, name, components) };
      yield;
    }
  }
  const webhooks = yield* webhookPieces(components.schemas);
  const schemas: Record<string, JsonSchema> = {
    Error: errorSchema,
    OAuthError: oauthErrorSchema,
    ...sorted(components.schemas.components),
  };
  return {
    openapi: "3.1.0",
    info: {
      title: appName,
      version,
      description: introduction,
      contact: { name: appName, url: new URL("/docs", url).href },
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    tags: groups.map(({ name, description }) => ({ name, description })),
    /** Every error has this shape where the request asks for it. Beside the other in each response, it would make a union of each. */
    "x-problem-details": problemSchema,
    paths,
    webhooks,
    components: {
      securitySchemes,
      parameters: { "Idempotency-Key": idempotencyKey },
      headers: usedIn(JSON.stringify([paths, components.responses]), headers),
      schemas,
      responses: sorted(components.responses),
    },
  };
}

/** Those of the headers that something refers to: others are found fault with by linters, such as those of deprecated routes where none is. */
const usedIn = <T>(document: string, all: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => document.includes(`"#/components/headers/${name}"`)));

const introduction =
  "Users and sign-in, organizations and roles, API keys for machines. In a request, null stands for an optional field that is left out, unless the field can be null. A response may get fields in a later version: ignore those you do not know.";

const sorted = <T>(entries: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Both are sent in one header, so that a client which is given one credential sends one. */
const securitySchemes = {
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token of a user, from `/auth/login`. It is valid for 15 minutes.",
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    description: "An API key, `bsk_live_…` or `bsk_test_…`. The header `X-API-Key` takes it too; send one of the two.",
  },
};

export const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Repeating a request with the same key gives the same response for 24 hours and changes nothing.",
  schema: { type: "string", minLength: 1, maxLength: 255, examples: ["8e03978e-40d5-43e8-bc93-6894a57f9324"] },
};

const header = (type: "string" | "integer" | "boolean", description: string, example: unknown) => ({
  description,
  schema: { type, examples: [example] },
});

const headers = {
  "X-Request-Id": header(
    "string",
    "Names the request in logs: yours, if you sent one, or a new one.",
    "0b6f5f0e-7a43-4c1e-9c34-0d5c4a6f2a11",
  ),
  "X-RateLimit-Limit": header("integer", "Requests in the window that is closest to its end of quota.", 100),
  "X-RateLimit-Remaining": header("integer", "Requests left in that window.", 99),
  "X-RateLimit-Reset": header("integer", "When that window ends, in Unix seconds.", 1_772_442_060),
  "RateLimit-Policy": header(
    "string",
    "All windows (draft-ietf-httpapi-ratelimit-headers).",
    '"minute";q=100;w=60, "hour";q=2000;w=3600, "day";q=10000;w=86400',
  ),
  RateLimit: header("string", "What is left of the window that is closest to its end of quota.", '"minute";r=99;t=31'),
  "Retry-After": header("integer", "Seconds until it is worth trying again.", 30),
  "Idempotent-Replayed": header("boolean", "`true` on a response that was given to an earlier request.", true),
  "X-Next-Cursor": header("string", "The cursor of the next file, if there is one.", "bzE2NzY"),
  Link: header(
    "string",
    "The next page of a list, if there is one (RFC 8288). Of a deprecated operation, also a page about that (RFC 9745).",
    '</api/v1/users/me/invitations?cursor=bzE2NzY>; rel="next"',
  ),
  Deprecation: header("string", "Since when the operation should not be used (RFC 9745).", "@1772442000"),
  Sunset: header("string", "When the operation will be gone (RFC 8594).", "Sun, 28 Feb 2027 09:00:00 GMT"),
  "WWW-Authenticate": header("string", "`Bearer` (RFC 6750).", "Bearer"),
};

const field = (type: string, description: string, example: unknown, more: object = {}) => ({
  type,
  description,
  examples: [example],
  ...more,
});

const code = field("string", "What went wrong.", "VALIDATION_ERROR", { enum: Object.keys(problems) });
const reason = field("string", "The cause, where a code has several.", "revoked", {
  enum: [...new Set(Object.values(problems).flatMap(({ reasons }) => Object.keys(reasons ?? {})))],
});

/** RFC 6749, 5.2. */
const oauthErrorSchema: JsonSchema = {
  type: "object",
  description: "An error of a route of OAuth (RFC 6749, 5.2).",
  required: ["error", "error_description"],
  properties: {
    error: field("string", "What went wrong.", "invalid_grant"),
    error_description: field("string", "A sentence for developers.", "This client is not known."),
  },
};

/** RFC 9457, with our code and reason as extensions. */
const problemSchema: JsonSchema = {
  type: "object",
  description: "An error where the request accepts `application/problem+json` (RFC 9457).",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: field("string", "Where the error is explained.", "https://api.example.com/docs/errors#not_found"),
    title: field("string", "The code in words.", "Not found"),
    status: field("integer", "The status of the response.", 404),
    detail: field("string", "A sentence for people.", "Not found, or you don't have access to it."),
    code,
    reason,
    requestId: field("string", "The `X-Request-Id` of the request.", "0b6f5f0e-7a43-4c1e-9c34-0d5c4a6f2a11"),
    retryAfter: field("integer", "Seconds until it is worth trying again.", 30),
    errors: {
      type: "array",
      description: "What is wrong with which field, as `details` of the other shape.",
      items: { type: "object", additionalProperties: true },
      examples: [[{ path: "email", message: fieldMessages.email }]],
    },
  },
};

const errorSchema: JsonSchema = {
  type: "object",
  description: "Every error has this shape. Branch on `code`, and on `reason` where a code has several.",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      description: "What went wrong.",
      required: ["code", "message", "requestId"],
      properties: {
        code,
        reason,
        message: field("string", "A sentence for people.", "Some fields are not valid. See details."),
        requestId: field("string", "The `X-Request-Id` of the request.", "0b6f5f0e-7a43-4c1e-9c34-0d5c4a6f2a11"),
        retryAfter: field("integer", "Seconds until it is worth trying again.", 30),
        twoFactorRequired: field("boolean", "True where a second factor is missing.", true),
        challenge: field(
          "string",
          "Where a second factor is missing: what `/auth/login/continue` takes with the code.",
          "eyJ…",
        ),
        details: {
          type: "array",
          description: "What is wrong with which field.",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: {
              path: field("string", "Where in the input: `name`, `scopes.0`.", "email"),
              message: field("string", "What is wrong with it.", "must be an email address"),
            },
          },
        },
      },
    },
  },
};
