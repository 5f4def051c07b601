import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { outbox } from "../../src/db/tables";
import { newId } from "../../src/ids";
import { grantOperator } from "../../src/operators/operators";
import { codeOf } from "../support/authenticator";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { authorizeUrl, pkce, requestOf } from "../support/oauth";
import { temporaryFolder } from "../support/process";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

const backups = temporaryFolder();
let world: World;
let root: Person;
let secret: string;
let mary: Person;

beforeAll(async () => {
  if (!hasBrowser) return;
  world = await openWorld({
    config: { settings: [...(await settings())], backups: { folder: backups.path, every: 86_400_000, keep: 7 } },
  });
  root = await world.person("Root");
  mary = await world.person("Mary");
  await world.verify(root);
  await grantOperator(world.app, root.email);
  const { id } = await mary.bask.organizations.create({ name: "Acme", slug: "acme" });
  await mary.bask.apiKeys.create(id, { name: "Website" });
  await world.app.db.write(async (tx) => {
    await tx.insert(outbox).values({
      id: newId("eml", tx.now.getTime()),
      to: "lost@example.com",
      template: "reset-password",
      values: {},
      more: null,
      language: null,
      timezone: null,
      about: null,
      cause: "lost@example.com",
      priority: 1,
      position: 1,
      state: "failed",
      attempts: 9,
      failure: "550 5.1.1 no such user",
      dueAt: tx.now,
      createdAt: tx.now,
    });
  });
});
afterEach(returnTabs);
afterAll(() => backups[Symbol.dispose]());

const settings = async () => (await import("../../src/config/variables")).settingsOf({ APP_NAME: "Acme" });
const button = ({ page }: DashboardTab, name: string) => page.getByRole("button", { name, exact: true });
const heading = ({ page }: DashboardTab, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
const told = ({ page }: DashboardTab, sentence: string) => page.getByRole("status").getByText(sentence).waitFor();

describe.skipIf(!hasBrowser)("the pages of operators", () => {
  test("say what is missing: the role, the second factor, a session that used it", async () => {
    const tab = await openDashboard(world);
    await tab.enter(mary);
    await tab.open("/admin");
    await heading(tab, "Only operators of this installation see these pages");
    expect((await tab.check()).filter((fault) => !fault.includes("403"))).toEqual([]);
    await tab.enter(root);
    await tab.open("/admin");
    await heading(tab, "Turn on two-factor authentication first");
    ({ secret } = await root.bask.twoFactor.setup({ password: root.password }));
    await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  });

  for (const look of looks) {
    test(`show people, organizations and the installation, and act on them (${look.name})`, async () => {
      world.time.pass({ seconds: 30 });
      const tab = await openDashboard(world, look);
      const { page } = tab;
      await tab.enter(root, codeOf(secret, world.time));
      await tab.open("/admin");
      for (const [path, title] of [
        ["users", "Users"],
        ["organizations", "Organizations"],
        ["system", "System"],
        ["emails", "Emails"],
        ["webhooks", "Webhooks"],
        ["apps", "Apps"],
        ["configuration", "Configuration"],
        ["audit-log", "Audit log"],
      ] as const) {
        await tab.go(`/admin/${path}`);
        await page.getByRole("heading", { name: title, level: 1 }).waitFor();
        await tab.settled();
        expect([path, await tab.check()]).toEqual([path, []]);
      }

      await tab.open("/admin/users?search=mary");
      await page.getByRole("link", { name: mary.fullName }).click();
      await heading(tab, "User");
      expect(await tab.check()).toEqual([]);
      await button(tab, `Actions for ${mary.fullName}`).click();
      await page.getByRole("menuitem", { name: "Suspend" }).click();
      expect(await tab.check()).toEqual([]);
      await page.getByLabel("Reason").fill("A court asked for it");
      await button(tab, "Suspend").click();
      await told(tab, "Done.");
      await page.getByText("Suspended", { exact: true }).first().waitFor();
      await button(tab, `Actions for ${mary.fullName}`).click();
      await page.getByRole("menuitem", { name: "Restore" }).click();
      await page.getByLabel("Reason").fill("A mistake");
      await button(tab, "Restore").click();
      await page.getByText("Active", { exact: true }).first().waitFor();

      await page.getByRole("link", { name: "Acme" }).click();
      await button(tab, "Change plan").click();
      await page.getByLabel("Plan", { exact: true }).selectOption("pro");
      await page.getByLabel("Reason").fill("Paid by invoice");
      expect(await tab.check()).toEqual([]);
      await page.getByRole("dialog").getByRole("button", { name: "Change plan" }).click();
      await page.getByText("organization.plan_changed").first().waitFor();
      expect(await tab.check()).toEqual([]);
      expect(tab.faults).toEqual([]);
    });
  }

  test("send what was given up again or drop it, try the mail server, and make a backup", async () => {
    world.time.pass({ seconds: 30 });
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(root, codeOf(secret, world.time));
    await tab.open("/admin/emails");
    await page.getByText("550 5.1.1 no such user").waitFor();
    await button(tab, "Actions for lost@example.com").click();
    await page.getByRole("menuitem", { name: "Drop" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Drop" }).click();
    await heading(tab, "Nothing was given up");
    await page.getByLabel("To").fill("ops@example.com");
    await button(tab, "Send a test email").click();
    await page.getByText("Accepted by").waitFor();

    await tab.open("/admin/system");
    await page.getByText("There is none yet.").waitFor();
    await button(tab, "Back up now").click();
    await told(tab, "A backup was made and verified.");
    await page.getByRole("cell", { name: /^bask-.*gz$/ }).waitFor();
    expect(await tab.check()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  test("register an app for everyone, and delete it", async () => {
    world.time.pass({ seconds: 30 });
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(root, codeOf(secret, world.time));
    await tab.open("/admin/apps");
    await page.getByText("On any host").waitFor();
    await button(tab, "Register app").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Reports");
    await dialog.getByLabel("Redirect URIs").fill("https://reports.example/callback");
    await page.getByRole("dialog").getByRole("button", { name: "Register app" }).click();
    await heading(tab, "The app is registered");
    const clientId = await page.getByRole("dialog").locator("pre").first().textContent();
    await button(tab, "Close").click();
    const challenge = pkce().challenge;
    const url = authorizeUrl(clientId!, challenge, { redirect_uri: "https://reports.example/callback" });
    await requestOf(world, url);
    const block = async (act: string) => {
      await page.getByRole("region", { name: "All apps" }).getByRole("button", { name: "Actions for Reports" }).click();
      await page.getByRole("menuitem", { name: act, exact: true }).click();
      await page.getByLabel("Reason").fill("It imitates another product");
      await page.getByRole("dialog").getByRole("button", { name: act, exact: true }).click();
    };
    await block("Block");
    await page.getByText("Blocked", { exact: true }).waitFor();
    expect((await world.fetch(url, { redirect: "manual" })).status).toBe(400);
    expect(await tab.check()).toEqual([]);
    await block("Unblock");
    await page.getByText("Works", { exact: true }).waitFor();
    await requestOf(world, url);
    expect((await mary.bask.apps.list((await mary.bask.organizations.list()).data[0]!.id)).data).toEqual([]);
    await button(tab, "Actions for Reports").first().click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No apps yet").waitFor();
    expect(tab.faults).toEqual([]);
  });

  test("look as a user: a banner on every page, no way to change anything, and back again", async () => {
    world.time.pass({ seconds: 30 });
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(root, codeOf(secret, world.time));
    await tab.open("/admin/users?search=mary");
    await page.getByRole("link", { name: mary.fullName }).click();
    await button(tab, `Actions for ${mary.fullName}`).click();
    await page.getByRole("menuitem", { name: "Look as this user" }).click();
    await page.getByLabel("Reason").fill("Ticket 4711");
    await button(tab, "Look as this user").click();
    const banner = page.getByRole("status").getByText(`You look as ${mary.fullName}`);
    await banner.waitFor();
    await page.getByRole("link", { name: "Website" }).waitFor();
    expect(await tab.check()).toEqual([]);
    await tab.open("/account");
    await banner.waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe(mary.fullName);
    await page.getByLabel("Name").fill("Someone else");
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("You look as another user, and can only read. Nothing was changed.").waitFor();
    expect((await mary.bask.me.get()).fullName).toBe(mary.fullName);
    await button(tab, "Stop").click();
    await heading(tab, "User");
    expect(await banner.count()).toBe(0);
    await tab.open("/account");
    await page.getByRole("textbox", { name: "Name" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe(root.fullName);
    expect(tab.faults.filter((fault) => !fault.includes("403"))).toEqual([]);
  });
});
