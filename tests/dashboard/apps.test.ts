import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { hasBrowser, returnTabs } from "../support/browser";
import { looks, openDashboard } from "../support/dashboard";
import { authorizeUrl, connect, pkce, post, redirectUri, registerApp, requestOf } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);
afterEach(returnTabs);

let world: World;
let ada: Person;
let acme: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme", slug: "acme" })).id;
});

const newRequest = async () => {
  const { id } = await registerApp(world);
  return requestOf(world, authorizeUrl(id, pkce().challenge, { scope: "members:read email", state: "s" }));
};

describe.skipIf(!hasBrowser)("letting an app act", () => {
  for (const look of looks) {
    test(`is asked after signing in, with who asks, for what and where the answer goes (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await page.route(`${redirectUri}*`, (route) => route.fulfill({ body: "back in the app" }));
      await tab.open(`/authorize?${new URLSearchParams({ request: await newRequest() })}`);
      await page.getByLabel("Email").fill(ada.email);
      await page.getByLabel("Password", { exact: true }).fill(ada.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { name: "Connect Example App?" }).waitFor();
      for (const text of ["You will be sent to app.example", ada.email, "Read members", "See your email address"])
        await page.getByText(text).waitFor();
      expect(await tab.check()).toEqual([]);
      await page.getByLabel("Organization").selectOption({ label: "Acme" });
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.waitForURL(`${redirectUri}?code=*`);
      expect(new URL(page.url()).searchParams.get("state")).toBe("s");

      await tab.open(`/authorize?${new URLSearchParams({ request: await newRequest() })}`);
      await page.getByRole("button", { name: "Don't allow" }).click();
      await page.waitForURL(`${redirectUri}?error=access_denied*`);
      expect(tab.faults).toEqual([]);
    });

    test(`on a device is asked for its code, and can be ended (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await tab.enter(ada);
      const { body } = await post(world, "/oauth/device_authorization", {
        client_id: "bask-cli",
        scope: "members:read",
      });
      await tab.open("/device");
      await page.getByLabel("Code").fill("BCDF-GHJK");
      await page.keyboard.press("Enter");
      await page.getByText("Code is not one that a device shows").waitFor();
      tab.faults.length = 0; // A browser logs each 404.
      await page.getByLabel("Code").fill(body.user_code!.toLowerCase());
      expect(await tab.check()).toEqual([]);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByText("from 127.0.0.1").waitFor();
      expect(await tab.check()).toEqual([]);
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.getByText("The device is connected.").waitFor();
      const exchanged = await post(world, "/oauth/token", {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        client_id: "bask-cli",
        device_code: body.device_code!,
      });
      expect(exchanged.status).toBe(200);
      await tab.open("/account/connected-apps");
      const row = page.getByRole("row").filter({ hasText: "Command line" });
      await row.waitFor();
      expect(await tab.check()).toEqual([]);
      await row.getByRole("button", { name: "Disconnect" }).click();
      await row.waitFor({ state: "detached" });
      expect(tab.faults).toEqual([]);
    });
  }

  test("is asked anew when what was shown has changed meanwhile, in this browser and on a device", async () => {
    const grace = await world.person("Grace");
    const navy = await grace.bask.organizations.create({ name: "Navy" });
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(grace);
    await page.route(`${redirectUri}*`, (route) => route.fulfill({ body: "back in the app" }));
    const allowAfter = async (name: string) => {
      const allow = page.getByRole("button", { name: "Allow", exact: true });
      await allow.waitFor();
      const select = page.getByLabel("Organization");
      const shown = await select.inputValue();
      await grace.bask.organizations.create({ name });
      await grace.bask.policy.update(navy.id, { allowedClients: ["cli_other"] });
      await allow.click();
      await page.getByText("what you may do, has changed. Look at it again.").waitFor();
      tab.faults.length = 0; // the browser logs the 409
      expect(await select.inputValue()).toBe(shown); // no other one, also where the app is refused now
      await select.selectOption({ label: name });
      await allow.click();
    };
    await tab.open(`/authorize?${new URLSearchParams({ request: await newRequest() })}`);
    await allowAfter("Eckert");
    await page.waitForURL(`${redirectUri}?code=*`);
    const { body } = await post(world, "/oauth/device_authorization", { client_id: "bask-cli", scope: "members:read" });
    await tab.open("/device");
    await page.getByLabel("Code").fill(body.user_code!);
    await page.getByRole("button", { name: "Continue" }).click();
    await allowAfter("Mauchly");
    await page.getByText("The device is connected.").waitFor();
    expect(tab.faults).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)("the apps of an organization", () => {
  for (const look of looks) {
    test(`are registered, changed, given a new secret and deleted, and can be disconnected (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await tab.enter(ada);
      await tab.open("/o/acme/apps");
      const button = (name: string) => page.getByRole("button", { name, exact: true });
      await page.getByText("No app acts in this organization.").waitFor();
      expect(await tab.check()).toEqual([]);
      await button("Register app").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("Reports");
      await dialog.getByLabel("Redirect URIs").fill("https://reports.example/callback#top");
      await dialog.getByLabel("Can keep a secret").check();
      expect(await tab.check()).toEqual([]);
      await dialog.getByRole("button", { name: "Register app" }).click();
      await dialog.getByText(/^Redirect URIs must/).waitFor();
      tab.faults.length = 0; // the browser logs the 422
      await dialog.getByLabel("Redirect URIs").fill("https://reports.example/callback\nhttp://127.0.0.1/callback");
      await dialog.getByRole("button", { name: "Register app" }).click();
      await page.getByRole("heading", { name: "Save the client secret" }).waitFor();
      const [clientId, secret] = await dialog.locator("pre").allTextContents();
      expect([clientId, secret]).toEqual([expect.stringMatching(/^cli_/), expect.stringMatching(/^bcs_/)]);
      await page.keyboard.press("Escape");
      expect(await tab.check()).toEqual([]);
      await button("I saved it").click();

      const tokens = await connect(
        world,
        ada,
        acme,
        { id: clientId! },
        { redirect_uri: "http://127.0.0.1:7/callback" },
        secret,
      );
      await tab.open("/o/acme/apps");
      const connected = `Actions for Reports, ${ada.fullName}`;
      const headers = { Authorization: `Bearer ${tokens.access_token}` };
      const act = async () => (await world.fetch(`/organizations/${acme}/members`, { headers })).status;
      await button(connected).click();
      await page.getByRole("menuitem", { name: "Block here" }).click();
      // Another admin blocks another app meanwhile.
      await ada.bask.policy.update(acme, { blockedClients: ["cli_other"] });
      // The conflict is said once the new policy is there, so that it can be tried again at once.
      const asked = Promise.withResolvers<void>();
      const answered = Promise.withResolvers<void>();
      await page.route("**/policy", async (route) => {
        if (route.request().method() !== "GET") return route.continue();
        asked.resolve();
        await answered.promise;
        await route.continue();
      });
      await dialog.getByRole("button", { name: "Block here" }).click();
      await asked.promise;
      expect(await dialog.getByRole("alert").count()).toBe(0);
      answered.resolve();
      await dialog.getByText("Someone else changed the policy meanwhile.").waitFor();
      await page.unrouteAll({ behavior: "wait" });
      tab.faults.length = 0; // the browser logs the 409
      await dialog.getByRole("button", { name: "Block here" }).click();
      await page.getByText("Blocked by the organization").waitFor();
      expect(await act()).toBe(403);
      expect(await tab.check()).toEqual([]);
      await button(connected).click();
      await page.getByRole("menuitem", { name: "Unblock" }).click();
      await page.getByText("The app is no longer blocked.").waitFor();
      expect(await act()).toBe(200);
      expect((await ada.bask.policy.get(acme)).blockedClients).toEqual(["cli_other"]);
      await ada.bask.policy.update(acme, { blockedClients: null });
      await button("Actions for Reports").click();
      await page.getByRole("menuitem", { name: "Edit" }).click();
      await dialog.getByLabel("Redirect URIs").fill("https://reports.example/back");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("status").getByText("The app is saved.").waitFor();
      expect((await ada.bask.apps.list(acme)).data[0]!.redirectUris).toEqual(["https://reports.example/back"]);
      await button("Actions for Reports").click();
      await page.getByRole("menuitem", { name: "Rotate secret" }).click();
      await dialog.getByRole("button", { name: "Rotate secret" }).click();
      await page.getByRole("heading", { name: "Save the client secret" }).waitFor();
      expect((await dialog.locator("pre").allTextContents())[1]).not.toBe(secret);
      await button("I saved it").click();
      await button(connected).click();
      await page.getByRole("menuitem", { name: "Disconnect" }).click();
      expect(await tab.check()).toEqual([]);
      await dialog.getByRole("button", { name: "Disconnect" }).click();
      await page.getByRole("status").getByText("The app is disconnected.").waitFor();
      expect((await world.fetch("/whoami", { headers })).status).toBe(401);
      await button("Actions for Reports").click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await dialog.getByRole("button", { name: "Delete" }).click();
      await page.getByText("No apps yet").waitFor();
      expect(tab.faults).toEqual([]);
    });
  }

  test("are limited by the policy to those it names", async () => {
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/acme/policy");
    await page.getByLabel("Only these apps").check();
    await page.getByLabel("Client IDs").fill("bask-cli");
    expect(await tab.check()).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("The policy is saved.").waitFor();
    expect((await ada.bask.policy.get(acme)).allowedClients).toEqual(["bask-cli"]);
    await ada.bask.policy.update(acme, { allowedClients: null });
  });
});

test.skipIf(!hasBrowser)("a key is bound to resources where the product declares kinds of them", async () => {
  const tab = await openDashboard(world);
  const { page } = tab;
  await page.route("**/dashboard/o/**", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(
      'name="bask-resources" content=""',
      'name="bask-resources" content="prj_"',
    );
    await route.fulfill({ response, body });
  });
  await tab.enter(ada);
  await tab.open("/o/acme/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Bound");
  await dialog.getByText("Limits and description").click();
  await dialog.getByLabel("Only these resources").fill("prj_1, prj_2");
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api-keys"));
  await dialog.getByRole("button", { name: "Create key" }).click();
  expect((await sent).postDataJSON()).toMatchObject({ only: ["prj_1", "prj_2"] });
  // This program declares none, so the server refuses them, beside the field.
  await dialog.getByText(/^Only these resources .+\.$/).waitFor();
});
