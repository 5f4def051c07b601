import { z } from "zod";

/** JSON Schema 2020-12, as far as contracts become it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  [keyword: string]: unknown;
}

const componentPath = "#/components/schemas/";

/** Where a contract is used. */
type Use = "body" | "query" | "response";

/** Makes the schemas of one document. Contracts with an id in their `meta` become components, and are referred to. */
export function openSchemas() {
  const components: Record<string, JsonSchema> = {};

  /** @throws Error for two different contracts of one id */
  function addComponent(id: string, schema: JsonSchema) {
    const known = components[id];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`Two contracts have the id ${id}.`);
    components[id] = schema;
  }

  return {
    components,
    /** The schema of a contract, or a reference to it. */
    of(contract: z.ZodType, use: Use): JsonSchema {
      const { $defs = {}, id, ...schema } = schemaOf(contract, use);
      for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>)) {
        const { id: _, ...component } = definition;
        addComponent(name, component);
      }
      if (typeof id !== "string") return schema;
      addComponent(id, schema);
      return { $ref: componentPath + id };
    },
  };
}

/** What a reference in a document refers to. */
export const resolve = (components: Record<string, JsonSchema>, schema: JsonSchema): JsonSchema =>
  schema.$ref === undefined ? schema : components[schema.$ref.slice(componentPath.length)]!;

/** A contract as JSON Schema. */
export function schemaOf(contract: z.ZodType, use: Use): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(contract, {
    io: use === "response" ? "output" : "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      if (def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
      // A response may get fields in a later version, and clients that validate should go on to work.
      if (def.type === "object" && !def.catchall && use === "response") delete jsonSchema.additionalProperties;
      addExample(jsonSchema as JsonSchema);
      if (use === "body") describeDefault(jsonSchema as JsonSchema);
    },
  });
  return rename(schema as JsonSchema);
}

/** Writes the example of a contract as JSON Schema has it; a kind with few values has one of them. */
function addExample(schema: JsonSchema) {
  if ("example" in schema) {
    schema.examples = [schema.example];
    delete schema.example;
  }
  if (schema.examples || schema.const !== undefined) return;
  if (schema.default !== undefined) schema.examples = [schema.default];
  else if (schema.enum) schema.examples = [schema.enum[0]];
  else if (schema.type === "boolean") schema.examples = [false];
}

/** Says in words what a field is when it is left out: generators make fields with a `default` required. */
function describeDefault(schema: JsonSchema) {
  if (schema.default === undefined) return;
  schema.description = `${schema.description ?? ""} Default: \`${JSON.stringify(schema.default)}\`.`.trim();
  delete schema.default;
}

/** References to definitions beside a schema become references to the components of a document. */
const rename = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${componentPath}`));
