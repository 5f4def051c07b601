import { type Access, basePath, type Route } from "../../http/route";
import { methods } from "../../sdk/methods";
import { pathParameter } from "../openapi/examples";

export const languages = { curl: "curl", typescript: "TypeScript", python: "Python" } as const;
export type Language = keyof typeof languages;

/**
 * The same request in each language: with example ids, and the example of its body, if it has one.
 * @param query what its query must have
 */
export function snippetsOf(
  route: Route,
  origin: string,
  query: Record<string, string>,
  body: unknown,
): Record<Language, string> {
  const search = new URLSearchParams(query).toString();
  const request = { route, origin, query, body, path: examplePath(route) + (search && `?${search}`) };
  return { curl: curl(request), typescript: typescript(request), python: python(request) };
}

interface ExampleRequest {
  route: Route;
  /** Where the installation is. */
  origin: string;
  /** With its query. */
  path: string;
  query: Record<string, string>;
  body: unknown;
}

/** The path of a route with example ids in it. */
export const examplePath = ({ path }: Route): string =>
  path.replaceAll(/:(\w+)/g, (_, name) => pathParameter(path, name).example);

/** The credential in the examples of a route. */
const credentials: Record<Access, "key" | "token" | undefined> = {
  anyone: undefined,
  user: "token",
  actor: "key",
  operator: "token",
  holder: "token",
};

function curl({ route, origin, path, body }: ExampleRequest): string {
  const credential = credentials[route.access];
  const implied = body === undefined ? "GET" : "POST";
  return [
    `curl ${route.method === implied ? "" : `-X ${route.method} `}"${origin}${basePath}${path}"`,
    ...(credential === "key" ? ['-H "X-API-Key: $BASK_API_KEY"'] : []),
    ...(credential === "token" ? ['-H "Authorization: Bearer $ACCESS_TOKEN"'] : []),
    ...(body === undefined
      ? []
      : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`]),
  ].join(" \\\n  ");
}

/** Operations whose method in the client takes other arguments than the route. */
const ownArguments = ["refreshSession", "loginWithPasskey", "addPasskey", "exchangeToken"];

/** Fields of a body that the client fills in by itself. */
const filledIn = new Set(["codeChallenge", "codeVerifier", "session"]);

/** What the client calls each route; a product's own routes have no name in it. */
const callNames = new Map(Object.entries(methods).map(([name, route]) => [route as string, name]));

function typescript({ route, origin, path, query, body }: ExampleRequest): string {
  const credential = credentials[route.access];
  const options = [
    `url: "${origin}"`,
    ...(credential === "key" ? ["apiKey: key"] : []),
    ...(credential === "token" ? ["tokens"] : []),
  ];
  const name = ownArguments.includes(route.operationId) ? undefined : callNames.get(`${route.method} ${route.path}`);
  const ids = [...route.path.matchAll(/:(\w+)/g)].map(([, id]) =>
    JSON.stringify(pathParameter(route.path, id!).example),
  );
  const input = body === undefined ? [] : [literal(name ? withoutFilledIn(body) : body, "")];
  const search = Object.keys(query).length > 0 ? [literal(query, "")] : [];
  const call = name
    ? `bask.${name}(${[...ids, ...search, ...input].join(", ")})`
    : `bask.request("${route.method}", "${path}"${input.map((value) => `, { body: ${value} }`).join("")})`;
  const client = `createClient({ ${options.join(", ")} })`;
  const isOfOperators = name?.startsWith("admin.");
  return [
    'import { createClient } from "bask";',
    ...(isOfOperators ? ['import { withAdmin } from "bask/admin";'] : []),
    "",
    `const bask = ${isOfOperators ? `withAdmin(${client})` : client};`,
    route.response === null ? `await ${call};` : `const ${resultName(route)} = await ${call};`,
  ].join("\n");
}

const withoutFilledIn = (body: unknown) =>
  Object.fromEntries(Object.entries(body as object).filter(([field]) => !filledIn.has(field)));

/** `createApiKey` gives an `apiKey`, `listMembers` gives `members`. */
function resultName({ operationId }: Route): string {
  const name = operationId.replace(/^admin(?=[A-Z])/, "").replace(/^[a-z]+(?=[A-Z])/, "");
  return name === operationId ? "result" : name[0]!.toLowerCase() + name.slice(1);
}

/** A value as a literal of JavaScript. */
function literal(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, indent)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, field]) =>
      `${/^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name)}: ${literal(field, `${indent}  `)}`,
  );
  const line = `{ ${entries.join(", ")} }`;
  return entries.length === 0
    ? "{}"
    : line.length < 60
      ? line
      : `{\n${entries.map((entry) => `${indent}  ${entry},\n`).join("")}${indent}}`;
}

function python({ route, origin, path, body }: ExampleRequest): string {
  const credential = credentials[route.access];
  const headers =
    credential === "key" ? '{"X-API-Key": os.environ["BASK_API_KEY"]}' : '{"Authorization": f"Bearer {access_token}"}';
  return [
    ...(credential === "key" ? ["import os", ""] : []),
    "import requests",
    "",
    `response = requests.${route.method.toLowerCase()}(`,
    `    "${origin}${basePath}${path}",`,
    ...(credential ? [`    headers=${headers},`] : []),
    ...(body === undefined ? [] : [`    json=${pythonLiteral(body, "    ")},`]),
    "    timeout=30,",
    ")",
    "response.raise_for_status()",
    ...(route.response === null
      ? []
      : [route.response === "text/csv" ? "print(response.text)" : "print(response.json())"]),
  ].join("\n");
}

function pythonLiteral(value: unknown, indent: string): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map((item) => pythonLiteral(item, indent)).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name)}: ${pythonLiteral(field, `${indent}    `)}`,
  );
  const line = `{${entries.join(", ")}}`;
  return line.length < 60 ? line : `{\n${entries.map((entry) => `${indent}    ${entry},\n`).join("")}${indent}}`;
}
