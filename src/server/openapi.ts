import { z } from "zod";
import { version } from "../../package.json";
import { type AuditAction, auditActions } from "../audit/actions.contract";
import { type Access, isCreating, type Route, type RouteGroup, takesBody } from "../http/route";
import { problems } from "../problems";
import { TestPayload, webhookPayloads } from "../webhooks/payloads.contract";

/** The OpenAPI 3.1 description of the routes, from the contracts that their input is parsed with. */
export function openApiDocument(groups: readonly RouteGroup[], url: string, appName: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { name, routes } of groups) {
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, path, name) };
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: appName,
      version,
      description:
        "Users and sign-in, organizations and roles, API keys for machines. In a request, null stands for an optional field that is left out, unless the field can be null.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    webhooks,
    components: {
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "An access token from /auth/login.",
        },
        apiKey: {
          type: "apiKey",
          in: "header",
          name: "X-API-Key",
          description: "An API key; also accepted as a bearer token.",
        },
      },
      schemas: { Error: errorSchema },
    },
  };
}

/** What webhooks send, by the type of the event. */
const webhooks = Object.fromEntries(
  Object.entries({ ...webhookPayloads, "webhook.test": TestPayload }).map(([type, payload]) => [
    type,
    {
      post: {
        operationId: `webhook_${type.replace(".", "_")}`,
        tags: ["Webhooks"],
        summary: type in auditActions ? auditActions[type as AuditAction] : "A test of a webhook.",
        security: [],
        requestBody: { required: true, ...json(schemaOf(payload, "output")) },
        responses: {
          "2XX": { description: "The event was received." },
          "410": { description: "The endpoint is gone: the webhook is disabled." },
        },
      },
    },
  ]),
);

const security: Record<Access, object[]> = {
  anyone: [],
  user: [{ accessToken: [] }],
  actor: [{ accessToken: [] }, { apiKey: [] }],
  operator: [{ accessToken: [] }],
  holder: [{}, { accessToken: [] }],
};

const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId"],
      properties: {
        code: { type: "string", enum: Object.keys(problems) },
        reason: {
          type: "string",
          enum: Object.values(problems).flatMap(({ reasons }) => Object.keys(reasons ?? {})),
          description: "The cause, where a code has several.",
        },
        message: { type: "string" },
        requestId: { type: "string" },
        retryAfter: { type: "integer", description: "Seconds until it is worth trying again." },
        twoFactorRequired: { type: "boolean" },
        details: {
          type: "array",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: { path: { type: "string" }, message: { type: "string" } },
          },
        },
      },
    },
  },
};

function operation(route: Route, path: string, tag: string) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    operationId: `${route.method.toLowerCase()}${path.replaceAll(/[^a-zA-Z]+(\w)/g, (_, initial: string) => initial.toUpperCase()).replaceAll(/\W/g, "")}`,
    tags: [tag],
    summary: route.summary,
    ...(route.needs && { "x-required-permission": route.needs }),
    security: security[route.access],
    parameters: [...names, ...queryParameters(route), ...(isCreating(route) ? [idempotencyKey] : [])],
    ...(route.body && {
      requestBody: { required: true, content: bodyContent(route.form, schemaOf(route.body, "input")) },
    }),
    responses: {
      [route.status]: {
        description: route.response ? "Success." : "Success, without a body.",
        ...content(route.response),
      },
      ...Object.fromEntries(
        errorStatuses(route).map((status) => [
          status,
          { description: meaning(status), ...json({ $ref: "#/components/schemas/Error" }) },
        ]),
      ),
    },
  };
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Repeating a request with the same key gives the same response for 24 hours and changes nothing.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function content(response: Route["response"]) {
  if (response === null) return {};
  return typeof response === "string"
    ? { content: { [response]: { schema: { type: "string" } } } }
    : json(schemaOf(response, "output"));
}

const bodyContent = (form: true | undefined, schema: unknown) => ({
  "application/json": { schema },
  ...(form && { "application/x-www-form-urlencoded": { schema } }),
});

function json(schema: unknown) {
  return { content: { "application/json": { schema } } };
}

/** The error statuses of a route, from what it asks for. */
function errorStatuses(route: Route): number[] {
  const { access, query, path } = route;
  return [
    ...(takesBody(route) ? [400, 413, 415] : []),
    ...(takesBody(route) || query ? [422] : []),
    ...(access === "anyone" ? [] : [401]),
    ...(isCreating(route) ? [409] : []),
    ...(path.includes(":") ? [403, 404] : []),
    429,
  ].sort();
}

function meaning(status: number): string {
  return Object.entries(problems)
    .filter(([, entry]) => entry.status === status)
    .map(([code]) => code)
    .join(", ");
}

function queryParameters({ query }: Route) {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, "input") as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

/** A contract as JSON Schema; `input` is what can be sent, `output` what is returned. */
export function schemaOf(schema: z.ZodType, io: "input" | "output") {
  const { $schema: _, ...document } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
    },
  });
  return document;
}
