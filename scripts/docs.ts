#!/usr/bin/env bun
/** Brings every file that is generated from the program up to date: `bun run docs`. A test fails when one of them is not. */
import { join } from "node:path";
import { parseArguments } from "./arguments";
import { pages } from "./docs/pages";

parseArguments("bun run docs");

for (const [path, generate] of Object.entries(pages)) {
  const file = Bun.file(join(import.meta.dir, "..", path));
  await file.write(generate((await file.exists()) ? await file.text() : ""));
}
