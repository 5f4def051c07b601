import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { parseConfig } from "../../src/config/config";
import { codeOf } from "../support/authenticator";
import { hasBrowser, returnTabs } from "../support/browser";
import { type DashboardTab, looks, openDashboard } from "../support/dashboard";
import { freePort } from "../support/free-port";
import { client, openProvider, type TestProvider } from "../support/oidc";
import { addAuthenticator } from "../support/virtual-authenticator";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let corp: TestProvider;
beforeAll(async () => {
  const port = await freePort();
  // Passkeys need a name: browsers take them from no IP address.
  const publicUrl = `http://localhost:${port}`;
  corp = await openProvider(`${publicUrl}/auth/oauth/corp/callback`);
  const provider = { name: "corp", title: "Corp", kind: "oidc", issuer: corp.issuer, ...client } as const;
  const { appUrl, passkeyDomain } = parseConfig({ PUBLIC_URL: publicUrl });
  const config = { publicUrl, appUrl, passkeyDomain, providers: [{ ...provider, authority: "all" as const }] };
  world = await openWorld({ port, config });
  world.url = publicUrl;
});
afterEach(returnTabs);
afterAll(async () => {
  await corp.close();
});

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).first().waitFor();
const says = (page: Page, text: string) => page.getByRole("status").getByText(text).waitFor();
const methods = async ({ bask }: Person) => (await bask.sessions.list()).data.map(({ method }) => method);

/** Someone whose email is verified, and who has an authenticator app. */
async function withTwoFactor(name: string) {
  const person = await world.person(name);
  await world.verify(person);
  const { secret } = await person.bask.twoFactor.setup({ password: person.password });
  const { backupCodes } = await person.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ minutes: 1 });
  return { ...person, secret, backupCodes };
}

/** Asks for a link on the page, and opens it in a tab: of the same browser, or of another. */
async function askForLink(tab: DashboardTab, { email }: Person) {
  await tab.open("/sign-in");
  await tab.page.getByLabel("Email").fill(email);
  await button(tab.page, "Email me a sign-in link").click();
  await says(tab.page, "a sign-in link is on its way");
  return `${world.url}/sign-in-link#token=${await world.tokenTo(email, "sign-in")}`;
}

describe.skipIf(!hasBrowser)("the pages for signing in", () => {
  for (const look of looks) {
    test(`are accessible (${look.name})`, async () => {
      const tab = await openDashboard(world, look);
      for (const [path, title] of [
        ["/sign-in", "Sign in to Bask"],
        ["/sign-up", "Create your Bask account"],
        ["/forgot-password", "Reset your password"],
      ] as const) {
        await tab.open(path);
        await heading(tab.page, title);
        if (path !== "/forgot-password") await button(tab.page, "Continue with Corp").waitFor();
        expect([path, await tab.check()]).toEqual([path, []]);
      }
      const fred = await withTwoFactor(`Fred${look.viewport.width}`);
      const link = await askForLink(tab, fred);
      expect(await tab.check()).toEqual([]);
      const other = await openDashboard(world, look);
      await other.page.goto(link);
      await button(other.page, "Sign in").waitFor();
      expect(await other.check()).toEqual([]);
      await button(other.page, "Sign in").click();
      await heading(other.page, "Enter this code where you signed in");
      // The browser logs that the link was refused here.
      other.faults.length = 0;
      expect(await other.check()).toEqual([]);
      await tab.page
        .getByLabel("Code", { exact: true })
        .fill((await other.page.getByText(/^\d{3} \d{3}$/).textContent())!);
      await button(tab.page, "Sign in").click();
      await heading(tab.page, "Two-factor authentication");
      tab.faults.length = 0;
      expect(await tab.check()).toEqual([]);
    });
  }

  test("with the keyboard alone: password, then a pasted code with blanks", async () => {
    const gina = await withTwoFactor("Gina");
    const { page, open } = await openDashboard(world);
    await open("/sign-in");
    await page.getByLabel("Email").focus();
    await page.keyboard.type(gina.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(gina.password);
    await page.keyboard.press("Enter");
    await heading(page, "Two-factor authentication");
    await page.keyboard.insertText(` ${codeOf(gina.secret, world.time).replace(/(...)/, "$1 ")} `);
    await page.keyboard.press("Enter");
    await heading(page, "Create an organization");
  });

  test("a link signs in the browser that asked, in each of its tabs, at the press of a button and not before", async () => {
    const hugo = await world.person("Hugo");
    await world.verify(hugo);
    const tab = await openDashboard(world);
    const link = await askForLink(tab, hugo);
    const second = await tab.page.context().newPage();
    await second.goto(link);
    await button(second, "Sign in").waitFor();
    expect(await methods(hugo)).toEqual(["password"]);
    await button(second, "Sign in").click();
    await heading(second, "Create an organization");
    await heading(tab.page, "Create an organization");
    expect(await methods(hugo)).toEqual(["email-link", "password"]);
  });

  test("a link opened in another browser shows a code, which signs in the one that asked and no other", async () => {
    const ines = await world.person("Ines");
    await world.verify(ines);
    const tab = await openDashboard(world);
    const link = await askForLink(tab, ines);
    const other = await openDashboard(world);
    await other.page.goto(link);
    await button(other.page, "Sign in").click();
    await heading(other.page, "Enter this code where you signed in");
    const code = (await other.page.getByText(/^\d{3} \d{3}$/).textContent())!;
    expect(code).toMatch(/^\d{3} \d{3}$/);
    expect(await methods(ines)).toEqual(["password"]);
    await tab.page.getByLabel("Code", { exact: true }).fill("000 000");
    await button(tab.page, "Sign in").click();
    await tab.page.getByRole("alert").waitFor();
    await tab.page.getByLabel("Code", { exact: true }).fill(code);
    await button(tab.page, "Sign in").click();
    await heading(tab.page, "Create an organization");
    await other.page.goto("about:blank");
    await other.page.goto(link);
    await says(other.page, "This link was already used");
  });

  test("a provider signs in who has no account yet, and whoever refuses there is told what to do", async () => {
    corp.account = { sub: "corp-jo", email: "jo@corp.example", email_verified: true, name: "Jo Corp" };
    const { page, open, faults } = await openDashboard(world);
    await open("/sign-in?next=%2Faccount%2Fsecurity");
    await button(page, "Continue with Corp").click();
    await heading(page, "Security");
    await page.getByText("jo@corp.example", { exact: false }).first().waitFor();
    expect(new URL(page.url()).hash).toBe("");
    expect(faults).toEqual([]);

    const other = await openDashboard(world);
    await other.open("/sign-in#oauth_error=access_denied");
    await other.page.getByRole("alert").getByText("You did not allow the sign-in.").waitFor();
    await other.open("/sign-in#oauth_ticket=forged");
    await other.page.getByRole("alert").waitFor();
    await button(other.page, "Continue with Corp").waitFor();
  });

  test("a callback that no one in this browser started leads to the sign-in, which says so", async () => {
    const { page } = await openDashboard(world);
    await page.goto(`${world.url}/auth/oauth/corp/callback?code=x&state=y`);
    await heading(page, "Sign in to Bask");
    await page.getByRole("alert").getByText("was not started in this browser").waitFor();
  });
});

describe.skipIf(!hasBrowser)("the security of my account", () => {
  test("a passkey is added, renamed, signs in, and is the second factor and the proof of identity; then it is removed", async () => {
    const kai = await withTwoFactor("Kai");
    const tab = await openDashboard(world);
    const { page } = tab;
    await addAuthenticator(page);
    await tab.open("/sign-in");
    await page.getByLabel("Email").fill(kai.email);
    await page.getByLabel("Password", { exact: true }).fill(kai.password);
    await button(page, "Sign in").click();
    await page.getByLabel("Code", { exact: true }).fill(kai.backupCodes[0]!);
    await button(page, "Continue").click();
    await heading(page, "Create an organization");

    const signOut = async () => {
      await page.getByRole("button", { name: /^My account/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
    };
    await tab.open("/account/security");
    await button(page, "Add a passkey").click();
    await page.getByRole("dialog").getByLabel("Name").fill("This laptop");
    await button(page, "Continue").click();
    await says(page, "The passkey is added.");
    await page.getByText("This laptop").waitFor();
    tab.faults.length = 0;
    expect(await tab.check()).toEqual([]);

    // An hour later the server wants to know again who asks: the passkey says it.
    world.time.pass({ hours: 1 });
    await button(page, "Actions for This laptop").click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Work laptop");
    await button(page, "Save").click();
    await heading(page, "Confirm that it is you");
    tab.faults.length = 0;
    expect(await tab.check()).toEqual([]);
    await button(page, "Use a passkey").click();
    await page.getByText("Work laptop").waitFor();

    // It is offered beside the email: a browser that takes it at once signs in at once.
    const offered = page.waitForResponse(/\/auth\/passkeys\/login$/);
    await signOut();
    expect((await offered).status()).toBe(200);
    await heading(page, "Security");
    await page.evaluate(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    });
    await signOut();
    await button(page, "Sign in with a passkey").click();
    await heading(page, "Security");
    expect((await methods(kai))[0]).toBe("passkey");

    await page.getByLabel("New password", { exact: true }).fill("a password set by passkey");
    await button(page, "Use a passkey in place of the current password").click();
    await says(page, "The password is changed.");

    await button(page, "Actions for Work laptop").click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await says(page, "The passkey is removed.");
    await page.getByText("You have no passkey yet.").waitFor();
  });

  test("an account at a provider is connected and disconnected, with the password in between", async () => {
    const lena = await world.person("Lena");
    await world.verify(lena);
    corp.account = { sub: "corp-lena", email: "lena@corp.example", email_verified: true };
    const tab = await openDashboard(world);
    const { page } = tab;
    await tab.enter(lena);
    await tab.open("/account/security");
    world.time.pass({ minutes: 11 });
    await button(page, "Connect").click();
    await heading(page, "Confirm that it is you");
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(lena.password);
    // The list is read before the account is connected, and comes after that.
    const [isRead, isConnected] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let reads = 0;
    await page.route("**/users/me/identities", async (route) => {
      if (route.request().method() === "POST") await isRead.promise;
      else if (++reads === 1) {
        const response = await route.fetch();
        isRead.resolve();
        await isConnected.promise;
        return await route.fulfill({ response });
      }
      await route.continue();
    });
    await button(page, "Continue").click();
    await says(page, "The account is connected.");
    isConnected.resolve();
    await page.getByText("lena@corp.example").waitFor();
    await button(page, "Disconnect").click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await says(page, "The account is disconnected.");
    await button(page, "Connect").waitFor();
  });

  test("who came by a provider sets a password, and cannot remove the last way in", async () => {
    corp.account = { sub: "corp-mo", email: "mo@corp.example", email_verified: true };
    const { page, open } = await openDashboard(world, looks[1]);
    await open("/sign-in");
    await button(page, "Continue with Corp").click();
    await heading(page, "Create an organization");
    await open("/account/security");
    await button(page, "Disconnect").click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("alert").getByText("This is the only way to sign in to your account.").waitFor();
    await button(page, "Cancel").click();
    // Later the server wants to know again who asks, which the provider can say.
    world.time.pass({ minutes: 11 });
    await page.getByLabel("New password").fill("a first and long password");
    await button(page, "Set password").click();
    await heading(page, "Confirm that it is you");
    await page.getByRole("dialog").getByRole("button", { name: "Continue with Corp" }).click();
    await says(page, "It is you.");
    await page.getByLabel("New password").fill("a first and long password");
    await button(page, "Set password").click();
    await says(page, "The password is changed.");
    await button(page, "Change password").waitFor();
  });
});
