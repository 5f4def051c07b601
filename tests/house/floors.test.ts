import { describe, expect, test } from "bun:test";
import { files, imports, source } from "../support/sources";

/** Files of a floor that import what that floor must not know. */
const offenders = (
  floor: (file: string) => boolean,
  forbidden: (imported: string) => boolean,
  options?: { types: boolean },
) =>
  files.filter(floor).flatMap((file) =>
    imports(file, options)
      .filter(forbidden)
      .map((imported) => `${file} imports ${imported}`),
  );

const suffix = (name: string) => (file: string) => file.endsWith(`.${name}.ts`);
const isOurs = (imported: string) => imported.startsWith("src/");
const isPackage = (name: string) => (imported: string) => imported === name || imported.startsWith(`${name}/`);
const isRules = (file: string) =>
  !/\.(http|sql|contract)\.ts$/.test(file) &&
  !/^src\/(db|crypto|http|server|mcp|sdk|dashboard|extensions|cli)\//.test(file);
const isDashboard = (file: string) => file.startsWith("src/dashboard/");

describe("the floors", () => {
  test("drizzle is known in db/ and on the SQL floor only", () => {
    const upstairs = (file: string) => !file.startsWith("src/db/") && !suffix("sql")(file);
    expect(offenders(upstairs, isPackage("drizzle-orm"))).toEqual([]);
    expect(offenders(upstairs, isPackage("better-sqlite3"))).toEqual([]);
  });

  test("elysia is known in server/server.ts only", () => {
    expect(offenders((file) => file !== "src/server/server.ts", isPackage("elysia"))).toEqual([]);
  });

  test("the library of the Model Context Protocol is known in mcp/protocol.ts only", () => {
    const others = (file: string) => file !== "src/mcp/protocol.ts";
    expect(offenders(others, isPackage("@modelcontextprotocol/server"), { types: false })).toEqual([]);
    expect(offenders(others, (imported) => imported === "src/mcp/protocol", { types: false })).toEqual([]);
  });

  test("an installation is made and migrated by a start, by init and by migrate, and by no other tool", () => {
    const makers = files.filter((file) => /(?<!function )\bopen(App|Database)\(/.test(source(file)));
    expect(makers).toEqual([
      "src/cli/commands/installation.run.ts",
      "src/db/open.ts",
      "src/open-app.ts",
      "src/serve.ts",
    ]);
  });

  test("contracts know shapes only", () => {
    const known = /^(zod|ipaddr\.js|src\/(extensions\/catalog|lazy))$|\.contract$/;
    expect(offenders(suffix("contract"), (imported) => !known.test(imported))).toEqual([]);
  });

  test("the SQL floor knows neither rules nor crypto nor HTTP", () => {
    const known = (imported: string) => /^src\/(db\/|ids|config\/)/.test(imported) || imported.endsWith(".sql");
    expect(offenders(suffix("sql"), (imported) => isOurs(imported) && !known(imported), { types: false })).toEqual([]);
  });

  test("rules know no HTTP", () => {
    expect(
      offenders(isRules, (imported) => imported.startsWith("src/http/") || imported.endsWith(".http")).filter(
        (line) => !line.startsWith("src/main.ts"),
      ),
    ).toEqual([]);
  });

  test("routes know their rules, not their SQL", () => {
    expect(
      offenders(suffix("http"), (imported) => imported.endsWith(".sql") || imported.startsWith("src/db/")),
    ).toEqual([]);
  });

  test("crypto knows no database and no HTTP", () => {
    expect(
      offenders(
        (file) => file.startsWith("src/crypto/"),
        (imported) => /^src\/(db|http)\//.test(imported) || imported.endsWith(".sql"),
      ),
    ).toEqual([]);
  });

  test("the dashboard knows the API through the SDK only, and no one knows the dashboard", () => {
    const sdk = ["src/sdk/client", "src/sdk/admin"];
    const known = (imported: string) => !isOurs(imported) || isDashboard(imported) || sdk.includes(imported);
    expect(offenders(isDashboard, (imported) => !known(imported))).toEqual([]);
    expect(offenders((file) => !isDashboard(file), isDashboard)).toEqual([]);
    expect(offenders((file) => !isDashboard(file), isPackage("wouter"))).toEqual([]);
  });

  test("the SDK takes nothing of ours into a browser but itself", () => {
    const inSdk = (imported: string) => imported.startsWith("src/sdk/") || imported === "react";
    expect(
      offenders(
        (file) => file.startsWith("src/sdk/"),
        (imported) => !inSdk(imported),
        { types: false },
      ),
    ).toEqual([]);
  });
});

describe("the only places", () => {
  const holding = (pattern: RegExp) =>
    files
      .filter((file) => !isDashboard(file))
      .filter((file) => pattern.test(source(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")));

  test("that read the environment", () =>
    expect(holding(/(?<!")process\.env|Bun\.env/)).toEqual(["src/config/environment.ts"]));
  test("that ask what time it is", () =>
    expect(holding(/\bDate\.now\(\)|new Date\(\)|performance\.now\(\)/)).toEqual(["src/clock.ts", "src/sdk/clock.ts"]));
  test("that change rows outside a Writer: none", () => expect(holding(/\bas Writer\b/)).toEqual(["src/db/writer.ts"]));
  test("that say what is wrong with a field", () => {
    const shapes = holding(/["'`](?:is|has|must|cannot|give) /).filter(suffix("contract"));
    const rules = holding(/\binvalid\([^;()]*,\s*["'`]|\bmessage: ["'`]/);
    expect([...shapes, ...rules]).toEqual(["src/field-messages.contract.ts", "src/problems.ts"]);
  });
  test("that skip a check of the compiler: none", () =>
    expect(holding(/@ts-(ignore|expect-error|nocheck)/)).toEqual([]));
});

/** The files that are part of circles of imports. */
function circles(among: string[], options: { types: boolean }): string[] {
  const done = new Set<string>();
  const circle = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    const next = imports(file, options).flatMap((imported) => [
      `${imported}.ts`,
      `${imported}.tsx`,
      `${imported}/index.ts`,
    ]);
    for (const one of next.filter((imported) => among.includes(imported))) {
      const found = circle(one, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  return [...new Set(among.flatMap((file) => circle(file, []) ?? []))];
}

test("there are no circles between files, types included", () => {
  expect(circles(files, { types: true })).toEqual([]);
});

/**
 * The order of the rooms, from the ground up; the first pattern that fits says on which level a file is. What runs in a file needs only files on
 * its own level and below. The nouns of the product share one level, because the domain connects them: users have sessions, sessions have users.
 */
const levels: readonly (readonly [level: number, files: RegExp])[] = [
  [6, /^src\/((main|serve)\.ts$|cli\/)/],
  [5, /^src\/((server|mcp)\/|doctor\/doctor|open-app|housekeeping|pruning|shutdown)/],
  [4, /\.http\.ts$/],
  [0, /^src\/(shapes\/|(extensions\/(declare|catalog|variables)|mail\/(template|values))\.ts$)/],
  [1, /^src\/(config|crypto|db|cache|outbound)\//],
  [1, /^src\/(extensions\/tables|limits\/(plans|windows|network)|mail\/(templates|own-templates)|start-problem)\.ts$/],
  [2, /^src\/access\//],
  [3, /^src\/http\//],
  [4, /^src\/[\w-]+\//],
  [0, /^src\//],
];
const levelOf = (file: string) => levels.find(([, files]) => files.test(file))![0];

test("every room needs only rooms below it, but for queries", () => {
  const isAbove = (imported: string, file: string) =>
    files.includes(imported) && !imported.endsWith(".sql.ts") && levelOf(imported) > levelOf(file);
  const upward = files.flatMap((file) =>
    imports(file, { types: false })
      .filter((imported) => isAbove(`${imported}.ts`, file))
      .map((imported) => `${file} needs ${imported}`),
  );
  expect(upward).toEqual([]);
});
