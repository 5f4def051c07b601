import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeTabs, hasBrowser, openTab } from "../support/browser";
import { freePort } from "../support/free-port";
import { type BaskProcess, startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

const tutorial = await Bun.file(join(import.meta.dir, "../../docs/tutorial.md")).text();
/** What stands below a heading. */
const step = (heading: string) => tutorial.split(`## ${heading}`)[1]!.split("\n## ")[0]!;
/** The commands of a step that are typed; those that start a process are run by this test. */
const commandsOf = (heading: string) =>
  [...step(heading).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!).filter((text) => !text.includes("npx"));

const folder = temporaryFolder();
const children: Bun.Subprocess[] = [];
let bask: BaskProcess;
let ports: Record<string, string>;
let variables = "";
afterAll(async () => {
  for (const child of children) child.kill();
  bask.kill("SIGTERM");
  await Promise.all([bask.exited, ...children.map(({ exited }) => exited)]);
  await closeTabs();
  folder[Symbol.dispose]();
});

const withPorts = (text: string) =>
  Object.entries(ports).reduce((all, [port, real]) => all.replaceAll(`:${port}`, `:${real}`), text);

/** Types commands into the shell of the steps before, and gives what they print. */
async function type(...commands: string[]): Promise<string> {
  const script = `${variables}\n${withPorts(commands.join("\n"))}\nset | grep -E '^(BASK|JSON|TOKEN|ORGANIZATION|PRODUCT_KEY|MACHINE_KEY|WEBHOOK_SECRET)=' > variables`;
  const shell = Bun.spawn(["bash", "-c", script], { cwd: folder.path, stdout: "pipe", stderr: "inherit" });
  const printed = await new Response(shell.stdout).text();
  variables = await Bun.file(join(folder.path, "variables")).text();
  return printed;
}

const variable = (name: string) => new RegExp(`^${name}='?([^'\n]*)`, "m").exec(variables)![1]!;

/** Starts a file of the tutorial and resolves when it listens. */
async function start(file: string, environment: Record<string, string>) {
  const child = Bun.spawn([process.execPath, file], {
    cwd: folder.path,
    env: { PATH: process.env.PATH, ...environment },
    stdout: "pipe",
  });
  children.push(child);
  const lines = linesOf(child.stdout);
  await lines.next();
  return lines;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

beforeAll(async () => {
  for (const [, file, text] of tutorial.matchAll(/`([\w.]+)`\n\n```(?:ts|html)\n([\s\S]*?)```/g))
    writeFileSync(join(folder.path, file!), text!);
  const [product, listener] = [await freePort(), await freePort()];
  bask = await startBask(folder.path, {
    CORS_ORIGINS: `http://localhost:${product}`,
    OUTBOUND_NETWORKS: "127.0.0.0/8",
    DASHBOARD: "off",
  });
  ports = { 3000: new URL(bask.url).port, 4000: String(product), 5000: String(listener) };
});

describe.skipIf(!Bun.which("curl"))("the tutorial", () => {
  test("makes an account, an organization and two keys", async () => {
    expect(await type(...commandsOf("2. Accounts and an organization"))).toMatch(/org_[0-9a-z]{26}\n$/);
    expect(await type(...commandsOf("3. A key for the product, and one for a machine"))).toBe("bsk_live_\n");
  });

  test("lets a machine create a project, a user read it, and no one else", async () => {
    await start("product.ts", {
      PORT: ports[4000]!,
      BASK_URL: `http://localhost:${ports[3000]}`,
      PRODUCT_KEY: variable("PRODUCT_KEY"),
    });
    expect(await type(...commandsOf("6. A machine creates a project"))).toBe(
      '{"name":"Difference Engine"}{"data":["Difference Engine"]}{"error":"Sign in, or send an API key."}',
    );
  });

  test.skipIf(!hasBrowser)("signs people in on a page, and keeps them signed in", async () => {
    const tab = await openTab();
    await tab.goto(`http://localhost:${ports[4000]}/`);
    await tab.getByLabel("Email").fill("ada@example.com");
    await tab.getByLabel("Password").fill("wrong");
    await tab.getByRole("button", { name: "Sign in" }).click();
    await tab.getByText("Incorrect email or password.").waitFor();
    await tab.getByLabel("Password").fill("correct horse battery");
    await tab.getByRole("button", { name: "Sign in" }).click();
    await tab.getByText("Difference Engine").waitFor();
    await tab.reload();
    await tab.getByText("Difference Engine").waitFor();
  });

  test("tells another service by webhook", async () => {
    const [createWebhook, createKey] = commandsOf("7. A webhook tells another service");
    expect(await type(createWebhook!)).toBe("whsec_\n");
    const lines = await start("listener.ts", { PORT: ports[5000]!, WEBHOOK_SECRET: variable("WEBHOOK_SECRET") });
    expect(await type(createKey!)).toBe('"name":"Third"\n');
    expect((await lines.next()).value).toBe("api_key.created Third");
  });
});
