import { isPermission } from "../../access/permissions";
import { deprecationText } from "../../http/links";
import { type Access, isCreating, type Route, type RouteGroup } from "../../http/route";
import { type ProblemCode, problems } from "../../problems";
import { errorsOf } from "../openapi/errors";
import { exampleOf, pathParameter } from "../openapi/examples";
import { templateOf } from "../openapi/operation";
import { type JsonSchema, openSchemas } from "../openapi/schemas";
import { type Field, fieldsOf, typeOf } from "./fields";
import { type Language, snippetsOf } from "./snippets";

/** An operation as its page and its Markdown twin show it. */
export interface ReferenceEntry {
  id: string;
  title: string;
  method: string;
  /** With names in braces. */
  path: string;
  description: string;
  /** Who may call it, and what else is to know, one sentence each. */
  facts: string[];
  parameters: Field[];
  query: Field[];
  body: Field[];
  status: number;
  /** The media type of what it answers. */
  responseType: string | undefined;
  response: Field[];
  responseExample: string | undefined;
  bodyExample: string | undefined;
  errors: { status: number; code: ProblemCode; message: string }[];
  snippets: Record<Language, string>;
  access: Access;
}

/** What an operation does; what else its summary says is in its description too. */
export const titleOf = ({ summary }: Route): string => summary.split(";")[0]!;

const callers: Record<Access, string> = {
  anyone: "Needs no credential.",
  user: "Needs an access token.",
  actor: "Needs an access token or an API key.",
  operator: "Needs the access token of an operator of the installation.",
  holder: "Needs an access token, or another proof in the body.",
};

/** What is known of the operations of a group. @param origin where the installation is, `https://api.example.com` */
export function referenceOf({ routes }: RouteGroup, origin: string): ReferenceEntry[] {
  const schemas = openSchemas();
  return routes.map((route) => entryOf(route, origin, schemas));
}

function entryOf(route: Route, origin: string, schemas: ReturnType<typeof openSchemas>): ReferenceEntry {
  const { components } = schemas;
  const body = route.body && schemas.of(route.body, "body");
  const query = route.query && schemas.of(route.query, "query");
  const response =
    typeof route.response === "object" && route.response ? schemas.of(route.response, "response") : undefined;
  const bodyExample = body && exampleOf(body, components);
  return {
    id: route.operationId,
    title: titleOf(route),
    method: route.method,
    path: templateOf(route.path),
    description: route.description,
    facts: factsOf(route),
    parameters: parametersOf(route),
    query: query ? fieldsOf(query, components) : [],
    body: body ? fieldsOf(body, components) : [],
    status: route.status,
    responseType:
      route.response === null ? undefined : typeof route.response === "string" ? route.response : "application/json",
    response: response ? fieldsOf(response, components) : [],
    responseExample: response && exampleJson(response, components),
    bodyExample: body && JSON.stringify(bodyExample, null, 2),
    errors: errorsOf(route).map((code) => ({ code, ...problems[code] })),
    snippets: snippetsOf(route, origin, query ? requiredOf(query, components) : {}, bodyExample),
    access: route.access,
  };
}

/** An example of each field that must be there. */
function requiredOf(schema: JsonSchema, components: Record<string, JsonSchema>): Record<string, string> {
  const example = exampleOf(schema, components) as Record<string, unknown>;
  return Object.fromEntries((schema.required ?? []).map((name) => [name, String(example[name])]));
}

const exampleJson = (schema: JsonSchema, components: Record<string, JsonSchema>) =>
  JSON.stringify(exampleOf(schema, components), null, 2);

function factsOf(route: Route): string[] {
  const { needs, access, throttle, deprecated } = route;
  return [
    ...(deprecated ? [deprecationText(deprecated)] : []),
    callers[access],
    ...(needs && isPermission(needs)
      ? [`Needs \`${needs}\`: as a permission of the user's role, or as a scope of the key.`]
      : []),
    ...(isCreating(route) ? ["Takes an `Idempotency-Key`."] : []),
    ...(throttle === "credentials" ? ["Limited by network, together with the other routes where people sign in."] : []),
  ];
}

const parametersOf = ({ path }: Route): Field[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name: name!,
    type: typeOf({ type: "string" }, {}),
    isRequired: true,
    description: pathParameter(path, name!).description,
    fields: [],
  }));
