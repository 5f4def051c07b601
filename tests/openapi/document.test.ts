import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { extension } from "../../src/extensions/extension";
import { parse } from "../../src/http/parse";
import { openApiDocument } from "../../src/server/openapi/document";
import { exampleOf, pathParameter } from "../../src/server/openapi/examples";
import { type JsonSchema, openSchemas } from "../../src/server/openapi/schemas";
import { routeGroups, routes } from "../../src/server/routes";

const document = openApiDocument(routeGroups, "https://bask.test/api/v1", "Bask");
const { schemas } = document.components;
const operations = Object.values(document.paths).flatMap(Object.values);

/** The fields below a schema that say nothing of what they are, or have no value as an example. */
function silentFields(schema: JsonSchema, at: string): string[] {
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema;
  const fields = Object.entries(properties).flatMap(([name, field]) => {
    const faults = [
      ...(field.description ? [] : ["description"]),
      ...(exampleOf(field, schemas) === undefined ? ["example"] : []),
    ];
    return [...faults.map((fault) => `${at}.${name} has no ${fault}`), ...silentFields(field, `${at}.${name}`)];
  });
  return [
    ...fields,
    ...(items ? silentFields(items, `${at}[]`) : []),
    ...[...anyOf, ...oneOf].flatMap((choice) => silentFields(choice, at)),
  ];
}

describe("every operation", () => {
  test("has a name of its own, and a summary and a description in words", () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names.filter((name, i) => names.indexOf(name) !== i || !/^[a-z][A-Za-z]+$/.test(name))).toEqual([]);
    for (const { summary, description } of operations) {
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(description).toMatch(/^[A-Z][\s\S]*[.`]$/);
    }
  });

  test("has bodies that are named components, and parameters with a description and an example", () => {
    const schemaIn = ({ content }: { content?: Record<string, { schema: JsonSchema }> }) =>
      content?.["application/json"]?.schema;
    for (const { operationId, requestBody, parameters, responses } of operations) {
      const [success] = Object.entries(responses).filter(([status]) => status.startsWith("2"));
      const bodies = [requestBody, success![1]].flatMap((body): JsonSchema[] => {
        const schema = schemaIn((body ?? {}) as object);
        return schema ? [schema] : [];
      });
      expect([operationId, bodies.filter(({ $ref }) => !$ref)]).toEqual([operationId, []]);
      const silent = (parameters as { name?: string; description?: string; schema: JsonSchema }[]).filter(
        ({ name, description, schema }) => name && (!description || exampleOf(schema, schemas) === undefined),
      );
      expect([operationId, silent]).toEqual([operationId, []]);
    }
  });

  test("has ids in its path that look like those of their kind", async () => {
    const source = await Bun.file(join(import.meta.dir, "../../src/ids.ts")).text();
    const prefixes = new Set([...source.matchAll(/Id<"([a-z]{3})">/g)].map(([, prefix]) => prefix));
    const own = routes.filter((route) => !extension.routes.some(({ routes }) => routes.includes(route)));
    const examples = own.flatMap(({ path }) =>
      [...path.matchAll(/:(\w+)/g)].map(([, name]) => `${path} ${pathParameter(path, name!).example}`),
    );
    const wrong = examples.filter((example) => {
      const [, prefix] = / ([a-z]{3})_/.exec(example) ?? [];
      return prefix !== undefined && !prefixes.has(prefix);
    });
    expect(wrong).toEqual([]);
  });
});

describe("every field", () => {
  test("has a description and an example", () => {
    const inComponents = Object.entries(schemas).flatMap(([name, schema]) => silentFields(schema, name));
    const inEvents = Object.entries(document.webhooks).flatMap(([type, { post }]) =>
      silentFields(post.requestBody.content["application/json"].schema, type),
    );
    expect([...inComponents, ...inEvents]).toEqual([]);
  });
});

describe("examples", () => {
  test("of bodies are accepted by their contracts", () => {
    for (const { operationId, body } of routes) {
      if (!body) continue;
      const { of, components } = openSchemas();
      const example = exampleOf(of(body, "body"), components);
      const accepted = () => parse(body, example);
      expect(accepted, `${operationId} ${JSON.stringify(example)}`).not.toThrow();
    }
  });

  test("of components are what their schemas say", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const [name, schema] of Object.entries(schemas))
      ajv.addSchema(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"')), name);
    const wrong = Object.keys(schemas).flatMap((name) => {
      const validate = ajv.getSchema(name)!;
      return validate(exampleOf(schemas[name]!, schemas)) ? [] : [`${name}: ${ajv.errorsText(validate.errors)}`];
    });
    expect(wrong).toEqual([]);
  });
});

test("contracts of one name are refused unless they are the same", () => {
  const [first, second] = routes.flatMap(({ body }) => body ?? []);
  const { of } = openSchemas();
  of(first!.meta({ id: "Same" }), "body");
  of(first!.meta({ id: "Same" }), "body");
  expect(() => of(second!.meta({ id: "Same" }), "body")).toThrow("Two contracts have the id Same.");
});
