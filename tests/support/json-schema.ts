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

/** Makes an input with a text in one place. */
export type Filling = (fill: string) => unknown;

/** For every place in a contract where a text can be, a function that makes an input with a text there. */
export function placesIn(schema: JsonSchema): Filling[] {
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema;
  return [
    ...(schema.type === "string" || schema.type === undefined ? [(fill: string) => fill] : []),
    ...Object.entries(properties).flatMap(([name, field]) =>
      placesIn(field).map(
        (place): Filling =>
          (fill) => ({ [name]: place(fill) }),
      ),
    ),
    ...(items
      ? placesIn(items).flatMap((place): Filling[] => [
          (fill) => [place(fill)],
          (fill) => Array(50).fill(place(fill.slice(0, 2_000))),
        ])
      : []),
    ...(typeof additionalProperties === "object"
      ? [
          (fill: string) => ({ a: fill }),
          (fill: string) => ({ [fill]: "a" }),
          (fill: string) =>
            Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${i}${fill.slice(0, 90)}`, "a"])),
        ]
      : []),
    ...anyOf.flatMap(placesIn),
  ];
}
