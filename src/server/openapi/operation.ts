import { isPermission } from "../../access/permissions";
import { deprecationText } from "../../http/links";
import { oauthNameOf } from "../../http/oauth-errors";
import { type Access, isCreating, type Route } from "../../http/route";
import { type ProblemCode, problems } from "../../problems";
import { errorsByStatus } from "./errors";
import { pathParameter } from "./examples";
import type { JsonSchema, openSchemas } from "./schemas";

/** What operations share: a document's schemas and its responses with an error. */
export interface Components {
  schemas: ReturnType<typeof openSchemas>;
  responses: Record<string, object>;
}

const security: Record<Access, object[]> = {
  anyone: [],
  user: [{ accessToken: [] }],
  actor: [{ accessToken: [] }, { apiKey: [] }],
  operator: [{ accessToken: [] }],
  holder: [{}, { accessToken: [] }],
};

/** The path of a route as OpenAPI writes it. */
export const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");

function descriptionOf({ description, needs, deprecated }: Route): string {
  const needed = needs && isPermission(needs) ? `Needs \`${needs}\`.` : "";
  return [description, needed, deprecated ? deprecationText(deprecated) : ""].filter(Boolean).join("\n\n");
}

/** A route as an operation of OpenAPI 3.1. */
export function operationOf(route: Route, tag: string, components: Components) {
  const { needs, body, form, deprecated } = route;
  return {
    operationId: route.operationId,
    tags: [tag],
    summary: route.summary,
    description: descriptionOf(route),
    ...(deprecated && { deprecated: true }),
    ...(needs && { "x-required-permission": needs }),
    security: security[route.access],
    parameters: parametersOf(route, components),
    ...(body && {
      requestBody: {
        required: true,
        content: contentOf(
          form ? ["application/json", "application/x-www-form-urlencoded"] : ["application/json"],
          components.schemas.of(body, "body"),
        ),
      },
    }),
    responses: {
      [route.status]: successOf(route, components),
      ...Object.fromEntries(
        [...errorsByStatus(route)].map(([status, codes]) => [
          status,
          route.oauth ? oauthErrorResponse(status, codes, components) : errorResponse(status, codes, components),
        ]),
      ),
    },
  };
}

function parametersOf(route: Route, { schemas }: Components) {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => {
    const { description, example } = pathParameter(route.path, name!);
    return { name, in: "path", required: true, description, schema: { type: "string", examples: [example] } };
  });
  return [...inPath, ...queryParameters(route, schemas), ...(isCreating(route) ? [idempotencyKey] : [])];
}

function queryParameters({ query }: Route, schemas: Components["schemas"]) {
  if (!query) return [];
  const { properties = {}, required = [] } = schemas.of(query, "query");
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    description,
    schema,
  }));
}

const idempotencyKey = { $ref: "#/components/parameters/Idempotency-Key" };

/** Headers that responses have, by name, as `components.headers` describes them. */
const headersOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const limitHeaders = [
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "RateLimit-Policy",
  "RateLimit",
];

function successOf(route: Route, { schemas }: Components) {
  const { response } = route;
  const names = [
    "X-Request-Id",
    ...(route.access === "actor" ? limitHeaders : []),
    ...(isCreating(route) ? ["Idempotent-Replayed"] : []),
    ...(response === "text/csv" ? ["X-Next-Cursor"] : []),
    ...(route.deprecated ? ["Deprecation", "Sunset", "Link"] : []),
    ...(route.query && schemas.of(route.query, "query").properties?.cursor && response !== "text/csv" ? ["Link"] : []),
  ];
  const schema = typeof response === "string" ? { type: "string" } : response && schemas.of(response, "response");
  return {
    description: response === null ? "Done. The response has no body." : "Success.",
    headers: headersOf(names),
    ...(schema && { content: contentOf([typeof response === "string" ? response : "application/json"], schema) }),
  };
}

const contentOf = (types: readonly string[], schema: JsonSchema) =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

/** A reference to the response with one of these errors. */
function errorResponse(status: number, codes: readonly ProblemCode[], { responses }: Components) {
  const name = codes
    .map((code) => code.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, first) => first.toUpperCase()))
    .join("Or");
  responses[name] ??= {
    description: codes.map((code) => `\`${code}\`: ${plainSentence(code)}`).join("\n\n"),
    headers: headersOf(["X-Request-Id", ...(extraHeaders[status] ?? [])]),
    content: contentOf(["application/json"], errorSchema(codes)),
  };
  return { $ref: `#/components/responses/${name}` };
}

/** As `errorResponse`, in the shape of OAuth. */
function oauthErrorResponse(status: number, codes: readonly ProblemCode[], { responses }: Components) {
  const errors = [...new Set(codes.map(oauthNameOf))];
  const name = `OAuth${status}${errors.map((error) => `_${error}`).join("")}`;
  responses[name] ??= {
    description: codes.map((code) => `\`${oauthNameOf(code)}\`: ${plainSentence(code)}`).join("\n\n"),
    headers: headersOf(["X-Request-Id", ...(extraHeaders[status] ?? [])]),
    content: contentOf(["application/json"], { $ref: "#/components/schemas/OAuthError" }),
  };
  return { $ref: `#/components/responses/${name}` };
}

const extraHeaders: Readonly<Record<number, readonly string[]>> = {
  401: ["WWW-Authenticate"],
  429: ["Retry-After", ...limitHeaders],
  503: ["Retry-After"],
};

const plainSentence = (code: ProblemCode) => problems[code].message.replace("{limit}", "N");

const errorSchema = (codes: readonly ProblemCode[]): JsonSchema => ({
  allOf: [
    { $ref: "#/components/schemas/Error" },
    {
      type: "object",
      properties: {
        error: {
          type: "object",
          description: "What went wrong.",
          properties: {
            code: { type: "string", description: "What went wrong.", enum: [...codes], examples: [codes[0]] },
          },
        },
      },
    },
  ],
});
