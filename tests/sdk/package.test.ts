import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSdk, sdkSizes } from "../../scripts/sdk/build";
import { temporaryFolder } from "../support/process";
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

/** What a product does with it. */
const program = (email: string) => `
import { createClient, isBaskError } from "bask";
import { createApiKeyVerifier, verifyAccessToken, verifyWebhook } from "bask/server";
const url = ${JSON.stringify(world.url)};
const bask = createClient({ url });
const password = "correct horse battery staple";
await bask.auth.register({ email: "${email}", password, fullName: "Ada" });
await bask.auth.login({ email: "${email}", password });
const { id } = await bask.organizations.create({ name: "Acme" });
const { key, id: keyId } = await bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
const machine = createClient({ url, apiKey: key });
const names = [];
for await (const { name } of machine.apiKeys.list(id)) names.push(name);
const claims = await verifyAccessToken(bask.tokens().accessToken, {
  url: "https://bask.test", jwksUrl: url + "/.well-known/jwks.json", clock: { now: () => ${world.time.now()}, after: () => () => {}, random: () => 0 } });
const verification = await createApiKeyVerifier({ url, apiKey: key })(key);
const refusal = await verifyWebhook("{}", {}, { secret: "whsec_AAAA" }).catch((error) => error.name);
const missing = await bask.organizations.get("org_none").catch((error) => isBaskError(error, "NOT_FOUND") && error.requestId.length > 0);
console.log(JSON.stringify([names, claims.userId === (await bask.me.get()).id, verification.keyId === keyId, refusal, missing]));
await bask.auth.logout();
`;
const expected = [["Robot"], true, true, "WebhookVerificationError", true];

once("the package, installed from its tarball,", () => {
  test.skipIf(!node)("works in Node", async () => {
    writeFileSync(join(project, "node.mjs"), program("node@example.com"));
    expect(JSON.parse(await run([node!, "node.mjs"]))).toEqual(expected);
  });

  test("works in Bun", async () => {
    writeFileSync(join(project, "bun.mjs"), program("bun@example.com"));
    expect(JSON.parse(await run([process.execPath, "bun.mjs"]))).toEqual(expected);
  });

  const source = `
import { type ApiKey, type Bask, createClient, isBaskError, type Scope } from "bask";
import { useList, useMutation, useSession } from "bask/react";
import { verifyWebhook } from "bask/server";

const bask: Bask = createClient({ url: "https://api.example.com", timeout: 5_000 });
const scopes: Scope[] = ["members:read", "api-keys:*"];
export async function keys(organization: string): Promise<ApiKey[]> {
  const { data, rateLimit } = await bask.apiKeys.list(organization, { status: "active" }).withResponse();
  if (rateLimit && rateLimit.remaining < 10) return [];
  const { key } = await bask.apiKeys.create(organization, { name: "Robot", scopes });
  const found: ApiKey[] = [...data.data];
  for await (const one of bask.apiKeys.list(organization)) if (one.name !== key) found.push(one);
  return found;
}
export function retryAfter(error: unknown): number | undefined {
  if (isBaskError(error, "CONFLICT") && error.reason === "slug_taken") return 0;
  return isBaskError(error, "RATE_LIMITED") ? error.retryAfter : undefined;
}
export async function receive(body: string, headers: Record<string, string>): Promise<string | undefined> {
  const event = await verifyWebhook(body, headers, { secret: "whsec_..." });
  return event.type === "member.removed" ? event.data.details.role : undefined;
}
export function usePage(organization: string): string {
  const { user } = useSession();
  const { items } = useList("members.list", [organization, { search: "a" }]);
  const { mutate } = useMutation("members.remove");
  for (const { id } of items) mutate(organization, id);
  return user?.fullName ?? "";
}
// @ts-expect-error not a scope
void bask.apiKeys.create("org", { name: "x", scopes: ["members:fly"] });
// @ts-expect-error not a reason of this code
if (isBaskError(0, "RATE_LIMITED") && 0 === ("slug_taken" as const)) void 0;
// @ts-expect-error there is no such method
void bask.users;
`;
  const strict = [
    "--strict",
    "--noEmit",
    "--exactOptionalPropertyTypes",
    "--noUncheckedIndexedAccess",
    "--skipLibCheck",
    "false",
  ];
  test.each([
    ["without the DOM library", ["--lib", "es2022", "--types", "react"]],
    ["with it", ["--lib", "es2022,dom", "--types", "react"]],
  ])("compiles in strict TypeScript %s, where libraries are checked too", async (_, libraries) => {
    writeFileSync(join(project, "strict.ts"), source);
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
    writeFileSync(
      join(project, "render.mjs"),
      `import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { createClient } from "bask";
import { BaskProvider, useSession } from "bask/react";
const Page = () => { const { status, user } = useSession(); return h("p", null, status + " " + (user?.fullName ?? "")); };
const client = createClient({ url: "http://127.0.0.1:9", cookie: true });
console.log(renderToString(h(BaskProvider, { client, initialUser: { fullName: "Ada" } }, h(Page))));`,
    );
    expect(await run([node!, "render.mjs"])).toBe("<p>signed-in Ada</p>\n");
  });

  test("depends on nothing, and is as small as promised", async () => {
    const manifest = await Bun.file(join(project, "node_modules/bask/package.json")).json();
    expect([manifest.name, manifest.dependencies]).toEqual(["bask", undefined]);
    for (const { entry, bytes, max } of await sdkSizes()) expect([entry, bytes]).toEqual([entry, Math.min(bytes, max)]);
  });
});
