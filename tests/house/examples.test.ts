import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";

const folder = join(import.meta.dir, "../../docs");
const examples = [...new Glob("**/*.md").scanSync(folder)].sort().flatMap((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  return [...text.matchAll(/^```(yaml|sh)\n(.*?)^```$/gms)].map(([, kind, code]) => ({ name, kind, code: code! }));
});

test("the YAML in the documents is YAML, with no line that is something else than it looks", () => {
  const pipelines = examples.filter(({ kind }) => kind === "yaml");
  expect(pipelines.length).toBeGreaterThan(0);
  for (const { code } of pipelines) expect(Bun.YAML.parse(code)).toBeObject();
});

test("the shell in the documents is shell", () => {
  for (const { name, code } of examples.filter(({ kind }) => kind === "sh")) {
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-n", "-c", code]);
    expect([name, exitCode, stderr.toString()]).toEqual([name, 0, ""]);
  }
});
