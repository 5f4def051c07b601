import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { organizations } from "../../src/db/tables";
import { freePort } from "../support/free-port";
import { agree, registerApp, requestOf } from "../support/oauth";
import { temporaryFolder } from "../support/process";
import { openWorld } from "../support/world";

/** The scenarios of the protocol's own suite for servers that this one can meet, by revision. */
const run = {
  "2025-11-25": ["server-initialize", "ping", "tools-list", "tools-call-error", "dns-rebinding-protection"],
  "2026-07-28": [
    "server-stateless",
    "tools-list",
    "tools-call-error",
    "caching",
    "http-header-validation",
    "dns-rebinding-protection",
    "server-sse-multiple-streams",
    "input-required-result-unsupported-methods",
  ],
};

/** Those for authorization servers. */
const authorization = ["authorization-server-metadata-endpoint", "authorization-code-grant"];

/** Every other scenario of the suite, by why it is not run. */
const notRun: Record<string, string[]> = {
  "The server keeps no sessions and no streams": [
    "server-session-lifecycle",
    "server-sse-polling",
    "server-sse-multiple-streams",
  ],
  "It has tools and neither resources, prompts, completion, logging nor extensions": [
    "resources-list",
    "resources-read-text",
    "resources-read-binary",
    "resources-templates-read",
    "resources-subscribe",
    "resources-unsubscribe",
    "sep-2164-resource-not-found",
    "prompts-list",
    "prompts-get-simple",
    "prompts-get-with-args",
    "prompts-get-embedded-resource",
    "prompts-get-with-image",
    "completion-complete",
    "logging-set-level",
    "sep-2640-skills-directory",
    "sep-2640-skills-enumeration",
    "sep-2640-skills-manifest",
    "tasks-lifecycle",
    "tasks-capability-negotiation",
    "tasks-wire-fields",
    "tasks-request-state-removal",
    "tasks-mrtr-input",
    "tasks-request-headers",
    "tasks-dispatch-and-envelope",
    "tasks-status-notifications",
    "tasks-required-task-error",
    "tasks-mrtr-composition",
  ],
  "They call a tool that is made for the suite and returns what no operation of the API does": [
    "tools-call-simple-text",
    "tools-call-image",
    "tools-call-audio",
    "tools-call-embedded-resource",
    "tools-call-mixed-content",
    "tools-call-with-logging",
    "tools-call-with-progress",
  ],
  "A call of a tool asks the user for nothing": [
    "tools-call-sampling",
    "tools-call-elicitation",
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
    "input-required-result-basic-elicitation",
    "input-required-result-basic-sampling",
    "input-required-result-basic-list-roots",
    "input-required-result-request-state",
    "input-required-result-multiple-input-requests",
    "input-required-result-multi-round",
    "input-required-result-missing-input-response",
    "input-required-result-non-tool-request",
    "input-required-result-result-type",
    "input-required-result-tampered-state",
    "input-required-result-capability-check",
    "input-required-result-ignore-extra-params",
    "input-required-result-validate-input",
  ],
  "It looks for one schema that is made for the suite; tools.test.ts compiles those of all tools as JSON Schema 2020-12":
    ["json-schema-2020-12"],
  "No argument of a tool is repeated in a header (x-mcp-header)": ["http-custom-header-server-validation"],
  "It tests clients of the protocol, and Bask has none: `bask login` signs in to the API": [
    "initialize",
    "tools_call",
    "elicitation-sep1034-client-defaults",
    "sse-retry",
    "request-metadata",
    "auth/metadata-default",
    "auth/metadata-var1",
    "auth/metadata-var2",
    "auth/metadata-var3",
    "auth/basic-cimd",
    "auth/scope-from-www-authenticate",
    "auth/scope-from-scopes-supported",
    "auth/scope-omitted-when-undefined",
    "auth/scope-step-up",
    "auth/scope-retry-limit",
    "auth/token-endpoint-auth-basic",
    "auth/token-endpoint-auth-post",
    "auth/token-endpoint-auth-none",
    "auth/pre-registration",
    "auth/2025-03-26-oauth-metadata-backcompat",
    "auth/2025-03-26-oauth-endpoint-fallback",
    "auth/resource-mismatch",
    "auth/offline-access-scope",
    "auth/offline-access-not-supported",
    "auth/authorization-server-migration",
    "auth/iss-supported",
    "auth/iss-not-advertised",
    "auth/iss-supported-missing",
    "auth/iss-wrong-issuer",
    "auth/iss-unexpected",
    "auth/iss-normalized",
    "auth/metadata-issuer-mismatch",
    "auth/client-credentials-jwt",
    "auth/client-credentials-basic",
    "auth/enterprise-managed-authorization",
    "auth/dpop",
    "auth/dpop-nonce",
    "auth/wif-jwt-bearer",
    "sep-2322-client-request-state",
    "http-standard-headers",
    "http-custom-headers",
    "http-invalid-tool-headers",
    "json-schema-ref-no-deref",
    "json-schema-2020-12-preservation",
    "sep-2640-client-no-prefetch",
    "sep-2640-client-verify-digest",
    "sep-2640-client-verify-size",
    "sep-2640-client-verify-frontmatter",
  ],
};

/** A tool that fails when it is given no arguments, and what the suite calls one. */
const [failing, failingThere] = ["getOrganization", "test_error_handling"];

/** The part of `caching` that is about lists which this server does not have. */
const ofOtherLists = /^sep-2549-(prompts|resources)-/;

interface Check {
  id: string;
  status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
  errorMessage?: string;
}

/** What the suite asks of tools that only a server made for it has: it says so itself. */
const needsItsOwnTools = ({ errorMessage }: Check) => errorMessage?.startsWith("Not testable: server does not list");
const isFault = (check: Check) =>
  check.status === "FAILURE" && !needsItsOwnTools(check) && !ofOtherLists.test(check.id);

test("every scenario of the suite is run, or it is said why not", async () => {
  const { stdout } = Bun.spawn([process.execPath, suite, "list"], { stdout: "pipe", stderr: "ignore" });
  const listed = [...(await new Response(stdout).text()).matchAll(/^ {2}- (\S+) \[(.*)\]$/gm)].map(
    ([, name, revisions]) => ({ name: name!, revisions: revisions!.split(",") }),
  );
  const excused = new Set(Object.values(notRun).flat());
  const isRun = (name: string, revisions: string[]) => {
    const ours = Object.entries(run).filter(([revision]) => revisions.includes(revision));
    return ours.length > 0 && ours.every(([, names]) => names.includes(name));
  };
  const known = (name: string) => excused.has(name) || authorization.includes(name);
  expect(listed.filter(({ name, revisions }) => !known(name) && !isRun(name, revisions))).toEqual([]);
  const names = new Set(listed.map(({ name }) => name));
  expect([...excused, ...authorization, ...Object.values(run).flat()].filter((name) => !names.has(name))).toEqual([]);
}, 180_000);

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
    async fetch(request) {
      const headers = new Headers(request.headers);
      headers.set("Authorization", `Bearer ${key}`);
      if (headers.get("mcp-name") === failingThere) headers.set("Mcp-Name", failing);
      const body = request.body && (await request.text()).replace(failingThere, failing);
      return fetch(world.url + new URL(request.url).pathname, { method: request.method, headers, body });
    },
  });
  for (const [revision, names] of Object.entries(run)) {
    const checks = await runServer(revision, `http://127.0.0.1:${port}/mcp`);
    for (const name of names) {
      const faults = checks(name).filter(isFault);
      expect([revision, name, faults]).toEqual([revision, name, []]);
      expect([revision, name, checks(name).some(({ status }) => status === "SUCCESS")]).toEqual([revision, name, true]);
    }
  }
}, 180_000);

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
  const files = [...new Glob("**/checks.json").scanSync(folder.path)];
  for (const name of authorization) expect(files).toContainEqual(expect.stringContaining(name));
  const checks = files.flatMap((file) => checksIn(join(folder.path, file)));
  expect(checks.filter(({ status }) => status === "FAILURE")).toEqual([]);
}, 180_000);

const suite = Bun.resolveSync("@modelcontextprotocol/conformance/dist/index.js", import.meta.dir);
const checksIn = (file: string): Check[] => JSON.parse(readFileSync(file, "utf8"));

/** Runs all scenarios of a revision. @returns what was checked in one of them */
async function runServer(revision: string, url: string): Promise<(scenario: string) => Check[]> {
  using folder = temporaryFolder();
  const options = ["server", "--url", url, "--suite", "all", "--spec-version", revision, "--output-dir", folder.path];
  await Bun.spawn([process.execPath, suite, ...options], { stdout: "ignore", stderr: "ignore" }).exited;
  const files = [...new Glob("server-*/checks.json").scanSync(folder.path)];
  const checks = new Map(
    files.map((file) => [/^server-(.+)-\d{4}-\d\d-\d\dT/.exec(file)![1], checksIn(join(folder.path, file))]),
  );
  return (scenario) => checks.get(scenario) ?? [];
}
