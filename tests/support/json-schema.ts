import { z } from "zod";

export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
}

/** What a contract takes, as one JSON Schema: shapes that have a name stand where they are used. */
export function inputSchemaOf(contract: z.ZodType): JsonSchema {
  const { $defs = {}, ...schema } = z.toJSONSchema(contract, { io: "input", unrepresentable: "any" });
  const inlined = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inlined);
    if (typeof value !== "object" || value === null) return value;
    const { $ref, ...rest } = value as { $ref?: string };
    const named = $ref === undefined ? undefined : $defs[$ref.split("/").at(-1)!];
    return Object.fromEntries(Object.entries({ ...named, ...rest }).map(([name, member]) => [name, inlined(member)]));
  };
  return inlined(schema) as JsonSchema;
}
