import { setImmediate as othersTurn } from "node:timers/promises";
import type { Tool as Definition } from "@modelcontextprotocol/server";
import { fieldMessages } from "../field-messages.contract";
import { isCreating, type Route } from "../http/route";
import { invalid } from "../problems";
import { idempotencyKey } from "../server/openapi/document";
import { pathParameter } from "../server/openapi/examples";
import { type JsonSchema, openSchemas, resolve } from "../server/openapi/schemas";

/** A route that agents can call. */
export interface Tool {
  readonly route: Route;
  /** As the protocol describes it. */
  readonly definition: Definition;
  /** Where each argument of the tool goes in the request. */
  readonly places: ReadonlyMap<string, Place>;
}

/** `whole` is a body that is one argument. */
type Place = "path" | "query" | "body" | "whole" | "header";

/** What a request to a route is made of. */
export interface ToolRequest {
  params: Record<string, string>;
  /** The path and the query. */
  target: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Tools that are made before other requests have their turn. */
const atOnce = 8;

/** Arguments that go neither into the path, the query nor the body. */
const idempotencyArgument = "idempotencyKey";
const bodyArgument = "body";

/**
 * The tools that routes are: those that take the credential of a machine and answer with JSON. So signing in, sessions, cookies and the
 * installation's operation, which are for people, are none, and neither are downloads. All of them together take as long as many requests, which go
 * on meanwhile.
 */
export async function toolsOf(routes: readonly Route[]): Promise<ReadonlyMap<string, Tool>> {
  const callable = routes.filter(
    ({ access, rawBody, oauth, response }) => access === "actor" && !rawBody && !oauth && typeof response !== "string",
  );
  const tools = new Map<string, Tool>();
  for (const [i, route] of callable.entries()) {
    if (i % atOnce === atOnce - 1) await othersTurn();
    tools.set(route.operationId, toolOf(route));
  }
  return tools;
}

function toolOf(route: Route): Tool {
  const schemas = openSchemas();
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  const places = new Map<string, Place>();

  const add = (place: Place, name: string, schema: JsonSchema, isRequired: boolean) => {
    properties[name] = schema;
    places.set(name, place);
    if (isRequired) required.push(name);
  };
  const addAll = (place: Place, { properties = {}, required = [] }: JsonSchema) => {
    for (const [name, schema] of Object.entries(properties)) add(place, name, schema, required.includes(name));
  };

  for (const [, name] of route.path.matchAll(/:(\w+)/g)) {
    const { description, example } = pathParameter(route.path, name!);
    add("path", name!, { type: "string", description, examples: [example] }, true);
  }
  if (route.query) addAll("query", inlined(schemas.of(route.query, "query"), schemas.components));
  if (isCreating(route)) {
    const { description, schema } = idempotencyKey;
    add("header", idempotencyArgument, { ...schema, description }, false);
  }
  if (route.body) {
    const body = inlined(schemas.of(route.body, "body"), schemas.components);
    const names = Object.keys(body.properties ?? {});
    if (names.length > 0 && !names.some((name) => places.has(name))) addAll("body", body);
    else add("whole", bodyArgument, body, true);
  }
  return {
    route,
    places,
    definition: {
      name: route.operationId,
      title: route.summary,
      description: route.description,
      inputSchema: { type: "object", properties, required, additionalProperties: false } as Definition["inputSchema"],
      annotations: annotationsOf(route),
    },
  };
}

/** What clients may tell people before they let an agent go on: whether it changes anything, and whether that can be undone. */
function annotationsOf(route: Route): Definition["annotations"] {
  const { method, needs } = route;
  const action = needs?.split(":")[1];
  const readOnlyHint = method === "GET" || action === "read" || action === "verify";
  const onlyAdds = action === undefined ? isCreating(route) : action === "create";
  return {
    readOnlyHint,
    destructiveHint: !readOnlyHint && !onlyAdds,
    idempotentHint: readOnlyHint || method !== "POST",
    openWorldHint: false,
  };
}

/** A schema without references: models are often shown tools by programs that do not follow them. */
function inlined(schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema {
  const replace = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(replace);
    const { $ref, ...rest } = value as JsonSchema;
    const whole = $ref === undefined ? rest : { ...resolve(components, { $ref }), ...rest };
    return Object.fromEntries(Object.entries(whole).map(([name, entry]) => [name, replace(entry)]));
  };
  return replace(schema) as JsonSchema;
}

/** The request that the arguments of a tool stand for. @throws Problem VALIDATION_ERROR for one that is unknown or missing in the path */
export function requestOf({ route, places }: Tool, given: Readonly<Record<string, unknown>>): ToolRequest {
  const params: Record<string, string> = {};
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const fields: Record<string, unknown> = {};
  let body: unknown = fields;
  for (const [name, value] of Object.entries(given)) {
    const place = places.get(name);
    if (place === undefined) throw invalid(name.slice(0, 100), fieldMessages.unknownField);
    if (place === "body") fields[name] = value;
    else if (place === "whole") body = value;
    else if (value === undefined || value === null) continue;
    else if (typeof value === "object") throw invalid(name, fieldMessages.mustBe("text"));
    else if (place === "path") params[name] = String(value);
    else if (place === "query") query.set(name, String(value));
    else headers["Idempotency-Key"] = String(value);
  }
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    if (!params[name]) throw invalid(name, fieldMessages.required);
    return encodeURIComponent(params[name]);
  });
  return { params, target: query.size > 0 ? `${path}?${query}` : path, headers, body };
}
