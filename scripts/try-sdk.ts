#!/usr/bin/env bun
/**
 * Tries the SDK where it will run, from its tarball in fresh projects with packages of the npm registry: Node 20 and 22, Bun, strict
 * TypeScript 5 and 7, server rendering and a Vite bundle of React 18 and 19, the bundle in Chromium with two tabs, and Next.js as its guide says. Prints a table of what was tried;
 * exits with 1 when something failed. It takes minutes, so it is no part of the tests, which try what is here without the registry.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeBrowser, openTab } from "../tests/support/browser";
import { freePort } from "../tests/support/free-port";
import { startBask, temporaryFolder } from "../tests/support/process";
import { expected, program, rendered, strict, typed } from "../tests/support/sdk-package";
import { parseArguments } from "./arguments";
import { buildSdk } from "./sdk/build";
import { useGuide, writeGuide } from "./sdk/next";
import { page } from "./sdk/page";

parseArguments("bun run try:sdk");

const [email, password] = ["ada@example.com", "correct horse battery staple"];
using folder = temporaryFolder();
const packed = await pack();
const [port, pagePort] = [await freePort(), await freePort()];
const url = `http://localhost:${port}`;
const bask = await startBask(folder.path, {
  PORT: String(port),
  PUBLIC_URL: url,
  CORS_ORIGINS: `http://localhost:${pagePort}`,
  TRUSTED_PROXIES: "127.0.0.1",
  DASHBOARD: "off",
});
const rows: string[][] = [];
const nextTypes = ["typescript@5.9", "@types/react@19", "@types/node@22"];

for (const version of ["20", "22"]) {
  const cwd = project(`node${version}`);
  await run(cwd, "npm", "install", "--silent", packed, `node@${version}`);
  await tried(`Node ${version}`, "account, session, organization, key, list, verification", async () => {
    writeFileSync(join(cwd, "program.mjs"), program(`node${version}@example.com`, url));
    return same(await run(cwd, "node_modules/.bin/node", "program.mjs"), expected);
  });
}
const bunProject = project("bun");
await run(bunProject, process.execPath, "add", "--silent", packed);
await tried(`Bun ${Bun.version}`, "the same", async () => {
  writeFileSync(join(bunProject, "program.mjs"), program("bun@example.com", url));
  return same(await run(bunProject, process.execPath, "program.mjs"), expected);
});

for (const version of ["5.9", "7"]) {
  const cwd = project(`typescript${version}`);
  await run(cwd, "npm", "install", "--silent", packed, `typescript@${version}`, "@types/react@19", "react@19");
  writeFileSync(join(cwd, "typed.ts"), typed);
  for (const lib of ["es2022", "es2022,dom"])
    await tried(
      `TypeScript ${version}, ${lib === "es2022" ? "without" : "with"} DOM`,
      "strict, exact optional properties, library checks",
      async () => {
        const how = ["--lib", lib, "--types", "react", "--module", "nodenext", "--target", "es2022"];
        return same(await run(cwd, "node_modules/.bin/tsc", ...strict, ...how, "typed.ts"), "");
      },
    );
}

for (const version of ["18", "19"]) {
  const cwd = project(`react${version}`);
  await run(cwd, "npm", "install", "--silent", packed, `react@${version}`, `react-dom@${version}`, "vite@8");
  await tried(`React ${version} on a server`, "renderToString, no request", async () => {
    writeFileSync(join(cwd, "render.mjs"), rendered);
    return same((await run(cwd, "node", "render.mjs")).trim(), "<p>signed-in Ada</p>");
  });
  await tried(`React ${version}, Vite 8, Chromium`, "two tabs, storage and cookie mode", async () => {
    writeFileSync(
      join(cwd, "index.html"),
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    );
    writeFileSync(join(cwd, "page.js"), page(url, email, password));
    await run(cwd, "npx", "vite", "build", "--logLevel", "error");
    const bundle = await run(cwd, "sh", "-c", "cat dist/assets/*.js");
    for (const unused of ["/admin/users", "WebhookVerificationError"])
      if (bundle.includes(unused)) throw new Error(`the bundle has ${unused}, which the page does not use`);
    return inTwoTabs(join(cwd, "dist"));
  });
}

const nextProject = project("next");
await run(nextProject, "npm", "install", "--silent", packed, "next@16", "react@19", "react-dom@19", ...nextTypes);
await tried("Next.js 16, Chromium", "the files of its guide", async () => {
  writeGuide(nextProject);
  const next = join(nextProject, "node_modules/.bin/next");
  const env = { ...process.env, BASK_URL: url, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
  await run(nextProject, "env", `BASK_URL=${url}`, "NEXT_TELEMETRY_DISABLED=1", next, "build");
  const port = String(await freePort());
  const stdio = { stdout: "pipe", stderr: "ignore" } as const;
  const server = Bun.spawn([next, "start", "-p", port, "-H", "127.0.0.1"], { cwd: nextProject, env, ...stdio });
  try {
    let printed = "";
    for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
      printed += text;
      if (printed.includes("Ready")) break;
    }
    await useGuide(`http://localhost:${port}`, { email, password });
  } finally {
    server.kill();
    await server.exited;
  }
});

await closeBrowser();
bask.kill("SIGTERM");
await bask.exited;
console.log(["| where | what | |", "|---|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n"));
process.exit(rows.every(([, , result]) => result === "works") ? 0 : 1);

/** The package as it is published, and an account that pages sign in to. */
async function pack(): Promise<string> {
  const built = await buildSdk(join(folder.path, "sdk"));
  await run(built, "npm", "pack", "--silent", "--pack-destination", folder.path);
  return join(folder.path, readdirSync(folder.path).find((name) => name.endsWith(".tgz"))!);
}

function project(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module" }));
  return path;
}

/** Runs a command; what it prints. @throws Error with that if it fails */
async function run(cwd: string, ...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

/** @throws Error unless what was printed is what was expected */
function same(printed: string, wanted: unknown) {
  const text = typeof wanted === "string" ? wanted : JSON.stringify(wanted);
  if (printed.trim() !== text) throw new Error(`${printed} in place of ${text}`);
}

async function tried(where: string, what: string, work: () => unknown) {
  const failure = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (error) => String(error),
    );
  if (failure) console.error(`${where}: ${failure}`);
  rows.push([where, what, failure ? "fails" : "works"]);
}

/** Signs in and out in one tab, and looks at the other, with the tokens in a storage and with the cookie. */
async function inTwoTabs(built: string) {
  const account = { email, password, fullName: "Ada Lovelace" };
  const headers = { "Content-Type": "application/json" };
  await fetch(`${url}/api/v1/auth/register`, { method: "POST", headers, body: JSON.stringify(account) });
  const server = Bun.serve({
    port: pagePort,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const { pathname } = new URL(url);
      return new Response(Bun.file(join(built, pathname === "/" ? "index.html" : pathname)));
    },
  });
  try {
    for (const mode of ["?storage", "?cookie"]) {
      const first = await openTab();
      const second = await first.context().newPage();
      const tabs = [first, second];
      const press = (name: string) => first.getByRole("button", { name }).click();
      const show = (text: string) => Promise.all(tabs.map((tab) => tab.getByText(text).waitFor()));
      for (const tab of tabs) await tab.goto(`http://localhost:${pagePort}/${mode}`);
      await show("signed-out no one");
      await press("Sign in");
      await show("signed-in Ada Lovelace");
      // Both tabs refresh at once, three times: the session survives only if no used token is presented.
      for (let i = 0; i < 3; i++)
        await Promise.all(tabs.map((tab) => tab.getByRole("button", { name: "Refresh" }).click()));
      await Promise.all(tabs.map((tab) => tab.reload()));
      await show("signed-in Ada Lovelace");
      await press("Sign out");
      await show("signed-out no one");
      await first.context().close();
    }
  } finally {
    await server.stop(true);
  }
}
