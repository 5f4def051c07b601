import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { expectReason } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let bea: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  [ada, bea] = await Promise.all([world.person("Ada"), world.person("Bea")]);
  ({ id: organization } = await ada.bask.organizations.create({ name: "Analytical Engines", slug: "engines" }));
  await admit(world, organization, bea, "member");
});
afterEach(returnTabs);

const button = ({ page }: DashboardTab, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const told = ({ page }: DashboardTab, sentence: string) => page.getByRole("status").getByText(sentence).waitFor();

describe.skipIf(!hasBrowser)("personal access tokens in the dashboard", () => {
  for (const look of looks) {
    test(`one is created, shown once, works, is rotated and revoked (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await tab.enter(ada);
      await tab.open("/account/tokens");
      await page.getByRole("heading", { name: "Personal access tokens" }).waitFor();
      expect(await tab.check()).toEqual([]);
      await button(tab, "Create token").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill(`Laptop ${look.viewport.width}`);
      await dialog.getByLabel("Organization", { exact: true }).selectOption(organization);
      expect(await tab.check()).toEqual([]);
      await dialog.getByRole("button", { name: "Create token" }).click();
      await page.getByRole("heading", { name: "Save this token now" }).waitFor();
      const token = (await dialog.locator("pre").first().textContent())!.trim();
      expect(token).toMatch(/^bsp_/);
      expect(await tab.check()).toEqual([]);
      await world.machine(token).members.list(organization);
      await button(tab, "I saved it").click();

      const actions = `Actions for Laptop ${look.viewport.width}`;
      await button(tab, actions).click();
      await page.getByRole("menuitem", { name: "Rotate" }).click();
      await dialog.getByLabel("Now").check();
      await dialog.getByRole("button", { name: "Rotate" }).click();
      await button(tab, "I saved it").click();
      await expectReason(world.machine(token).whoami(), "token_expired");
      for (const { id } of (await ada.bask.personalTokens.list()).data) await ada.bask.personalTokens.revoke(id);
      await ada.bask.personalTokens.create({ name: "Old laptop" });
      await tab.open("/account/tokens");
      await button(tab, "Actions for Old laptop").click();
      await page.getByRole("menuitem", { name: "Revoke" }).click();
      await dialog.getByRole("button", { name: "Revoke" }).click();
      await told(tab, "The token is revoked.");
      expect(await tab.check()).toEqual([]);
    });
  }

  test("an organization demands approval, approves a token and ends its access", async () => {
    const { token } = await bea.bask.personalTokens.create({ name: "Script", scopes: ["members:read"] });
    const script = world.machine(token);
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/engines/policy");
    await page.getByLabel("Need the approval of an admin").check();
    await button(tab, "Save").click();
    await told(tab, "The policy is saved.");
    expect(await tab.check()).toEqual([]);
    await expectReason(script.members.list(organization), "token_awaits_approval");

    await tab.open("/o/engines/tokens");
    await page.getByText("Awaits approval").waitFor();
    expect(await tab.check()).toEqual([]);
    const dialog = page.getByRole("dialog");
    for (const [item, sentence] of [
      ["Approve", "The token is approved."],
      ["End access", "The access of the token is ended."],
    ] as const) {
      if (item === "End access") await script.members.list(organization);
      await button(tab, "Actions for Script").click();
      await page.getByRole("menuitem", { name: item }).click();
      await dialog.getByRole("button", { name: item }).click();
      await told(tab, sentence);
    }
    await expectReason(script.members.list(organization), "token_ended");
  });
});
