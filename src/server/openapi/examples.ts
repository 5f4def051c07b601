import { type JsonSchema, resolve } from "./schemas";

/** A value that a schema describes, from the examples in it; undefined where there are none. */
export function exampleOf(schema: JsonSchema, components: Record<string, JsonSchema>): unknown {
  const { examples, const: constant, properties, items, anyOf, oneOf } = schema;
  if (examples) return examples[0];
  if (constant !== undefined) return constant;
  if (schema.$ref !== undefined) return exampleOf(resolve(components, schema), components);
  if (properties) {
    return Object.fromEntries(
      Object.entries(properties).flatMap(([name, property]) => {
        const example = exampleOf(property, components);
        return example === undefined ? [] : [[name, example]];
      }),
    );
  }
  if (items) return [exampleOf(items, components)];
  const [choice] = anyOf ?? oneOf ?? [];
  return choice ? exampleOf(choice, components) : schema.type === "null" ? null : undefined;
}

/** The prefixes of ids, by what comes before them in a path, and what they are of where its last word does not say it. */
const ids: Readonly<Record<string, readonly [prefix: string, thing?: string]>> = {
  organizations: ["org"],
  users: ["usr"],
  sessions: ["ses"],
  devices: ["dev"],
  passkeys: ["pky"],
  identities: ["idn"],
  impersonations: ["imp"],
  members: ["mem"],
  invitations: ["inv"],
  "api-keys": ["key", "API key"],
  tokens: ["pat", "personal access token"],
  "personal-tokens": ["pat", "personal access token"],
  apps: ["cli"],
  "connected-apps": ["grt", "connection of an app"],
  emails: ["eml"],
  trusts: ["trs"],
  webhooks: ["whk"],
  deliveries: ["dlv"],
};

/** A name in a path: what it stands for, and a value it may have. */
export function pathParameter(path: string, name: string): { description: string; example: string } {
  const [, noun = ""] = new RegExp(`([^/]+)/[:{]${name}(?![A-Za-z])`).exec(path) ?? [];
  if (name === "role") return { description: "The name of a custom role.", example: "auditor" };
  if (name === "provider") return { description: "The name of a provider.", example: "google" };
  const singular = noun.replace(/ies$/, "y").replace(/s$/, "");
  const [prefix, thing = singular] = ids[noun] ?? [noun.slice(0, 3)];
  const article = /^(?:[aeio]|API)/i.test(thing) ? "an" : "a";
  return { description: `The id of ${article} ${thing}.`, example: `${prefix}_01jngc4e00000000000000000a` };
}
