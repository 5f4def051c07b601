#!/usr/bin/env bun
/** Everything a change must pass, what fails soonest first: format and lint, types, then the tests on both databases. */
import { join } from "node:path";
import { parseArguments } from "./arguments";

parseArguments("bun run check");

const root = join(import.meta.dir, "..");
const bin = (name: string) => join(root, "node_modules/.bin", name);
const steps: [name: string, command: string[]][] = [
  ["format and lint", [bin("biome"), "check", "--error-on-warnings", "."]],
  // Several checkers each find out what they share, for twice the work.
  ["types", [bin("tsc"), "--noEmit", "--checkers", "1"]],
  ["SDK", [process.execPath, "scripts/build-sdk.ts"]],
  ["tests", [process.execPath, "scripts/test.ts"]],
];

for (const [name, command] of steps) {
  const { exitCode } = Bun.spawnSync(command, { cwd: root, stdio: ["inherit", "inherit", "inherit"] });
  if (exitCode === 0) continue;
  console.error(`check: ${name} failed`);
  if (name !== "tests") console.log("0 passed, 1 failed");
  process.exit(1);
}
