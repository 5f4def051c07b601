import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSdk, sdkSizes } from "../../scripts/sdk/build";
import { temporaryFolder } from "../support/process";
import { expected, program, rendered, strict, typed } from "../support/sdk-package";
import { openWorld, type World } from "../support/world";

const root = join(import.meta.dir, "../..");
const folder = temporaryFolder();
const project = join(folder.path, "project");
const node = Bun.which("node");
const npm = Bun.which("npm");
if (!node || !npm) console.log("SKIP the SDK in Node: there is no node and npm on the PATH.");
let world: World;

/** Runs a command in the project; what it prints, and fails with that if it fails. */
async function run(command: string[], input?: string): Promise<string> {
  const child = Bun.spawn(command, { cwd: project, stdin: new Blob([input ?? ""]), stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

/** A fresh project with nothing but the package, as it is published, and React. */
beforeAll(async () => {
  world = await openWorld();
  const built = await buildSdk(join(folder.path, "sdk"));
  mkdirSync(join(project, "node_modules"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
  const pack = npm ? [npm, "pack", "--silent"] : [process.execPath, "pm", "pack", "--quiet"];
  const destination = npm ? "--pack-destination" : "--destination";
  const packed = Bun.spawnSync([...pack, destination, folder.path], { cwd: built });
  if (!packed.success) throw new Error(packed.stderr.toString());
  const tarball = readdirSync(folder.path).find((name) => name.endsWith(".tgz"))!;
  mkdirSync(join(project, "node_modules/bask"));
  await run(["tar", "xzf", join(folder.path, tarball), "-C", "node_modules/bask", "--strip-components", "1"]);
  for (const name of ["react", "react-dom", "scheduler", "@types"])
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
});
afterAll(async () => {
  await world.close();
  folder[Symbol.dispose]();
});

// What it does with a database is the same with both: it is tried with one.
const once = describe.skipIf(process.env.DATABASE_URL !== undefined);

/** How access tokens are verified here, where time stands still. */
const tokens = () => `{ url: "https://bask.test", jwksUrl: "${world.url}/.well-known/jwks.json",
  clock: { now: () => ${world.time.now()}, after: () => () => {}, random: () => 0 } }`;

once("the package, installed from its tarball,", () => {
  test.skipIf(!node)("works in Node", async () => {
    writeFileSync(join(project, "node.mjs"), program("node@example.com", world.url, tokens()));
    expect(JSON.parse(await run([node!, "node.mjs"]))).toEqual(expected);
  });

  test("works in Bun", async () => {
    writeFileSync(join(project, "bun.mjs"), program("bun@example.com", world.url, tokens()));
    expect(JSON.parse(await run([process.execPath, "bun.mjs"]))).toEqual(expected);
  });

  test.each([
    ["without the DOM library", ["--lib", "es2022", "--types", "react"]],
    ["with it", ["--lib", "es2022,dom", "--types", "react"]],
  ])("compiles in strict TypeScript %s, where libraries are checked too", async (_, libraries) => {
    writeFileSync(join(project, "strict.ts"), typed);
    const tsc = join(root, "node_modules/.bin/tsc");
    for (const how of [
      ["nodenext", "nodenext"],
      ["preserve", "bundler"],
    ] as const) {
      const modules = ["--module", how[0], "--moduleResolution", how[1], "--target", "es2022"];
      await run([tsc, "--ignoreConfig", ...strict, ...libraries, ...modules, "strict.ts"]);
    }
  });

  test.skipIf(!node)("renders on a server", async () => {
    writeFileSync(join(project, "render.mjs"), rendered);
    expect(await run([node!, "render.mjs"])).toBe("<p>signed-in Ada</p>\n");
  });

  test("depends on nothing, and is as small as promised", async () => {
    const manifest = await Bun.file(join(project, "node_modules/bask/package.json")).json();
    expect([manifest.name, manifest.dependencies]).toEqual(["bask", undefined]);
    for (const { entry, bytes, max } of await sdkSizes()) expect([entry, bytes]).toEqual([entry, Math.min(bytes, max)]);
  });
});
