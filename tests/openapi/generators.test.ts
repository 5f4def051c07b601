/** Linters and generators of others, which need no part of Bask but its document. They are packages of `tests/clients`. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { installClients } from "../support/clients";
import { temporaryFolder } from "../support/process";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

const root = join(import.meta.dir, "../..");
const clients = join(root, "tests/clients");
const packages = installClients();
const folder = temporaryFolder();
const inFolder = (file: string) => join(folder.path, file);

async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, "--bun", ...command], {
    cwd: folder.path,
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" },
    stdout: "pipe",
    stderr: "pipe",
    timeout: 100_000,
  });
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed:\n${output}${errors}`);
  return output;
}
const runPackage = (name: string, ...args: string[]) => run(join(packages, ".bin", name), ...args);

beforeAll(async () => {
  const files = [
    "with-hey-api.ts",
    "with-openapi-fetch.ts",
    "with-orval.ts",
    "orval.config.ts",
    "tsconfig.json",
    ".spectral.yaml",
  ];
  for (const file of files) cpSync(join(clients, file), inFolder(file));
  symlinkSync(packages, inFolder("node_modules"));
});

describe("linters", () => {
  beforeAll(async () => {
    const world = await openWorld();
    await Bun.write(inFolder("linted.json"), await (await world.fetch("/openapi.json")).text());
  });

  test("redocly finds nothing", async () => {
    const output = await run(join(root, "node_modules/.bin/redocly"), "lint", "--format", "json", "linted.json");
    expect(JSON.parse(output).totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
  });

  test("spectral finds nothing", async () => {
    expect(
      await runPackage("spectral", "lint", "--format", "json", "--fail-severity", "hint", "linted.json"),
    ).toStartWith("[]");
  });
});

describe("generated clients", () => {
  beforeAll(async () => {
    const world = await openWorld();
    const document = await (await world.fetch("/openapi.json")).json();
    const local = { ...(document as object), servers: [{ url: `${world.url}/api/v1` }] };
    await Bun.write(inFolder("openapi.json"), JSON.stringify(local));
    await runPackage("openapi-typescript", "openapi.json", "--output", "openapi-typescript.gen.ts");
    await runPackage(
      "openapi-ts",
      "--input",
      "openapi.json",
      "--output",
      "hey-api",
      "--client",
      "@hey-api/client-fetch",
    );
    await runPackage("orval", "--config", "orval.config.ts");
  });

  test("compile under strict TypeScript", async () => {
    expect(await run(join(root, "node_modules/.bin/tsc"), "--project", ".")).toBe("");
  });

  test.each(["openapi-fetch", "hey-api", "orval"])(
    "%s registers, signs in, creates an organization and a key, and lists members with it",
    async (name) => {
      expect(await run(`with-${name}.ts`)).toBe(`${name}@example.com owner\nINSUFFICIENT_SCOPE\n`);
    },
  );
});
