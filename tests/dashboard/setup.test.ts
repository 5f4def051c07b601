import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { setUpLink } from "../../src/installation/setup";
import { hasBrowser, returnTabs } from "../support/browser";
import { looks, openDashboard } from "../support/dashboard";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);
afterEach(returnTabs);

describe.skipIf(!hasBrowser)("the first run", () => {
  for (const look of looks) {
    test(`leads from the printed link to a key that works, in three screens, across reloads (${look.name})`, async () => {
      const world = await openWorld();
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await page.goto((await setUpLink(world.app, world.url))!);
      await page.getByLabel("Full name").fill("Ada Lovelace");
      await page.getByLabel("Email").fill("ada@example.com");
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
      expect(await tab.check()).toEqual([]);
      await page.getByRole("button", { name: "Create account" }).click();
      await page.getByLabel("Name", { exact: true }).waitFor();
      await page.reload();
      await page.getByLabel("Name", { exact: true }).fill("Analytical Engines");
      expect(page.url()).not.toContain("token");
      await page.getByRole("button", { name: "Create organization" }).click();
      await page.getByLabel("Name of the key").waitFor();
      await page.reload();
      await page.getByLabel("Name of the key").press("Enter");
      const key = (await page.locator("pre").first().textContent())!;
      expect(await page.locator("pre").nth(1).textContent()).toContain(`/whoami -H "X-API-Key: ${key}"`);
      expect(await tab.check()).toEqual([]);
      expect(await world.machine(key).whoami()).toMatchObject({ type: "api_key" });
      await page.getByRole("button", { name: "I saved it" }).click();
      await page.getByRole("link", { name: "First key" }).waitFor();
      await page.reload();
      await page.getByRole("link", { name: "First key" }).waitFor();

      expect(await setUpLink(world.app, world.url)).toBeUndefined();
      expect(tab.faults).toEqual([]);
    });
  }

  test("says that the link is over when someone else was first", async () => {
    const world = await openWorld();
    const link = (await setUpLink(world.app, world.url))!;
    await world.person("Grace");
    const tab = await openDashboard(world);
    const { page } = tab;
    await page.goto(link);
    await page.getByLabel("Full name").fill("Ada Lovelace");
    await page.getByLabel("Email").fill("ada@example.com");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByText("the installation has been set up already").waitFor();
    await page.getByText(/^Request /).waitFor();
    expect(await page.getByLabel("Email").inputValue()).toBe("ada@example.com");
  });
});
