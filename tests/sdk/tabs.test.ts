import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { parseConfig } from "../../src/config/config";
import type { AuthChange, Bask } from "../../src/sdk/client";
import { closeTabs, hasBrowser, openTab } from "../support/browser";
import { freePort } from "../support/free-port";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

declare const bask: Bask;
declare const heard: string[];

let world: World;
let ada: Person;
let url: string;
let sdk: string;
beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  const { publicUrl, appUrl } = parseConfig({ PUBLIC_URL: url });
  world = await openWorld({ port, config: { publicUrl, appUrl } });
  ada = await world.person("Ada");
  const built = await Bun.build({ entrypoints: ["src/sdk/client.ts"], target: "browser", minify: true });
  sdk = (await built.outputs[0]!.text()).replace(/export\s*\{([\s\S]*)\};?\s*$/, (_, names: string) => {
    const name = /(\w+) as createClient/.exec(names)![1];
    return `globalThis.createClient = ${name};`;
  });
});
afterAll(closeTabs);

/** Requests for a refresh, from all tabs. */
let refreshes = 0;
beforeEach(() => {
  refreshes = 0;
});

/** Loads a page with a client in it, in a new tab or again in the same one. */
async function load(tab: Page, options: string): Promise<Page> {
  await tab.goto(`${url}/reset-password`);
  await tab.evaluate(`(() => { ${sdk} })();
    globalThis.bask = createClient({ url: location.origin, ${options} });
    globalThis.heard = [];
    bask.onAuthChange(({ type }) => heard.push(type));`);
  return tab;
}

async function openTabs(count: number, options: string): Promise<Page[]> {
  const first = await openTab();
  const tabs = [first];
  while (tabs.length < count) tabs.push(await first.context().newPage());
  for (const tab of tabs) {
    tab.on("request", (request) => {
      if (request.url().endsWith("/auth/refresh")) refreshes++;
    });
    await load(tab, options);
  }
  return tabs;
}

const signIn = (tab: Page) =>
  tab.evaluate((credentials) => bask.auth.login(credentials).then(() => undefined), {
    email: ada.email,
    password: ada.password,
  });
const emailOf = (tab: Page) => tab.evaluate(() => bask.me.get().then(({ email }) => email));
const heardIn = (tab: Page) => tab.evaluate(() => heard);
/** Waits until a tab heard something from another one. */
const hears = (tab: Page, expected: AuthChange["type"]) =>
  tab.evaluate(
    (expected) =>
      new Promise<void>((resolve) => {
        const look = () => heard.at(-1) === expected && resolve();
        bask.onAuthChange(look);
        look();
      }),
    expected,
  );

describe.skipIf(!hasBrowser)("tabs of one page", () => {
  test("that need a new access token at the same moment send one refresh together, time and again", async () => {
    const tabs = await openTabs(3, "storage: localStorage");
    await signIn(tabs[0]!);
    for (const tab of tabs.slice(1)) await hears(tab, "signed-in");
    for (let round = 1; round <= 3; round++) {
      world.time.pass({ minutes: 16 });
      expect(await Promise.all(tabs.map(emailOf))).toEqual(Array(3).fill(ada.email));
      expect(refreshes).toBe(round);
    }
    const { data } = await (await world.signIn(ada)).me.listAuditLogs({ action: "session.*" });
    expect(data.map(({ action }) => action)).not.toContain("session.reuse_detected");
    await tabs[0]!.context().close();
  });

  test("hear at once that another one signed out or in", async () => {
    for (const mode of ["storage: localStorage", "cookie: true"]) {
      const [first, second] = (await openTabs(2, mode)) as [Page, Page];
      await signIn(first);
      await hears(second, "signed-in");
      expect(await emailOf(second)).toBe(ada.email);
      await second.evaluate(() => bask.auth.logout().then(() => undefined));
      await hears(first, "signed-out");
      const refusal = await first.evaluate(() => bask.me.get().catch((error: { code: string }) => error.code));
      expect([mode, refusal]).toEqual([mode, "UNAUTHORIZED"]);
      await first.context().close();
    }
  });

  test("keep the session of a cookie over a reload, without a token that a script could read", async () => {
    const [first, second] = (await openTabs(2, "cookie: true")) as [Page, Page];
    await signIn(first);
    await load(first, "cookie: true");
    expect(await Promise.all([first, first, second].map(emailOf))).toEqual(Array(3).fill(ada.email));
    expect(await heardIn(first)).toEqual(["signed-in"]);
    expect(refreshes).toBeLessThanOrEqual(2);
    const readable = await first.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }));
    expect(readable).toBe('{"bask.session":"yes"}');
    await first.context().close();
  });

  test("go on where one died in the middle of a refresh", async () => {
    const [first, second] = (await openTabs(2, "storage: localStorage")) as [Page, Page];
    await signIn(first);
    await hears(second, "signed-in");
    world.time.pass({ minutes: 16 });
    await first.route("**/auth/refresh", () => {});
    const left = first.evaluate(() => void bask.me.get().catch(() => {}));
    await first.waitForRequest("**/auth/refresh");
    await left;
    await first.close();
    expect(await emailOf(second)).toBe(ada.email);
    await second.context().close();
  });
});
