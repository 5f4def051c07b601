import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { organizations } from "../../src/db/tables";
import { freePort } from "../support/free-port";
import { agree, registerApp, requestOf } from "../support/oauth";
import { temporaryFolder } from "../support/process";
import { openWorld } from "../support/world";

/** The scenarios of the protocol's own suite that fit a server with tools and nothing else, by revision. */
const scenarios = {
  "2025-11-25": ["server-initialize", "ping", "tools-list", "dns-rebinding-protection", "server-session-lifecycle"],
  "2026-07-28": [
    "server-stateless",
    "tools-list",
    "http-header-validation",
    "dns-rebinding-protection",
    "server-sse-multiple-streams",
    "input-required-result-unsupported-methods",
  ],
};

interface Check {
  id: string;
  status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
  errorMessage?: string;
}

/** What the suite asks of tools that only a server made for it has: it says so itself. */
const needsItsOwnTools = ({ errorMessage }: Check) => errorMessage?.startsWith("Not testable: server does not list");

test("the protocol's conformance suite finds no fault in the endpoint", async () => {
  const port = await freePort();
  const world = await openWorld({ config: { publicUrl: `http://127.0.0.1:${port}` } });
  const { bask } = await world.person("Ada");
  const { id } = await bask.organizations.create({ name: "Acme" });
  await world.app.db.write(async (tx) => void (await tx.update(organizations).set({ plan: "enterprise" })));
  const { key } = await bask.apiKeys.create(id, { name: "Agent", scopes: ["*"] });
  // The suite sends no credential to a server that it tests.
  await using _proxy = Bun.serve({
    port,
    hostname: "127.0.0.1",
    fetch: ({ method, headers, body, url }) => {
      const given = new Headers(headers);
      given.set("Authorization", `Bearer ${key}`);
      return fetch(world.url + new URL(url).pathname, { method, headers: given, body });
    },
  });
  for (const [revision, names] of Object.entries(scenarios)) {
    const checks = await run(revision, `http://127.0.0.1:${port}/mcp`);
    for (const name of names) {
      const faults = checks(name).filter((check) => check.status === "FAILURE" && !needsItsOwnTools(check));
      expect([revision, name, faults]).toEqual([revision, name, []]);
    }
  }
}, 120_000);

test("nor in the authorization server, with a person who agrees", async () => {
  const [port, callbackPort] = [await freePort(), await freePort()];
  const world = await openWorld({ port, config: { publicUrl: `http://127.0.0.1:${port}` } });
  const ada = await world.person("Ada");
  const { id } = await ada.bask.organizations.create({ name: "Acme" });
  const app = await registerApp(world, { redirectUris: [`http://127.0.0.1:${callbackPort}/callback`] });
  using folder = temporaryFolder();
  const given = [
    "--url",
    world.url,
    "--client-id",
    app.id,
    "--resource",
    `${world.url}/mcp`,
    "--port",
    `${callbackPort}`,
  ];
  const running = Bun.spawn([process.execPath, suite, "authorization", ...given, "--output-dir", folder.path], {
    stdout: "pipe",
    stderr: "ignore",
    timeout: 60_000,
  });
  let printed = "";
  for await (const bytes of running.stdout) {
    printed += new TextDecoder().decode(bytes);
    const [url] = /http:\S+\/oauth\/authorize\?\S+(?=\n)/.exec(printed) ?? [];
    if (url === undefined) continue;
    printed = "";
    const { pathname, search } = new URL(url);
    await fetch(await agree(ada, id, await requestOf(world, pathname + search)));
  }
  const checks = [...new Glob("**/checks.json").scanSync(folder.path)].flatMap((file) =>
    checksIn(join(folder.path, file)),
  );
  expect(checks.map(({ id }) => id)).toContain("authorization-code-grant");
  expect(checks.filter(({ status }) => status === "FAILURE")).toEqual([]);
}, 120_000);

const suite = Bun.resolveSync("@modelcontextprotocol/conformance/dist/index.js", import.meta.dir);
const checksIn = (file: string): Check[] => JSON.parse(readFileSync(file, "utf8"));

/** Runs all scenarios of a revision. @returns what was checked in one of them */
async function run(revision: string, url: string): Promise<(scenario: string) => Check[]> {
  using folder = temporaryFolder();
  const options = ["server", "--url", url, "--requirements", revision, "--output-dir", folder.path];
  await Bun.spawn([process.execPath, suite, ...options], { stdout: "ignore", stderr: "ignore" }).exited;
  const files = [...new Glob("server-*/checks.json").scanSync(folder.path)];
  const checks = files.map((file) => [file, checksIn(join(folder.path, file))] as const);
  return (scenario) => checks.find(([file]) => file.startsWith(`server-${scenario}-2`))![1];
}
