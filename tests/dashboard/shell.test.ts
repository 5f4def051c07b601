import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { closeTabs, hasBrowser } from "../support/browser";
import { type DashboardTab, openDashboard } from "../support/dashboard";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let organization: string;
let tab: DashboardTab;
let page: Page;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await openWorld();
  ada = await world.person("Ada");
  ({ id: organization } = await ada.bask.organizations.create({ name: "Analytical Engines", slug: "engines" }));
  await ada.bask.apiKeys.create(organization, { name: "Website" });
  tab = await openDashboard(world);
  page = tab.page;
  await tab.enter(ada);
  await tab.open("/o/engines/keys");
  await page.getByRole("link", { name: "Website" }).waitFor();
});
afterAll(closeTabs);

/** Answers requests to a part of the API in place of the server, until it is called again. */
async function answer(path: string, respond: Parameters<Page["route"]>[1]) {
  await page.route(`**/api/v1/${path}`, respond);
  return () => page.unroute(`**/api/v1/${path}`);
}
const refusal = (status: number, code: string, message: string) => ({
  status,
  contentType: "application/json",
  headers: { "X-Request-Id": "req-4711" },
  body: JSON.stringify({ error: { code, message, requestId: "req-4711" } }),
});
const openForm = async (name: string) => {
  await tab.open("/o/engines/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
};
const send = () => page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();

describe.skipIf(!hasBrowser)("the frame of the pages", () => {
  test("has keys: / searches, ? says which there are, and both are letters while someone types", async () => {
    await page.keyboard.press("/");
    const search = page.getByRole("searchbox");
    expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type("a/?b");
    expect(await search.inputValue()).toBe("a/?b");
    await search.fill("");
    await search.blur();
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    expect(await tab.check()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor({ state: "detached" });
  });

  test("links to the product's own pages, for who may see them", async () => {
    const links = [
      { label: "Projects", to: "/projects?of={organization}", needs: "organization:read" },
      { label: "Forbidden", to: "/forbidden", needs: "projects:read" },
    ];
    await page.route("**/dashboard/o/engines/keys", async (route) => {
      const response = await route.fetch();
      const html = await response.text();
      const meta = `<meta name="bask-links" content="${JSON.stringify(links).replaceAll('"', "&quot;")}">`;
      await route.fulfill({ response, body: html.replace(/<meta name="bask-links"[^>]*>/, meta) });
    });
    await tab.open("/o/engines/keys");
    const link = page.getByRole("navigation").getByRole("link", { name: "Projects" });
    expect(await link.getAttribute("href")).toBe(`/projects?of=${organization}`);
    expect(await page.getByRole("link", { name: "Forbidden" }).count()).toBe(0);
    await page.getByRole("link", { name: "Website" }).waitFor(); // what is loading when a route ends can be lost
    await page.unroute("**/dashboard/o/engines/keys");
  });

  test("says that the browser is offline, and when it is not any more", async () => {
    const notice = page.getByText("You are offline. What you see may be old.");
    await page.context().setOffline(true);
    await notice.waitFor();
    expect(await page.getByRole("link", { name: "Website" }).count()).toBe(1);
    await page.context().setOffline(false);
    await notice.waitFor({ state: "detached" });
  });

  test("keeps what was typed when the server is gone, and sends it when it is back", async () => {
    await openForm("Through the storm");
    const back = await answer(`organizations/${organization}/api-keys`, (route) =>
      route.request().method() === "POST" ? route.abort("connectionrefused") : route.fallback(),
    );
    await send();
    await page.getByText("The server cannot be reached.").waitFor();
    expect(await page.getByRole("dialog").getByLabel("Name").inputValue()).toBe("Through the storm");
    await back();
    await send();
    await page.getByRole("heading", { name: "Save this key now" }).waitFor();
    await page.getByRole("button", { name: "I saved it" }).click();
  });

  test("shows an outline while a server is slow, a way to try again when it is dead, and the list when it is back", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const list = `organizations/${organization}/api-keys?*`;
    const slow = await answer(list, async (route) => {
      await held;
      await route.fallback();
    });
    const bare = await answer(`organizations/${organization}/api-keys`, async (route) => {
      await held;
      await route.fallback();
    });
    await tab.open("/o/engines/keys");
    await page.locator(".skeleton").first().waitFor();
    await page.getByRole("heading", { name: "API keys", level: 1 }).waitFor();
    release();
    await page.getByRole("link", { name: "Website" }).waitFor();
    await slow();
    await bare();
    const dead = await answer(`organizations/${organization}/plan`, (route) => route.abort("connectionrefused"));
    await tab.open("/o/engines/plan");
    await page.getByText("The server cannot be reached.").first().waitFor();
    await dead();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await page.getByText("Verifications by one key").waitFor();
  });

  test("shows each refusal where it happened, with the id to ask about it, and loses nothing", async () => {
    for (const [status, code, message] of [
      [403, "FORBIDDEN", "You don't have permission to do this."],
      [403, "PLAN_LIMIT_REACHED", "Your plan's limit of 10 active API keys has been reached."],
      [409, "CONFLICT", "This conflicts with existing data."],
    ] as const) {
      await openForm(code);
      const back = await answer(`organizations/${organization}/api-keys`, (route) =>
        route.request().method() === "POST" ? route.fulfill(refusal(status, code, message)) : route.fallback(),
      );
      await send();
      const alert = page.getByRole("alert");
      await alert.getByText(message).waitFor();
      expect(await alert.textContent()).toContain("Request req-4711");
      expect(await page.getByRole("dialog").getByLabel("Name").inputValue()).toBe(code);
      await back();
    }
  });

  test("leads to the sign-in when the session has ended, and back to the page from there", async () => {
    await tab.open("/o/engines/members");
    await page.getByRole("heading", { name: "Members", level: 1 }).waitFor();
    const other = await world.signIn(ada);
    await other.sessions.revokeOthers();
    await page.getByRole("link", { name: "Roles" }).click();
    await page.getByText("Your session has ended. Sign in again to go on.").waitFor();
    expect(page.url()).toContain(encodeURIComponent("/o/engines/roles"));
    await page.getByLabel("Email").fill(ada.email);
    await page.getByLabel("Password", { exact: true }).fill(ada.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Roles", level: 1 }).waitFor();
  });

  test("keeps a form that is filled in when the session has ended, until another tab has signed in or it is given up", async () => {
    const endSession = async () => (await world.signIn(ada)).sessions.revokeOthers();
    await openForm("After the end");
    await endSession();
    await send();
    await page.getByText("Your session has ended. Sign in in another tab, then send this again.").waitFor();
    expect(await page.getByRole("dialog").getByLabel("Name").inputValue()).toBe("After the end");
    const opened = page.context().waitForEvent("page");
    await page.getByRole("link", { name: "Sign in in a new tab" }).click();
    const other = await opened;
    const closed = other.waitForEvent("close");
    await other.getByLabel("Email").fill(ada.email);
    await other.getByLabel("Password", { exact: true }).fill(ada.password);
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await closed;
    await page.getByText("You are signed in again. Send this once more.").waitFor();
    await send();
    await page.getByRole("heading", { name: "Save this key now" }).waitFor();

    await openForm("Given up");
    await endSession();
    await send();
    await page.getByRole("link", { name: "Sign in in a new tab" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Your session has ended. Sign in again to go on.").waitFor();
    await tab.enter(ada);
  });

  test("prints the page without what surrounds it", async () => {
    await tab.open("/o/engines/keys");
    await page.getByRole("link", { name: "Website" }).waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".sidebar").isVisible()).toBe(false);
    expect(await page.getByRole("link", { name: "Website" }).isVisible()).toBe(true);
    await page.emulateMedia({ media: "screen" });
  });
});

describe.skipIf(!hasBrowser)("the languages", () => {
  test("are that of the browser, of the choice in the menu, and of the account on a new device", async () => {
    const german = await openDashboard(world, { locale: "de-AT" });
    await german.open("/sign-in");
    await german.page.getByRole("button", { name: "Anmelden", exact: true }).waitFor();
    expect(await german.page.evaluate(() => document.documentElement.lang)).toBe("de");
    expect(await german.check()).toEqual([]);
    await german.page.getByLabel("E-Mail").fill(ada.email);
    await german.page.getByLabel("Passwort", { exact: true }).fill("not the password");
    await german.page.getByRole("button", { name: "Anmelden", exact: true }).click();
    await german.page.getByText("E-Mail oder Passwort ist falsch.").waitFor();
    // The browser logs that it was refused.
    german.faults.length = 0;
    await german.enter(ada);
    await german.open("/account/sessions");
    await german.page.getByText("Chrome auf Linux").first().waitFor();
    await german.open("/o/engines/keys");
    await german.page.getByRole("heading", { name: "API-Schlüssel", level: 1 }).waitFor();
    await german.page.getByText("in 3 Monaten").or(german.page.getByText("Nie")).first().waitFor();
    await german.page.getByRole("button", { name: /Mein Konto/ }).click();
    await german.page.getByRole("menuitemradio", { name: "English" }).click();
    await german.page.getByRole("heading", { name: "API keys", level: 1 }).waitFor();
    expect(german.faults).toEqual([]);
    await german.page.context().close();

    await ada.bask.auth.login({ email: ada.email, password: ada.password });
    await ada.bask.me.update({ preferences: { language: "de" } });
    const elsewhere = await openDashboard(world);
    await elsewhere.enter(ada);
    await elsewhere.open("/o/engines/keys");
    await elsewhere.page.getByRole("heading", { name: "API-Schlüssel", level: 1 }).waitFor();
    await ada.bask.me.update({ preferences: { language: null } });
    await elsewhere.page.context().close();
  });
});
