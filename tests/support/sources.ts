import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { Glob } from "bun";

const root = join(import.meta.dir, "../..");

/** Every file of the program, by its path from the root. */
export const files = [...new Glob("src/**/*.{ts,tsx}").scanSync(root)].sort();

export const source = (file: string) => readFileSync(join(root, file), "utf8");

/** What a file imports with a statement: packages by their name, ours by their path from the root. */
export function imports(file: string, { types = true } = {}): string[] {
  const statements = source(file).matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+"([^"]+)"/gm);
  return [...statements].flatMap(([, type, from]) => {
    if (type && !types) return [];
    return [from!.startsWith(".") ? `${normalize(join(file, "..", from!))}` : from!];
  });
}

/** Everything that is loaded with a file, packages by their name: what is imported when it is needed (`import()`) is not among it. */
export function loadedWith(...entries: string[]): Set<string> {
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const file = [name, `${name}.ts`, `${name}.tsx`].find((file) => files.includes(file));
    if (file) for (const imported of imports(file, { types: false })) load(imported);
  };
  for (const entry of entries) load(entry);
  return loaded;
}
