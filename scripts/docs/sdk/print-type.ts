import { z } from "zod";
import { contractNames } from "./contracts";

/** `input`: what can be sent. `output`: what is returned. */
export type Direction = "input" | "output";

/** What is read of a JSON schema. */
interface Schema {
  /** The name of a contract that is exported and has no id. */
  contract?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string | string[];
  format?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
}

/** What the contract of a part is called, and what lies around it. */
interface Place {
  direction: Direction;
  definitions: Record<string, Schema>;
  property?: string;
}

/** Prints the types of contracts as plain TypeScript. Those with a name become named types, whose declarations are collected. */
export function openTypePrinter() {
  const declarations = new Map<string, string>();

  /** The type of a contract, by its name where it has one. */
  function typeOf(contract: z.ZodType, direction: Direction): string {
    const schema = schemaOf(contract, direction);
    return print(schema, { direction, definitions: schema.$defs ?? {} });
  }

  function print(schema: Schema, place: Place): string {
    const id = schema.$ref?.split("/").at(-1);
    const resolved = (id !== undefined && place.definitions[id]) || schema;
    const item = itemOfPage(resolved);
    if (item) return `List<${print(item, place)}>`;
    const name = id ?? resolved.contract;
    return name !== undefined && deservesName(resolved) ? named(name, resolved, place) : structure(resolved, place);
  }

  /** The name of a type. Where something else can be sent than is returned, it has a name of its own; so what is returned is printed first. */
  function named(name: string, schema: Schema, { direction, definitions }: Place): string {
    const place = { direction, definitions };
    const isOther = direction === "input" && declarations.get(name) !== declaration(name, schema, place);
    const own = isOther && declarations.has(name) ? `${name}Input` : name;
    if (!declarations.has(own)) {
      declarations.set(own, "");
      declarations.set(own, declaration(own, schema, place));
    }
    return own;
  }

  function declaration(name: string, schema: Schema, place: Place): string {
    const body = structure(schema, place);
    const head = commentOf(schema.description);
    return schema.properties ? `${head}export interface ${name} ${body}` : `${head}export type ${name} = ${body};`;
  }

  function structure(schema: Schema, place: Place): string {
    if (schema.const !== undefined) return isYesOrNo(schema.const) ? "boolean" : JSON.stringify(schema.const);
    if (schema.enum)
      return schema.enum.every(isYesOrNo) ? "boolean" : schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    const options = schema.anyOf ?? schema.oneOf;
    if (options) return [...new Set(options.map((option) => print(option, place)))].join(" | ");
    if (schema.allOf) return schema.allOf.map((part) => print(part, place)).join(" & ");
    if (Array.isArray(schema.type)) return schema.type.map((type) => structure({ ...schema, type }, place)).join(" | ");
    switch (schema.type) {
      case "string":
        return catalogTypes[place.direction][place.property ?? ""] ?? textType(schema, place);
      case "integer":
      case "number":
        return "number";
      case "boolean":
      case "null":
        return schema.type;
      case "array":
        return `${place.direction === "input" ? "readonly " : ""}(${print(schema.items ?? {}, { ...place, property: `${place.property}[]` })})[]`;
      case "object":
        return structureOfObject(schema, place);
      default:
        return "unknown";
    }
  }

  function structureOfObject({ properties, required = [], additionalProperties }: Schema, place: Place): string {
    if (!properties) {
      const value = typeof additionalProperties === "object" ? print(additionalProperties, place) : "unknown";
      return `Record<string, ${value}>`;
    }
    const lines = Object.entries(properties).map(([name, schema]) => {
      const type = print(schema, { ...place, property: name });
      const optional = required.includes(name) ? "" : "?";
      const undefinable = optional && place.direction === "input" ? " | undefined" : "";
      return `${commentOf(schema.description)}${JSON.stringify(name)}${optional}: ${type}${undefinable};`;
    });
    return lines.length === 0 ? "Record<string, never>" : `{\n${lines.join("\n")}\n}`;
  }

  return {
    typeOf,
    /** Adds a named type that is not made of a contract. */
    declare: (name: string, type: string) =>
      void declarations.set(
        name,
        type.startsWith("{") ? `export interface ${name} ${type}` : `export type ${name} = ${type};`,
      ),
    /** The declarations of all named types. */
    declarations: () => [...declarations].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text),
  };
}

function schemaOf(contract: z.ZodType, io: Direction): Schema {
  return z.toJSONSchema(contract, {
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const name = contractNames.get(zodSchema as unknown as z.ZodType);
      if (name) Object.assign(jsonSchema, { contract: name });
      if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
    },
  }) as Schema;
}

/** Texts and numbers keep their plain type, whatever contract they have. */
const deservesName = ({ anyOf, oneOf, enum: values, properties }: Schema) =>
  Boolean(anyOf ?? oneOf ?? values ?? properties);

/** What the entries of a page are, if it is one. */
function itemOfPage({ properties }: Schema): Schema | undefined {
  const isPage = properties?.data && properties.nextCursor && Object.keys(properties).length === 2;
  return isPage ? properties.data!.items : undefined;
}

const grants = {
  permission: "Permission",
  "permissions[]": "Scope",
  "scopes[]": "Scope",
  "allowedScopes[]": "Scope",
};
/** Texts of a catalog, by the property they are in, or of whose list they are entries. Contracts say only text, because the catalogs that check them are not known to browsers. */
const catalogTypes: Readonly<Record<Direction, Readonly<Record<string, string>>>> = {
  input: { ...grants, preset: "Preset", "events[]": "WebhookSubscription" },
  output: { ...grants, action: "AuditAction" },
};

/** In queries a yes or no is a text; the client makes it of a boolean. */
const isYesOrNo = (value: unknown) => value === "true" || value === "false";

const textType = ({ format }: Schema, { direction }: Place) =>
  format === "date-time" && direction === "input" ? "string | Date" : "string";

/** A documentation comment. */
export function commentOf(text: string | undefined): string {
  if (!text) return "";
  const lines = text.trim().replaceAll("*/", "*\\/").split("\n");
  return lines.length === 1 ? `/** ${lines[0]} */\n` : `/**\n${lines.map((line) => ` * ${line}`).join("\n")}\n */\n`;
}
