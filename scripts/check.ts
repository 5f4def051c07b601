#!/usr/bin/env bun
/** Everything CI asks, in the order that fails soonest: lint, types, then the tests on both databases. */
const bin = (name: string) => `node_modules/.bin/${name}`;
const steps: [name: string, command: string[]][] = [
  ["lint", [bin("biome"), "check", "--error-on-warnings", "."]],
  ["types", [bin("tsc"), "--noEmit"]],
  ["tests", [process.execPath, "scripts/test.ts"]],
];

for (const [name, command] of steps) {
  const { exitCode } = Bun.spawnSync(command, { stdio: ["inherit", "inherit", "inherit"] });
  if (exitCode !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(exitCode);
  }
}

export {};
