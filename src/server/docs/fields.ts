import { exampleOf } from "../openapi/examples";
import { type JsonSchema, resolve } from "../openapi/schemas";

/** A field as the reference shows it. */
export interface Field {
  name: string;
  /** `string`, `live | test`, `list of strings`. */
  type: string;
  isRequired: boolean;
  description: string;
  /** Those inside of it. */
  fields: Field[];
}

type Components = Record<string, JsonSchema>;

/** The fields of an object, or of the objects in a list. */
export function fieldsOf(schema: JsonSchema, components: Components): Field[] {
  const { properties, required = [], items, anyOf, oneOf } = resolve(components, schema);
  if (items) return fieldsOf(items, components);
  if (anyOf ?? oneOf)
    return [
      ...new Map(
        (anyOf ?? oneOf)!
          .flatMap((choice) => fieldsOf(choice, components))
          .map((field) => [field.name + field.type, field]),
      ).values(),
    ];
  return Object.entries(properties ?? {}).map(([name, property]) => ({
    name,
    type: typeOf(property, components),
    isRequired: required.includes(name),
    description: property.description ?? resolve(components, property).description ?? "",
    fields: fieldsOf(property, components),
  }));
}

/** What kind of value a schema describes, in a few words. */
export function typeOf(schema: JsonSchema, components: Components): string {
  const {
    type,
    format,
    enum: values,
    const: constant,
    items,
    anyOf,
    oneOf,
    additionalProperties,
  } = resolve(components, schema);
  if (constant !== undefined) return JSON.stringify(constant);
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  const choices = anyOf ?? oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, components)))].join(" or ");
  if (items) return `list of ${plural(typeOf(items, components))}`;
  if (format === "date-time") return "time";
  if (type === "object" && typeof additionalProperties === "object") return "map of strings";
  return String(type ?? "any value");
}

const plural = (type: string) => (/^(string|number|integer|object|time)$/.test(type) ? `${type}s` : type);

/** An example as JSON that people read. */
export const exampleText = (schema: JsonSchema, components: Components): string =>
  JSON.stringify(exampleOf(schema, components) ?? {}, null, 2);
