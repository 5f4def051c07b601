import { join } from "node:path";
import { Glob } from "bun";
import { z } from "zod";

const src = join(import.meta.dir, "../../../src");

/** What contracts without an id are called in the SDK where their own name says too little outside of their folder. */
const publicNames: Readonly<Record<string, string>> = {
  Environment: "KeyEnvironment",
  Page: "PageQuery",
  Search: "AdminSearch",
};

/** The name of every contract that a file exports and that has no id, such as those of queries. */
export const contractNames: ReadonlyMap<z.ZodType, string> = new Map(await exportedContracts());

async function exportedContracts(): Promise<[z.ZodType, string][]> {
  const found: [z.ZodType, string][] = [];
  for (const file of [...new Glob("**/*.contract.ts").scanSync(src)].sort()) {
    const exported = (await import(join(src, file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported))
      if (value instanceof z.ZodType && value.meta()?.id === undefined) found.push([value, publicNames[name] ?? name]);
  }
  return found;
}
