import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { openedToReceiver, openReceiver, type Receiver } from "../support/receiver";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let organization: string;
let receiver: Receiver;
beforeAll(async () => {
  receiver = openReceiver();
  world = await openWorld({ config: openedToReceiver });
  ada = await world.person("Ada");
  await world.verify(ada);
  ({ id: organization } = await ada.bask.organizations.create({ name: "Analytical Engines", slug: "engines" }));
});
afterEach(returnTabs);
afterAll(async () => {
  await receiver.close();
});

// The free plan allows one.
afterEach(async () => {
  for (const { id } of (await ada.bask.webhooks.list(organization)).data)
    await ada.bask.webhooks.delete(organization, id);
});

const button = ({ page }: DashboardTab, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const told = ({ page }: DashboardTab, sentence: string) => page.getByRole("status").getByText(sentence).waitFor();

describe.skipIf(!hasBrowser)("webhooks in the dashboard", () => {
  for (const look of looks) {
    test(`an endpoint is added for chosen events, gets them, and a delivery is sent again (${look.name})`, async () => {
      receiver.received.length = 0;
      const url = `${receiver.url}/${look.viewport.width}`;
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await tab.enter(ada);
      await tab.open("/o/engines/webhooks");
      await button(tab, "Add endpoint").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("URL").fill(url);
      await dialog.getByLabel("All events").uncheck();
      await dialog.getByLabel("api_key.created").check();
      expect(await tab.check()).toEqual([]);
      await dialog.getByRole("button", { name: "Add endpoint" }).click();
      await page.getByRole("heading", { name: "Save the signing secret" }).waitFor();
      expect(await dialog.locator("pre").first().textContent()).toStartWith("whsec_");
      expect(await tab.check()).toEqual([]);
      await button(tab, "I saved it").click();

      await ada.bask.apiKeys.create(organization, { name: "Website", preset: "read-only" });
      await ada.bask.roles.create(organization, { name: `role-${look.viewport.width}`, permissions: ["members:read"] });
      await sendWebhooks(world);
      const mine = () => receiver.received.filter(({ path }) => path === `/${look.viewport.width}`);
      expect(mine().map(({ event }) => event.type)).toEqual(["api_key.created"]);

      await page.getByRole("link", { name: url }).click();
      await button(tab, "api_key.created").click();
      await page.getByText("HTTP 200").waitFor();
      expect(await tab.check()).toEqual([]);
      await button(tab, "Send again").click();
      await told(tab, "It is sent again, with the same webhook-id.");
      await sendWebhooks(world);
      expect(new Set(mine().map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(mine()).toHaveLength(2);
      expect(await tab.check()).toEqual([]);
    });
  }

  test("its URL, which someone else changed meanwhile, stays when only the description is changed", async () => {
    const url = (path: string) => `${receiver.url}/${path}`;
    const { id } = await ada.bask.webhooks.create(organization, { url: url("moving"), events: ["*"] });
    const tab = await openDashboard(world);
    await tab.enter(ada);
    await tab.open("/o/engines/webhooks");
    await button(tab, `Actions for ${url("moving")}`).click();
    await tab.page.getByRole("menuitem", { name: "Change" }).click();
    await ada.bask.webhooks.update(organization, id, { url: url("moved") });
    const dialog = tab.page.getByRole("dialog");
    await dialog.getByLabel("Description").fill("Grist");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await ada.bask.webhooks.get(organization, id)).toMatchObject({ url: url("moved"), description: "Grist" });
    await ada.bask.webhooks.delete(organization, id);
  });

  test("it is disabled, enabled without what it missed, and deleted; only what an act changed is asked for again", async () => {
    const url = `${receiver.url}/switched`;
    await ada.bask.webhooks.create(organization, { url, events: ["*"] });
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/engines/webhooks");
    await button(tab, `Actions for ${url}`).waitFor();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const { id } = (await ada.bask.webhooks.list(organization)).data[0]!;
    const list = `/api/v1/organizations/${organization}/webhooks`;
    await button(tab, `Actions for ${url}`).click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await told(tab, "The endpoint is disabled.");
    await page.getByRole("row").getByText("Disabled").waitFor();
    expect(asked).toEqual([`PATCH ${list}/${id}`, `GET ${list}`]);
    await page.getByRole("status").getByText("Copy as").click();
    await page.getByRole("status").getByText(`curl -X PATCH 'https://bask.test${list}/${id}'`).waitFor();
    expect(await tab.check()).toEqual([]);
    await page.getByRole("status").getByRole("button", { name: "Dismiss" }).click();
    await button(tab, `Actions for ${url}`).click();
    await page.getByRole("menuitem", { name: "Enable" }).click();
    await page.getByLabel("Go on from now").check();
    await button(tab, "Enable").click();
    await told(tab, "The endpoint is enabled.");
    await page.getByRole("link", { name: url }).click();
    await button(tab, `Actions for ${url}`).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    asked.length = 0;
    await button(tab, "Delete").click();
    await told(tab, "The endpoint is deleted.");
    expect(asked.filter((one) => one.includes(id))).toEqual([`DELETE ${list}/${id}`]);
    expect(tab.faults).toEqual([]);
    await page.waitForURL("**/o/engines/webhooks");
    expect((await ada.bask.webhooks.list(organization)).data.map((webhook) => webhook.url)).not.toContain(url);
  });
});
