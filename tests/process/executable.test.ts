import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { assertion, enroll, newAuthenticator } from "../support/passkeys";
import { executable, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

const root = join(import.meta.dir, "../..");
const credentials = { email: "ada@example.com", password: "correct horse battery" };
const folder = temporaryFolder();
const program = executable ?? join(folder.path, "bask");

describe.skipIf(dialect === "postgres")("the executable", () => {
  beforeAll(async () => {
    if (executable !== undefined) return;
    const build = Bun.spawn([process.execPath, join(root, "scripts/build.ts"), program], { stdout: "pipe" });
    expect(await build.exited).toBe(0);
    expect(readdirSync(folder.path)).toEqual(["bask"]);
  });
  afterAll(() => folder[Symbol.dispose]());

  /** Runs it to its end in a folder, with no variables but these. */
  async function run(cwd: string, ...args: string[]) {
    const child = Bun.spawn([program, ...args], { cwd, env: {}, stdout: "pipe", stderr: "pipe" });
    const [stdout, exitCode] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    return { stdout, exitCode };
  }

  /** Starts it in a folder. */
  async function serve(cwd: string) {
    const env = { PORT: "0", LOG_FORMAT: "json", PUBLIC_URL: "https://bask.test" };
    const server = Bun.spawn([program], { cwd, env, stdout: "pipe" });
    let text = "";
    let url: string | undefined;
    for await (const chunk of server.stdout) {
      text += new TextDecoder().decode(chunk);
      url = /listens on ([^\s"]+)"/.exec(text)?.[1];
      if (url) break;
    }
    return { server, url: url! };
  }

  async function signedIn(url: string) {
    const ada = createClient({ url });
    await ada.auth.register({ ...credentials, fullName: "Ada" });
    await ada.auth.login(credentials);
    return ada;
  }

  test("serves from an empty folder: an account, a key, the dashboard, a backup and its restore", async () => {
    using own = temporaryFolder();
    const { server, url } = await serve(own.path);
    const ada = await signedIn(url);
    const { id } = await ada.organizations.create({ name: "Engines" });
    const { key } = await ada.apiKeys.create(id, { name: "CI" });
    expect((await fetch(`${url}/whoami`, { headers: { "X-API-Key": key } })).status).toBe(200);
    const page = await (await fetch(`${url}/dashboard`)).text();
    const script = /src="([^"]+main-[^"]+)"/.exec(page)![1]!;
    expect((await fetch(new URL(script, url), { headers: { "Accept-Encoding": "br" } })).status).toBe(200);

    expect(await run(own.path, "backup", "create", "one.gz")).toMatchObject({ exitCode: 0 });
    expect((await run(own.path, "backup", "verify", "one.gz")).stdout).toContain(
      "1 users, 1 organizations, 1 API keys",
    );
    expect(await run(own.path, "backup", "restore", "one.gz", "--yes")).toMatchObject({ exitCode: 0 });
    expect((await run(own.path, "user", "list")).stdout).toContain("ada@example.com");
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(readdirSync(own.path).sort()).toEqual(["data", "one.gz"]);
  });

  test("has what is loaded later: passkeys, an app for codes, the documentation, the tools of agents", async () => {
    using own = temporaryFolder();
    const { server, url } = await serve(own.path);
    const ada = await signedIn(url);
    const device = newAuthenticator();
    await enroll(ada, device, { password: credentials.password });
    const passkey = await assertion(ada, device);
    expect((await ada.auth.loginWithPasskey(passkey)).user.email).toBe(credentials.email);
    expect((await ada.twoFactor.setup({ password: credentials.password })).secret).toHaveLength(32);
    for (const path of ["/docs", "/docs/docs.js", "/openapi.json"])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
    const { id } = await ada.organizations.create({ name: "Engines" });
    const { key } = await ada.apiKeys.create(id, { name: "CI" });
    const tools = await fetch(`${url}/mcp`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    expect(await tools.text()).toContain("listMembers");
    server.kill();
  });

  test("knows every migration", async () => {
    using own = temporaryFolder();
    const inside = JSON.parse((await run(own.path, "migrate", "--status", "--json")).stdout);
    const names = readdirSync(join(root, "drizzle/sqlite")).filter((file) => file.endsWith(".sql"));
    expect(inside).toEqual(names.sort().map((file) => ({ migration: `bask/${file.slice(0, -4)}`, applied: false })));
  });
});
