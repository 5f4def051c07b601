import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let grace: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  grace = await world.person("Grace");
  await world.verify(ada);
  await world.verify(grace);
  ({ id: organization } = await ada.bask.organizations.create({ name: "Analytical Engines", slug: "engines" }));
});
afterEach(returnTabs);

const button = ({ page }: DashboardTab, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const heading = ({ page }: DashboardTab, name: string) =>
  page.getByRole("heading", { name, exact: true }).first().waitFor();
const item = ({ page }: DashboardTab, name: string) => page.getByRole("menuitem", { name }).click();
const told = ({ page }: DashboardTab, sentence: string) => page.getByRole("status").getByText(sentence).waitFor();

describe.skipIf(!hasBrowser)("the pages of an organization", () => {
  for (const look of looks) {
    test(`are reached by their links, and are accessible (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      await tab.enter(ada);
      await tab.open("/o/engines/keys");
      for (const [path, title] of [
        ["mcp", "MCP"],
        ["members", "Members"],
        ["roles", "Roles"],
        ["plan", "Plan and usage"],
        ["audit-log", "Audit log"],
        ["policy", "Policy"],
        ["settings", "Settings"],
      ] as const) {
        await tab.go(`/o/engines/${path}`);
        await heading(tab, title);
        await tab.settled();
        expect([path, await tab.check()]).toEqual([path, []]);
      }
    });
  }

  test("a person is invited, joins, gets another role, and is removed with what they could still use", async () => {
    const tab = await openDashboard(world);
    await tab.enter(ada);
    await tab.open("/o/engines/members");
    await button(tab, "Invite").click();
    const dialog = tab.page.getByRole("dialog");
    await dialog.getByLabel("Email").fill(grace.email);
    await dialog.getByLabel("Role").selectOption("admin");
    await dialog.getByRole("button", { name: "Send invitation" }).click();
    await told(tab, `The invitation to ${grace.email} is on its way.`);
    await tab.page.getByRole("cell", { name: grace.email, exact: true }).waitFor();

    const hers = await openDashboard(world);
    await hers.enter(grace);
    await hers.open("/account/invitations");
    await button(hers, "Accept").click();
    await told(hers, "You are now a member.");
    const { id: key } = await grace.bask.apiKeys.create(organization, { name: "Grace's", preset: "read-only" });
    const known = await ada.bask.apiKeys.create(organization, { name: "Shared", preset: "read-only" });
    await grace.bask.apiKeys.rotate(organization, known.id, { overlap: 1 });

    await tab.page.reload();
    await button(tab, "Actions for Grace Example").click();
    await item(tab, "Change role");
    await tab.page.getByRole("dialog").getByLabel("Role").selectOption("viewer");
    await tab.page.getByText("What they could still use").waitFor();
    await tab.page.getByLabel("Keep it").check();
    await button(tab, "Save").click();
    await told(tab, "The role is changed.");
    await button(tab, "Actions for Grace Example").click();
    await item(tab, "Remove");
    await tab.page.getByText("What they could still use").waitFor();
    await tab.page.getByText("Shared").first().waitFor();
    expect(await tab.check()).toEqual([]);
    await tab.page.getByLabel("Hand their keys to").selectOption({ label: "Ada Example, owner" });
    await button(tab, "Remove").click();
    await told(tab, "The member is removed.");
    expect(await ada.bask.apiKeys.get(organization, key)).toMatchObject({ status: "active" });
    await expect(grace.bask.organizations.get(organization)).rejects.toMatchObject({ status: 404 });
  });

  test("a role is created, and deleted again", async () => {
    const tab = await openDashboard(world);
    await tab.enter(ada);
    await tab.open("/o/engines/roles");
    await button(tab, "Create role").click();
    const dialog = tab.page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Not a name");
    await dialog.getByLabel("members:read").check();
    await dialog.getByRole("button", { name: "Create role" }).click();
    await dialog.getByLabel("Name").and(tab.page.locator('[aria-invalid="true"]')).waitFor();
    tab.faults.length = 0;
    await dialog.getByLabel("Name").fill("support-lead");
    await dialog.getByRole("button", { name: "Create role" }).click();
    await tab.page.getByRole("cell", { name: "support-lead", exact: true }).waitFor();
    expect(await tab.check()).toEqual([]);
    await button(tab, "Actions for support-lead").click();
    await item(tab, "Delete role");
    await button(tab, "Delete role").click();
    await told(tab, "The role is deleted.");
  });

  test("a role that loses permissions, and an owner who gives it away, leave nothing that was not decided on", async () => {
    const { id } = await grace.bask.organizations.create({ name: "Garden", slug: "garden" });
    const adas = await admit(world, id, ada, "admin");
    const carl = await world.person("Carl");
    await grace.bask.roles.create(id, {
      name: "keeper",
      permissions: ["api-keys:create", "api-keys:update", "organization:read"],
    });
    await admit(world, id, carl, "keeper");
    const shared = await ada.bask.apiKeys.create(id, { name: "Shared", scopes: ["api-keys:create"] });
    const known = await carl.bask.apiKeys.rotate(id, shared.id, { overlap: 0 });
    const all = await grace.bask.apiKeys.create(id, { name: "Everything", scopes: ["organization:*"] });
    await grace.bask.apiKeys.handOver(id, all.id, { memberId: adas });
    await grace.bask.ownershipTransfer.create(id, { memberId: adas });

    const tab = await openDashboard(world);
    await tab.enter(ada);
    await tab.open("/o/garden/roles");
    await button(tab, "Actions for keeper").click();
    await item(tab, "Edit role");
    const dialog = tab.page.getByRole("dialog");
    await dialog.getByLabel("api-keys:create").uncheck();
    await dialog.getByText("Shared").waitFor();
    expect(await tab.check()).toEqual([]);
    await button(tab, "Save").click();
    await dialog.waitFor({ state: "hidden" });
    expect(await ada.bask.apiKeys.get(id, known.id)).toMatchObject({ status: "disabled" });

    await tab.open("/o/garden/settings");
    await button(tab, "Accept ownership").click();
    await dialog.getByText("Everything").waitFor();
    expect(await tab.check()).toEqual([]);
    await dialog.getByRole("button", { name: "Accept ownership" }).click();
    await told(tab, "The changes are saved.");
    expect(await ada.bask.apiKeys.get(id, all.id)).toMatchObject({ status: "disabled" });
  });

  test("what others changed meanwhile stays: a form sends what was changed in it", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Mill", slug: "mill" });
    await ada.bask.roles.create(id, { name: "miller", description: "Old", permissions: ["members:read"] });
    const app = await ada.bask.apps.create(id, { name: "Wheel", redirectUris: ["https://wheel.example/old"] });
    const tab = await openDashboard(world);
    await tab.enter(ada);
    const dialog = tab.page.getByRole("dialog");
    const save = async () => {
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "hidden" });
    };

    await tab.open("/o/mill/roles");
    await button(tab, "Actions for miller").click();
    await item(tab, "Edit role");
    await ada.bask.roles.update(id, "miller", { description: "New" });
    await dialog.getByLabel("audit-logs:read").check();
    await save();
    expect((await ada.bask.roles.list(id)).data.find(({ name }) => name === "miller")).toMatchObject({
      description: "New",
      permissions: ["members:read", "audit-logs:read"],
    });

    await tab.open("/o/mill/apps");
    await button(tab, "Actions for Wheel").click();
    await item(tab, "Edit");
    await ada.bask.apps.update(id, app.clientId, { redirectUris: ["https://wheel.example/new"] });
    await dialog.getByLabel("Name").fill("Water wheel");
    await save();
    expect((await ada.bask.apps.list(id)).data[0]).toMatchObject({
      name: "Water wheel",
      redirectUris: ["https://wheel.example/new"],
    });

    await tab.open("/o/mill/settings");
    const name = tab.page.getByLabel("Name", { exact: true });
    await name.waitFor();
    await ada.bask.organizations.update(id, { slug: "windmill" });
    await name.fill("Water mill");
    await button(tab, "Save").click();
    await told(tab, "The changes are saved.");
    expect(await ada.bask.organizations.get(id)).toMatchObject({ name: "Water mill", slug: "windmill" });
  });

  test("the policy is changed, and the audit log says what changed", async () => {
    const tab = await openDashboard(world);
    await tab.enter(ada);
    await tab.open("/o/engines/policy");
    await tab.page.getByLabel("Maximum lifetime of API keys, in days").fill("365");
    await button(tab, "Save").click();
    await told(tab, "The policy is saved.");
    await tab.open("/o/engines/audit-log?noun=policy");
    await tab.page.getByRole("button", { name: "policy." }).first().click();
    await tab.page.getByRole("dialog").getByText("365").first().waitFor();
    expect(await tab.check()).toEqual([]);
  });

  test("the policy that another admin changed is shown with what was typed, and can then be saved", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Forge", slug: "forge" });
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/forge/policy");
    const lifetime = page.getByLabel("Maximum lifetime of API keys, in days");
    await lifetime.fill("30");
    await ada.bask.policy.update(id, { maxPersonalTokenDays: 7, maxKeyLifetimeDays: 90 });
    await button(tab, "Save").click();
    await page.getByText("Someone else changed the policy meanwhile.").waitFor();
    tab.faults.length = 0; // the browser logs the 409
    expect(await lifetime.inputValue()).toBe("30");
    expect(await page.getByLabel("Maximum lifetime of personal access tokens, in days").inputValue()).toBe("7");
    await button(tab, "Save").click();
    await told(tab, "The policy is saved.");
    expect(await ada.bask.policy.get(id)).toMatchObject({ maxPersonalTokenDays: 7, maxKeyLifetimeDays: 30 });
    expect(await tab.check()).toEqual([]);
  });

  test("it is renamed, its address moves with it, and it is deleted only after its name was typed", async () => {
    await ada.bask.organizations.create({ name: "Castle", slug: "castle" });
    const tab = await openDashboard(world);
    await tab.enter(ada);
    await tab.open("/o/castle/settings");
    await tab.page.getByLabel("Slug").fill("sand-castle");
    await button(tab, "Save").click();
    await tab.page.waitForURL("**/o/sand-castle/settings");
    await button(tab, "Delete organization").click();
    const dialog = tab.page.getByRole("dialog");
    const confirm = dialog.getByRole("button", { name: "Delete organization" });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("Castle");
    await confirm.click();
    await tab.page.waitForURL((url) => !url.pathname.includes("castle") && url.pathname.endsWith("/keys"));
    expect((await ada.bask.organizations.list()).data.map(({ slug }) => slug)).not.toContain("sand-castle");
  });
});
