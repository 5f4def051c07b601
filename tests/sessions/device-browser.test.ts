import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { parseConfig } from "../../src/config/config";
import { hasTlsBrowser, openProfile } from "../support/browser";
import { makeCertificate } from "../support/certificate";
import type { Bask } from "../support/client";
import { freePort } from "../support/free-port";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

declare const bask: Bask;

const ca = makeCertificate("Test authority");
let world: World;
let ada: Person;
let url: string;
let home: string;
let front: ReturnType<typeof Bun.serve>;
let sdk: string;
/** What browsers sent on their own, and what it was answered. */
const bindings: string[] = [];
let registered = Promise.withResolvers<void>();

/** TLS before the server, as a proxy gives it. */
function openFront(port: number) {
  const { cert, key } = makeCertificate("127.0.0.1", { issuer: ca, ip: "127.0.0.1" });
  return Bun.serve({
    port,
    hostname: "127.0.0.1",
    tls: { cert, key },
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const body = method === "GET" ? null : await request.bytes();
      const response = await world.fetch(pathname + search, { method, headers, body, redirect: "manual" });
      if (pathname.includes("/device-binding")) {
        bindings.push(`${pathname.split("/").at(-1)} ${response.status}`);
        if (pathname.endsWith("/device-binding")) registered.resolve();
      }
      return response;
    },
  });
}

beforeAll(async () => {
  if (!hasTlsBrowser) return;
  const port = await freePort();
  url = `https://127.0.0.1:${port}`;
  const { publicUrl, appUrl } = parseConfig({ PUBLIC_URL: url });
  world = await openWorld({ config: { publicUrl, appUrl } });
  ada = await world.person("Ada");
  front = openFront(port);
  home = await mkdtemp(join(tmpdir(), "bask-browser-"));
  const built = await Bun.build({ entrypoints: ["src/sdk/client.ts"], target: "browser", format: "esm" });
  sdk = (await built.outputs[0]!.text()).replace(/export\s*\{[\s\S]*\};?\s*$/, "");
});
afterAll(async () => {
  if (!hasTlsBrowser) return;
  await front.stop(true);
  await world.close();
  await rm(home, { recursive: true, force: true });
});

async function openPage(context: BrowserContext): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(`${url}/reset-password`);
  await tab.evaluate(`{ ${sdk}; globalThis.bask = createClient({ url: location.origin, cookie: true }); }`);
  return tab;
}
const refresh = (tab: Page) => tab.evaluate(() => bask.auth.refresh().then(() => "refreshed"));

describe.skipIf(!hasTlsBrowser)("a real browser", () => {
  test("binds its session, signs for it also after a restart, and its cookies are worth nothing elsewhere", async () => {
    let context = await openProfile(home, ca.cert);
    let tab = await openPage(context);
    const { email, password } = ada;
    await tab.evaluate((credentials) => bask.auth.login(credentials).then(() => undefined), { email, password });
    await registered.promise;
    const { data } = await tab.evaluate(() => bask.sessions.list());
    expect(data.find(({ isCurrent }) => isCurrent)).toMatchObject({ isBound: true });
    expect(bindings.splice(0)).toEqual(["device-binding 200"]);

    // The proof has ended before its cookie: the server removes it, and the SDK asks again.
    world.time.pass({ minutes: 5 });
    expect(await refresh(tab)).toBe("refreshed");
    expect(bindings.splice(0)).toEqual(["proof 200"]);
    await context.close();

    context = await openProfile(home, ca.cert);
    await context.clearCookies({ name: "__Host-bask_device" });
    tab = await openPage(context);
    expect(await refresh(tab)).toBe("refreshed");
    expect(bindings.splice(0).at(-1)).toBe("proof 200");
    const stolen = await context.cookies();
    world.time.pass({ minutes: 5 });
    const Cookie = stolen.map(({ name, value }) => `${name}=${value}`).join("; ");
    const headers = { Cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json" };
    const thief = await world.fetch("/auth/refresh", { method: "POST", headers, body: "{}" });
    expect(thief.status).toBe(403);
    await context.close();
  });

  test("signs out, and forgets its key when the session is over", async () => {
    registered = Promise.withResolvers();
    const context = await openProfile(home, ca.cert);
    const tab = await openPage(context);
    const { email, password } = ada;
    await tab.evaluate((credentials) => bask.auth.login(credentials).then(() => undefined), { email, password });
    await registered.promise;
    await tab.evaluate(() => bask.auth.logout());
    await context.clearCookies();
    bindings.length = 0;
    await tab.evaluate(() => bask.auth.refresh().catch(() => undefined));
    await tab.evaluate(() => bask.auth.refresh().catch(() => undefined));
    expect(bindings).toEqual(["proof 401"]);
    await context.close();
  });
});
