import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lastPromise, promises, retired } from "../../scripts/docs/promises";

const root = join(import.meta.dir, "../..");

/**
 * The name of every test in a file as its source spells it, after the names of the `describe` around it: `outer > inner`.
 * One that is left out by `test.skip` or `test.todo` is not among them.
 */
function testsIn(file: string): string[] {
  const opening = /^( *)(describe|test)(?:\.\w+\(.*?\))?\(\s*(?:(["'`])(.*?[^\\])\3|\w)/gm;
  const around: { indent: number; name: string }[] = [];
  const names: string[] = [];
  for (const [, { length: indent }, kind, , name = ""] of readFileSync(join(root, file), "utf8").matchAll(
    opening,
  ) as Iterable<[string, string, string, string?, string?]>) {
    while (around.length > 0 && around.at(-1)!.indent >= indent) around.pop();
    if (kind === "describe") around.push({ indent, name });
    else names.push([...around.map(({ name }) => name), name].join(" > "));
  }
  return names;
}

describe("the promises in docs/security.md", () => {
  test("are complete: each number once, in order", () => {
    const numbers = Array.from({ length: lastPromise }, (_, i) => i + 1).filter((number) => !retired.includes(number));
    expect(promises.map(({ id }) => id)).toEqual(numbers.map((number) => `P${number}` as const));
  });

  test("are each held by tests that exist, or say what is missing", () => {
    const wrong = promises.flatMap(({ id, tests, missing }) => {
      const absent = tests.filter(
        ([file, name]) => !existsSync(join(root, file)) || !testsIn(file).some((found) => found.includes(name)),
      );
      if (tests.length === 0 && !missing) return [`${id} has no test and does not say what is missing`];
      return absent.map(([file, name]) => `${id}: ${file} has no test "${name}"`);
    });
    expect(wrong).toEqual([]);
  });
});
