import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { sessions } from "../../src/db/tables";
import { codeOf } from "../support/authenticator";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});
afterEach(returnTabs);

const button = ({ page }: DashboardTab, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const heading = ({ page }: DashboardTab, name: string) =>
  page.getByRole("heading", { name, exact: true }).first().waitFor();
const told = ({ page }: DashboardTab, sentence: string) => page.getByRole("status").getByText(sentence).waitFor();

describe.skipIf(!hasBrowser)("my account", () => {
  for (const look of looks) {
    test(`its pages are accessible (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      await tab.enter(ada);
      await tab.open("/account");
      for (const [path, title] of [
        ["", "Profile"],
        ["/security", "Security"],
        ["/sessions", "Sessions"],
        ["/invitations", "Invitations"],
        ["/activity", "Activity"],
      ] as const) {
        await tab.go(`/account${path}`);
        await heading(tab, title);
        await tab.settled();
        expect([path, await tab.check()]).toEqual([path, []]);
      }
    });
  }

  test("two-factor authentication is turned on with a code, asked for at the next sign-in, and turned off", async () => {
    const grace = await world.person("Grace");
    const tab = await openDashboard(world, looks[1]);
    const { page } = tab;
    await tab.enter(grace);
    await tab.open("/account/security");
    await button(tab, "Turn on").click();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(grace.password);
    await button(tab, "Continue").click();
    await heading(tab, "Set up an authenticator app");
    expect(await tab.check()).toEqual([]);
    const secret = (await page.getByRole("dialog").locator("pre").textContent())!.replaceAll(" ", "");
    await page.getByLabel("Code from the app").fill(codeOf(secret, world.time).replace(/(...)/, "$1 "));
    await button(tab, "Turn on").last().click();
    await heading(tab, "Save your backup codes");
    expect(await tab.check()).toEqual([]);
    const [backupCode] = (await page.getByRole("dialog").locator("pre").textContent())!.split("\n");
    await page.keyboard.press("Escape");
    await button(tab, "I saved them").click();
    await page.getByText("10 backup codes are left.").waitFor();

    const other = await openDashboard(world);
    await other.open("/sign-in");
    await other.page.getByLabel("Email").fill(grace.email);
    await other.page.getByLabel("Password", { exact: true }).fill(grace.password);
    await button(other, "Sign in").click();
    await heading(other, "Two-factor authentication");
    await other.page.getByLabel("Code", { exact: true }).fill(backupCode!);
    await button(other, "Continue").click();
    await heading(other, "Create an organization");

    world.time.pass({ minutes: 1 });
    await button(tab, "Turn off").click();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(grace.password);
    await page.getByRole("dialog").getByLabel("Two-factor code").fill(codeOf(secret, world.time));
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await told(tab, "Two-factor authentication is off.");
    expect(tab.faults).toEqual([]);
  });

  test("the password is changed, which signs out everywhere else, and that page asks to sign in again", async () => {
    const tab = await openDashboard(world);
    const other = await openDashboard(world);
    await tab.enter(ada);
    await other.enter(ada);
    await tab.open("/account/security");
    await tab.page.getByLabel("Current password").fill("not this one");
    await tab.page.getByLabel("New password").fill("a much better password");
    await button(tab, "Change password").click();
    await tab.page.getByText("Incorrect password").waitFor();
    expect(await tab.page.getByLabel("New password").inputValue()).toBe("a much better password");
    await tab.page.getByLabel("Current password").fill(ada.password);
    await button(tab, "Change password").click();
    await told(tab, "The password is changed.");

    await world.app.db.write((tx) => tx.update(sessions).set({ deviceKey: { kty: "EC" } }));
    await other.open("/account/sessions");
    await heading(other, "Sign in to Bask");
    expect(new URL(other.page.url()).search).toBe("?next=%2Faccount%2Fsessions");
    await other.page.getByLabel("Email").fill(ada.email);
    await other.page.getByLabel("Password", { exact: true }).fill("a much better password");
    await button(other, "Sign in").click();
    await heading(other, "Sessions");
    await other.page.getByText("This one").waitFor();
    await other.page.getByText("Bound to its device").first().waitFor();
  });

  test("a sign-in leads to no other site", async () => {
    const linus = await world.person("Linus");
    for (const next of ["//example.com", "https://example.com", "/\\example.com"]) {
      const tab = await openDashboard(world);
      await tab.open(`/sign-in?next=${encodeURIComponent(next)}`);
      await tab.page.getByLabel("Email").fill(linus.email);
      await tab.page.getByLabel("Password", { exact: true }).fill(linus.password);
      await button(tab, "Sign in").click();
      await heading(tab, "Create an organization");
      expect(tab.page.url()).toStartWith(world.url);
    }
  });
});
