import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeBrowser, hasBrowser } from "../support/browser";
import { looks, openDashboard } from "../support/dashboard";
import { authorizeUrl, pkce, post, redirectUri, registerApp, requestOf } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(60_000);
afterAll(closeBrowser);

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  await ada.bask.organizations.create({ name: "Acme" });
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
      await page.context().close();
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
      await page.context().close();
    });
  }
});
