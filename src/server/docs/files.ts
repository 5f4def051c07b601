import { readFileSync } from "node:fs";
import { join } from "node:path";
import { embedded } from "../../embedded";

const root = join(import.meta.dir, "../../..");

/** A file of the project that pages are made of, by its path from the root; an executable carries it inside. */
export const readProjectFile = (path: string): string => readFileSync(embedded?.get(path) ?? join(root, path), "utf8");
