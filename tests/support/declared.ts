import { Ajv2020, type ValidateFunction } from "ajv/dist/2020";
import { oauthNameOf, oauthStatusOf } from "../../src/http/oauth-errors";
import { basePath, type Route } from "../../src/http/route";
import { problems } from "../../src/problems";
import { openApiDocument } from "../../src/server/openapi/document";
import { errorsOf } from "../../src/server/openapi/errors";
import { routeGroups, routes } from "../../src/server/routes";

/**
 * Holds every answer that any test gets over HTTP against the OpenAPI document: a status, an error code or a body that it does not declare
 * fails the test that got it.
 */
export function withDeclaredAnswers(send: typeof fetch): typeof fetch {
  const checked = async (...[input, init]: Parameters<typeof fetch>) => {
    const response = await send(input, init);
    if (response.headers.has("x-request-id"))
      await requireDeclared(new Request(input, { method: init?.method ?? "GET" }), response);
    return response;
  };
  return Object.assign(checked, send);
}

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`),
}));

function routeOf({ method, url }: Request): Route | undefined {
  const path = new URL(url).pathname.replace(basePath, "");
  return patterns.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route;
}

async function requireDeclared(request: Request, response: Response) {
  const route = routeOf(request);
  if (!route || response.status === 405) return;
  const fault = await faultOf(route, response.clone());
  if (fault) throw new Error(`openapi.json does not declare what ${route.method} ${route.path} answered: ${fault}`);
}

/** What the document does not say about an answer; undefined where it says all of it. */
async function faultOf(route: Route, response: Response): Promise<string | undefined> {
  const { status } = response;
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  if (status >= 400) {
    const body: unknown = await response.json();
    if (route.oauth) {
      const { error } = body as { error: string };
      const isDeclared = errorsOf(route).some(
        (code) => oauthNameOf(code) === error && oauthStatusOf(code, problems[code].status, route.method) === status,
      );
      return isDeclared ? faultIn(body, validatorOf("OAuthError")) : `${status} ${error}`;
    }
    const problem = body as { code: string };
    const { code } = isJson ? (body as { error: { code: string } }).error : problem;
    const isDeclared = (errorsOf(route) as readonly string[]).includes(code);
    return isDeclared ? faultIn(body, validatorOf(isJson ? "Error" : "ProblemDetails")) : `${status} ${code}`;
  }
  if (status !== route.status) return `${status} instead of ${route.status}`;
  return isJson ? faultIn(await response.json(), validatorOf(route.operationId)) : undefined;
}

function faultIn(body: unknown, validate: ValidateFunction): string | undefined {
  return validate(body) ? undefined : JSON.stringify(validate.errors);
}

/** Compiled at the first answer, because most of a file's time would go into it. */
let ajv: Ajv2020 | undefined;

/** The validator of a component, or of what an operation answers when it succeeds. */
function validatorOf(name: string): ValidateFunction {
  ajv ??= compile();
  return ajv.getSchema(name)!;
}

function compile(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const document = openApiDocument(routeGroups, "https://bask.test/api/v1", "Bask");
  const { components, paths } = document;
  const add = (name: string, schema: object) =>
    ajv.addSchema(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"')), name);
  for (const [name, schema] of Object.entries(components.schemas)) add(name, schema);
  add("ProblemDetails", document["x-problem-details"]);
  for (const operation of Object.values(paths).flatMap(Object.values)) {
    const responses = Object.entries(operation.responses) as [
      string,
      { content?: Record<string, { schema: object }> },
    ][];
    const [, success] = responses.find(([status]) => status.startsWith("2"))!;
    const schema = success.content?.["application/json"]?.schema;
    if (schema) add(operation.operationId, schema);
  }
  return ajv;
}
