import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { apiKeys } from "../../src/db/tables";
import { newId } from "../../src/ids";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  ({ id: organization } = await ada.bask.organizations.create({ name: "Analytical Engines" }));
});
afterEach(returnTabs);

const button = ({ page }: DashboardTab, name: string | RegExp) => page.getByRole("button", { name });
const heading = ({ page }: DashboardTab, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();

describe.skipIf(!hasBrowser)("API keys in the dashboard", () => {
  for (const look of looks) {
    test(`a key is created, shown once, works, and is revoked (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      const { page } = tab;
      const name = `Website, ${look.name}`;
      await tab.enter(ada);
      await tab.open("/o/analytical-engines/keys");
      await heading(tab, "API keys");
      expect(await tab.check()).toEqual([]);

      await button(tab, "Create key").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill(name);
      await dialog.getByLabel("Choose scopes").check();
      expect(await tab.check()).toEqual([]);
      await dialog.getByLabel("Read only").check();
      await dialog.getByRole("button", { name: "Create key" }).click();

      await heading(tab, "Save this key now");
      const key = (await dialog.locator("pre").first().textContent())!;
      expect(await tab.check()).toEqual([]);
      await page.keyboard.press("Escape");
      await heading(tab, "Close without saving?");
      await button(tab, "Go back to the key").click();
      await page.goBack();
      await heading(tab, "Close without saving?");
      await button(tab, "Go back to the key").click();
      await button(tab, "I saved it").click();
      expect(await page.content()).not.toContain(key);
      expect(await world.machine(key).whoami()).toMatchObject({ type: "api_key", organizationId: organization });

      await page.getByRole("link", { name }).click();
      await heading(tab, "Usage");
      expect(await tab.check()).toEqual([]);
      await page.reload();
      await heading(tab, name);
      await page.goBack();

      await button(tab, `Actions for ${name}`).click();
      expect(await tab.check()).toEqual([]);
      await page.getByRole("menuitem", { name: "Revoke" }).click();
      await heading(tab, `Revoke ${name}?`);
      await button(tab, "Revoke").click();
      await page.getByRole("status").getByText("The key is revoked.").waitFor();
      await page.getByRole("link", { name }).waitFor({ state: "detached" });
      await expect(world.machine(key).whoami()).rejects.toMatchObject({ status: 401 });
      expect(tab.faults).toEqual([]);
    });
  }

  test("with the keyboard alone: a key is created, rotated and revoked", async () => {
    const tab = await openDashboard(world);
    const { page } = tab;
    const { keyboard } = page;
    await tab.open("/sign-in");
    await page.getByLabel("Email").focus();
    await keyboard.type(ada.email);
    await keyboard.press("Tab");
    await keyboard.type(ada.password);
    await keyboard.press("Enter");
    await heading(tab, "API keys");

    await button(tab, "Create key").first().focus();
    await keyboard.press("Enter");
    // On the screen of a phone with the keyboard open, no control that has the focus is behind the buttons.
    await page.setViewportSize({ width: 390, height: 400 });
    await page.getByText("Limits and description").click();
    await page.getByLabel("Name").focus();
    const hidden = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const focused = await page.evaluate(() => {
        const element = document.activeElement!;
        const { left, top, width, height } = element.getBoundingClientRect();
        const shown = document.elementFromPoint(left + Math.min(width / 2, 20), top + height / 2);
        const isShown = shown !== null && (element.contains(shown) || element.closest("label")?.contains(shown));
        return {
          name: element.textContent || element.id,
          isShown,
          isLast: element.matches(".form-actions :last-child"),
        };
      });
      if (!focused.isShown) hidden.add(focused.name);
      if (focused.isLast) break;
      await keyboard.press("Tab");
    }
    expect([...hidden]).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel("Name").focus();
    await keyboard.type("By keyboard");
    await keyboard.press("Enter");
    await heading(tab, "Save this key now");
    await button(tab, "I saved it").press("Enter");

    const actions = button(tab, "Actions for By keyboard");
    await actions.press("Enter");
    await page.getByRole("menuitem", { name: "Details" }).and(page.locator(":focus")).waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await heading(tab, "Rotate By keyboard");
    await page.getByLabel("Now").check();
    await keyboard.press("Enter");
    await heading(tab, "Save this key now");
    await button(tab, "I saved it").press("Enter");

    await button(tab, "Actions for By keyboard").first().press("Enter");
    await page.getByRole("menuitem", { name: "Details" }).and(page.locator(":focus")).waitFor();
    await keyboard.press("End");
    await keyboard.press("Enter");
    await button(tab, "Revoke").press("Enter");
    await page.getByRole("status").getByText("The key is revoked.").waitFor();
    expect(tab.faults).toEqual([]);
  });

  test("requests of the last day stand beside each key, and each act can be copied for a shell and a program", async () => {
    const { key, id } = await ada.bask.apiKeys.create(organization, { name: "Busy" });
    for (let i = 0; i < 3; i++) await world.machine(key).whoami();
    await world.app.usage.save();
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/analytical-engines/keys");
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "Busy" }) });
    await row.getByTitle("Requests in the last 24 hours").getByText("3", { exact: true }).waitFor();
    await button(tab, "Actions for Busy").click();
    await page.getByRole("menuitem", { name: "Rotate" }).click();
    await page.getByText("The old key ends").nth(1).waitFor();
    await page.getByText("It was used 3 times in the last 24 hours.").waitFor();
    await page.getByText("Copy as").click();
    await page.getByText("BASK_API_KEY is an API key of this organization").waitFor();
    const [curl, typescript] = await page.getByRole("dialog").locator("pre").allTextContents();
    const url = `https://bask.test/api/v1/organizations/${organization}/api-keys/${id}/rotate`;
    expect(curl).toContain(`curl -X POST '${url}'`);
    expect(curl).toContain(`-d '{"overlap":1}'`);
    expect(typescript).toContain(`await bask.apiKeys.rotate("${organization}", "${id}", {\n  overlap: 1\n});`);
    expect(await tab.check()).toEqual([]);
  });

  test("the chart of a key has the colors of the page, also when those change, and on paper", async () => {
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/analytical-engines/keys");
    await page.getByRole("link", { name: "Busy" }).click();
    await heading(tab, "Usage");
    /** The color of a bar, once it is another one. */
    const barColor = async (other = "") => {
      const found = await page.waitForFunction((other) => {
        const canvas = document.querySelector<HTMLCanvasElement>(".chart canvas");
        const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        for (let i = 0; i < pixels.length; i += 4) {
          const [red = 0, green, blue = 0, alpha] = pixels.slice(i, i + 4);
          const color = `${red} ${green} ${blue}`;
          // Bars are blue in every theme, and all else is gray.
          if (alpha === 255 && blue - red > 60) return color !== other && color;
        }
        return false;
      }, other);
      return found.jsonValue();
    };
    const light = await barColor();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await barColor(light as string);
    await page.emulateMedia({ media: "print" });
    expect(await barColor(dark as string)).toBe(light);
    expect(tab.faults).toEqual([]);
  });

  test("a pipeline is trusted, its claims are tried, and the trust is removed", async () => {
    const { id } = await ada.bask.apiKeys.create(organization, { name: "CI" });
    const tab = await openDashboard(world, looks[1]);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open(`/o/analytical-engines/keys/${id}`);
    await button(tab, "Add trust").click();
    await page.getByLabel("Claims").fill("repository_id = 4711\nref = refs/heads/main");
    expect(await tab.check()).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Add trust" }).click();
    await page.getByText("Try a token").click();
    const claims = {
      iss: "https://token.actions.githubusercontent.com",
      aud: "https://bask.test",
      repository_id: "4711",
      ref: "refs/heads/main",
    };
    await page.getByLabel("Token, or its claims").fill("not a token");
    await page.getByText("This is neither a token nor a JSON object.").waitFor();
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    await page.getByLabel("Token, or its claims").fill(`eyJhbGciOiJSUzI1NiJ9.${payload}.c2lnbmF0dXJl`);
    await button(tab, "Check").click();
    await page.getByRole("status").getByText("A token with these claims is accepted").waitFor();
    expect(await tab.check()).toEqual([]);
    await page.getByLabel("Token, or its claims").fill(JSON.stringify({ ...claims, ref: "refs/heads/other" }));
    await button(tab, "Check").click();
    await page.getByText("No trust accepts these claims.").waitFor();
    await button(tab, "Remove").click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No pipeline is trusted.").waitFor();
    expect(tab.faults).toEqual([]);
  });

  test("what was typed stays when the server refuses it, with its sentence beside the field", async () => {
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(ada);
    await tab.open("/o/analytical-engines/keys");
    await button(tab, "Create key").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Office");
    await dialog.getByText("Limits and description").click();
    await dialog.getByLabel("IP addresses").fill("10.0.0.0/8\nnot-an-ip");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await dialog.getByText("must be").waitFor();
    expect(await dialog.getByLabel("IP addresses").inputValue()).toBe("10.0.0.0/8\nnot-an-ip");
    expect(await dialog.getByLabel("Name").inputValue()).toBe("Office");
    expect(await dialog.getByLabel("IP addresses").getAttribute("aria-invalid")).toBe("true");

    // A failure that belongs to no field is seen, also above the buttons of a tall dialog.
    await page.route("**/api-keys", (route) => route.abort());
    await dialog.getByRole("button", { name: "Create key" }).click();
    const failure = dialog.getByRole("alert");
    await failure.getByText("The server cannot be reached.").waitFor();
    const isSeen = await failure.evaluate((element) => {
      const { left, bottom } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + 8, bottom - 8));
    });
    expect(isSeen).toBe(true);
    expect(await dialog.getByLabel("Name").inputValue()).toBe("Office");
  });

  test("of a long list only the rows near the window are in the document, and all can be scrolled to", async () => {
    const { id, slug } = await ada.bask.organizations.create({ name: "Long list" });
    await ada.bask.apiKeys.create(id, { name: "Key 0", preset: "read-only" });
    await world.app.db.write(async (tx) => {
      const rows = await tx.select().from(apiKeys);
      const row = rows.find(({ organizationId }) => organizationId === id)!;
      for (let i = 1; i < 200; i++) {
        const hash = `${row.hash.slice(0, -3)}${String(i).padStart(3, "0")}`;
        await tx.insert(apiKeys).values({ ...row, id: newId("key", world.time.now() + i), name: `Key ${i}`, hash });
      }
    });
    for (const look of looks) {
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await tab.enter(ada);
      await tab.open(`/o/${slug}/keys`);
      const rows = page.getByRole("row").filter({ has: page.getByRole("link") });
      await rows.nth(20).waitFor();
      const most = await page.evaluate(async () => {
        let most = 0;
        while (!document.querySelector('tr[aria-rowindex="201"]')) {
          scrollBy(0, 600);
          await new Promise(requestAnimationFrame);
          most = Math.max(most, document.querySelectorAll("tbody tr").length);
        }
        return most;
      });
      expect(most).toBeLessThan(150);
      expect(await page.locator('tr[aria-rowindex="2"]').count()).toBe(0);
      expect(await tab.check()).toEqual([]);
      await page.keyboard.press("Home");
      await page.locator('tr[aria-rowindex="2"]').getByRole("link").waitFor();
    }
  });

  test("a viewer is not offered what their role does not allow", async () => {
    const grace = await world.person("Grace");
    await world.verify(grace);
    await ada.bask.invitations.create(organization, { email: grace.email, role: "viewer" });
    await grace.bask.invitations.accept({ token: await world.tokenTo(grace.email, "invitation") });
    const tab = await openDashboard(world);
    await tab.enter(grace);
    await tab.open("");
    await heading(tab, "Members");
    expect(await tab.page.getByRole("link", { name: "API keys" }).count()).toBe(0);
    await tab.open("/o/analytical-engines/keys");
    await heading(tab, "You may not see this page");
    expect(await button(tab, "Create key").count()).toBe(0);
    expect(await tab.check()).toEqual([]);
  });
});
