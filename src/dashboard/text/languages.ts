export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** How each calls itself. */
export const languageNames: Record<Language, string> = { en: "English", de: "Deutsch" };

/** Some of the sentences, each of the same kind as in English. */
export type Part<Value> = Value extends (...input: never[]) => unknown
  ? Value
  : Value extends readonly unknown[]
    ? Value
    : Value extends object
      ? { [Name in keyof Value]?: Part<Value[Name]> }
      : Value;

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A catalog whose sentences are replaced by those of another language, as far as it has them. */
export function merged<Tree extends object>(english: Tree, other: Part<Tree>): Tree {
  const result = { ...english } as Record<string, unknown>;
  for (const [name, value] of Object.entries(other)) {
    const own = result[name];
    result[name] = isTree(own) && isTree(value) ? merged(own, value) : value;
  }
  return result as Tree;
}
