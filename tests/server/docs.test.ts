import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { problems } from "../../src/problems";
import { type ReferenceEntry, referenceOf } from "../../src/server/docs/reference";
import { docsPages } from "../../src/server/docs/site";
import { routeGroups, routes } from "../../src/server/routes";
import { accessibilityFaults, hasBrowser, openTab, returnTabs } from "../support/browser";
import { temporaryFolder } from "../support/process";
import { openWorld, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
beforeAll(async () => {
  const { port } = Bun.serve({ port: 0, fetch: () => new Response() });
  world = await openWorld({ config: { publicUrl: `http://127.0.0.1:${port}` } });
});
afterEach(returnTabs);

const pages = docsPages(routeGroups);
const textOf = async (path: string) => (await world.fetch(path)).text();

describe("the documentation", () => {
  test("has every operation with its fields, examples, errors and permission, and every error", async () => {
    const all = (await Promise.all(pages.map(({ path }) => textOf(path)))).join("");
    for (const { operationId, needs, path } of routes) {
      expect(all).toContain(`<section class="operation" id="${operationId}">`);
      if (needs?.includes(":")) expect(all).toContain(`Needs <code>${needs}</code>`);
      expect(all.replaceAll(/<\/?b>|<wbr>/g, "")).toContain(
        `<code>/api/v1${path.replaceAll(/:(\w+)/g, "{$1}")}</code>`,
      );
    }
    for (const code of Object.keys(problems)) expect(all).toContain(`<h2 id="${code.toLowerCase()}">`);
  });

  test("loads its own styles and script, and nothing else", async () => {
    for (const { path } of pages) {
      const response = await world.fetch(path);
      const html = await response.text();
      expect([path, response.status]).toEqual([path, 200]);
      const policy = response.headers.get("content-security-policy")!;
      expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
      expect(policy).not.toContain("unsafe");
      const loaded = [...html.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"/g)].map(
        ([, url]) => url,
      );
      expect(loaded).toEqual([`${path}.md`, "data:,", "/docs/docs.css", "/docs/docs.js"]);
      expect(html).not.toMatch(/style="|onclick|<style/);
    }
  });

  test("has a Markdown twin of each page, which llms.txt lists, and no link that leads nowhere", async () => {
    const index = await textOf("/llms.txt");
    const anchors = new Map<string, Set<string>>();
    const contents = new Map<string, string>();
    for (const { path } of pages) {
      const twin = await world.fetch(`${path}.md`);
      expect([path, twin.status, twin.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/markdown; charset=utf-8",
      ]);
      expect(await twin.text()).toStartWith("# ");
      expect(index).toContain(`${path}.md)`);
      const html = await textOf(path);
      contents.set(path, html);
      anchors.set(path, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)));
    }
    const others = ["/openapi.json", "/llms.txt", "/docs/docs.css", "/.well-known/jwks.json"];
    const dead = [...contents].flatMap(([path, html]) =>
      [...html.matchAll(/href="([^"]+)"/g)].flatMap(([, href]) => {
        if (/^(https?:|data:)/.test(href!) || others.includes(href!) || href!.endsWith(".md")) return [];
        const [target, anchor] = href!.split("#");
        const ids = anchors.get(target || path);
        return ids && (!anchor || ids.has(anchor)) ? [] : [`${path}: ${href}`];
      }),
    );
    expect(dead).toEqual([]);
  });

  test("has one heading of the first level on a page and skips none, names once, and tables with headers", async () => {
    for (const { path } of pages) {
      const html = await textOf(path);
      const levels = [...html.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
      expect([path, levels.filter((level) => level === 1)]).toEqual([path, [1]]);
      expect([path, levels.filter((level, i) => level - (levels[i - 1] ?? level) > 1)]).toEqual([path, []]);
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
      expect([path, ids.filter((id, i) => ids.indexOf(id) !== i)]).toEqual([path, []]);
      const unnamed = [...html.matchAll(/<(?:a|button)\b(?![^>]*aria-label)[^>]*>\s*<\/(?:a|button)>/g)];
      expect([path, unnamed.map(([tag]) => tag)]).toEqual([path, []]);
      for (const [table] of html.matchAll(/<table>[\s\S]*?<\/table>/g)) expect(table).toContain("<th");
      const scrolls = [...html.matchAll(/<pre\b[^>]*>|<div class="wide"[^>]*>/g)].map(([tag]) => tag);
      expect([path, scrolls.filter((tag) => !tag.includes("tabindex"))]).toEqual([path, []]);
    }
  });

  test("has examples that are shell and Python", async () => {
    const entries: ReferenceEntry[] = routeGroups.flatMap((group) => referenceOf(group, "https://api.example.com"));
    const shell = Bun.spawnSync(["sh", "-n", "-c", entries.map(({ snippets }) => snippets.curl).join("\n")]);
    expect(shell.stderr.toString()).toBe("");
    const python = Bun.which("python3");
    if (!python) return console.log("SKIP examples in Python: there is no python3.");
    const program = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)";
    const stdin = new Blob([JSON.stringify(entries.map(({ snippets }) => snippets.python))]);
    const { stderr } = Bun.spawnSync([python, "-c", program], { stdin });
    expect(stderr.toString()).toBe("");
  });
});

test("the examples in TypeScript compile against the client", async () => {
  using folder = temporaryFolder();
  const [client, admin] = ["client", "admin"].map((name) =>
    JSON.stringify(join(import.meta.dir, `../../src/sdk/${name}`)),
  );
  const entries = routeGroups.flatMap((group) => referenceOf(group, "https://api.example.com"));
  const examples = entries.map(
    ({ id, snippets }) => `export async function ${id}() {\n${snippets.typescript.replaceAll(/^import .*\n/gm, "")}\n}`,
  );
  const file = join(folder.path, "examples.ts");
  writeFileSync(
    file,
    `import { type ClientOptions, createClient } from ${client};\nimport { withAdmin } from ${admin};\ndeclare const key: string;\ndeclare const tokens: ClientOptions["tokens"];\n${examples.join("\n")}`,
  );
  const options =
    "--noEmit --strict --target esnext --module preserve --moduleResolution bundler --skipLibCheck --ignoreConfig";
  const tsc = [join(import.meta.dir, "../../node_modules/.bin/tsc"), ...options.split(" "), "--types", "", file];
  const { stdout } = Bun.spawnSync([process.execPath, "--bun", ...tsc]);
  expect(stdout.toString()).toBe("");
});

/** Opens a page; a script that fails, or that the policy stops, fails the test. */
async function visit(path: string, options?: Parameters<typeof openTab>[0]): Promise<Page> {
  const tab = await openTab(options);
  tab.on("pageerror", (error) => {
    throw error;
  });
  tab.on("console", (message) => {
    if (/Content.Security.Policy|Trusted/i.test(message.text())) throw new Error(message.text());
  });
  await tab.goto(world.url + path);
  return tab;
}

describe.skipIf(!hasBrowser)("the documentation in a browser", () => {
  /** One page of each kind, a text with code and tables and a reference: what is on the others is made of the same parts. */
  test.each(["/docs/guides/sign-in", "/docs/api/roles"])(
    "is accessible and fits, light and dark, on a phone and on a screen: %s",
    async (path) => {
      const tab = await visit(path);
      for (const colorScheme of ["light", "dark"] as const)
        for (const width of [1280, 390]) {
          await tab.emulateMedia({ colorScheme });
          await tab.setViewportSize({ width, height: 900 });
          expect([colorScheme, width, await accessibilityFaults(tab)]).toEqual([colorScheme, width, []]);
          expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        }
    },
  );

  test("fits a phone, every page", async () => {
    const tab = await visit("/docs", { viewport: { width: 390, height: 900 } });
    const wide: string[] = [];
    for (const { path } of pages) {
      await tab.goto(world.url + path, { waitUntil: "domcontentloaded" });
      if ((await tab.evaluate(() => document.documentElement.scrollWidth)) !== 390) wide.push(path);
    }
    expect(wide).toEqual([]);
  });

  test("is searched with the keyboard alone", async () => {
    const tab = await visit("/docs");
    await tab.keyboard.press("/");
    await tab.keyboard.type("rotate key");
    await tab
      .getByRole("link", { name: /^Rotate an API key/ })
      .first()
      .waitFor();
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Enter");
    await tab.waitForURL(/\/docs\/api\/api-keys#rotateApiKey$/);
    await tab.keyboard.press("/");
    await tab.keyboard.type("xylophones");
    await tab.getByText("Nothing found.").waitFor();
    await tab.keyboard.press("Escape");
    expect(await tab.locator("#results").isVisible()).toBe(false);
  });

  test("finds what a newcomer types, by the words of titles and texts", async () => {
    const tab = await visit("/docs");
    const first = {
      "rotate a key": "/docs/api/api-keys#rotateApiKey",
      "how do I rotate my keys": "/docs/api/api-keys#rotateApiKey",
      "401": "/docs/errors#unauthorized",
      invites: "/docs/api/invitations#createInvitation",
      "webhook signature": "/docs/guides/webhooks#receive",
      "rate limits": "/docs/guides/limits",
      nextjs: "/docs/guides/next",
      "Next.js": "/docs/guides/next",
      "lost authenticator": "/docs/guides/two-factor#when-the-phone-is-lost",
      cors: "/docs/guides/cookie-mode#where-it-works",
      csrf: "/docs/guides/cookie-mode#where-it-works",
      "verify jwt": "/docs/guides/verify#access-tokens-offline",
      "google login": "/docs/guides/sdk#providers",
      mcp: "/docs/guides/mcp",
    };
    const found: Record<string, string | null> = {};
    for (const words of Object.keys(first)) {
      await tab.getByLabel("Search the docs").fill(words);
      found[words] = await tab.locator("#results a").first().getAttribute("href");
    }
    expect(found).toEqual(first);
  });

  test("shows examples in the language that was chosen, also on the next page", async () => {
    const tab = await visit("/docs/api/api-keys");
    const example = tab.locator("#createApiKey .example").first();
    await example.getByRole("button", { name: "Python" }).click();
    expect(await example.locator("pre:visible").innerText()).toContain("requests.post");
    await tab.goto(`${world.url}/docs/api/members`);
    expect(await tab.locator("#listMembers .example pre:visible").first().innerText()).toContain("requests.get");
  });

  test("sends a request with an API key, and shows what it answered", async () => {
    const ada = await world.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Acme" });
    const { key } = await ada.bask.apiKeys.create(id, { name: "Docs", scopes: ["members:read"] });
    const tab = await visit("/docs/api/members");
    await tab.getByRole("button", { name: "Credential" }).click();
    await tab.getByLabel("API key or access token").fill(key);
    await tab.getByRole("button", { name: "Use it" }).click();
    await tab.getByRole("button", { name: "API key in use" }).waitFor();
    const form = tab.locator("#listMembers-try");
    await form.getByText("Try it").click();
    await form.getByRole("button", { name: "Send" }).click();
    await form.getByText("id is missing.").waitFor();
    await form.getByLabel("id", { exact: true }).fill(id);
    await form.getByRole("button", { name: "Send" }).click();
    await form.getByText(/^200 OK/).waitFor();
    expect(await form.locator(".answer pre").innerText()).toContain(ada.email);
    await form.getByLabel("limit").fill("x");
    await form.getByRole("button", { name: "Send" }).click();
    await form.getByText(/^422/).waitFor();
    await tab.reload();
    await tab.getByRole("button", { name: "API key in use" }).click();
    await tab.getByRole("button", { name: "Forget" }).click();
    await tab.getByText("No credential is in use.").waitFor();
  });

  test("opens its list of pages on a phone", async () => {
    const tab = await visit("/docs", { viewport: { width: 390, height: 800 } });
    expect(await tab.getByRole("link", { name: "Webhook events" }).isVisible()).toBe(false);
    await tab.getByRole("button", { name: "Menu" }).click();
    await tab.getByRole("link", { name: "Webhook events" }).click();
    await tab.getByRole("heading", { name: "Webhook events" }).waitFor();
  });
});
