import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { createClient } from "../../src/sdk/client";
import { codeOf } from "../support/authenticator";
import { accessibilityFaults, closeBrowser, hasBrowser, openTab } from "../support/browser";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(closeBrowser);

const codeVerifier = randomBytes(32).toString("base64url");
const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");

/** Asks for a link as the browser that keeps the verifier, and opens it in a new tab, of that browser or of another. */
async function openLink({ email }: Person, isSameBrowser: boolean): Promise<Page> {
  await world.visitor.request("POST", "/auth/email-link", { body: { email, codeChallenge } });
  const token = await world.tokenTo(email, "sign-in");
  const tab = await openTab();
  tab.on("pageerror", (error) => {
    throw error;
  });
  await tab.goto(`${world.url}/sign-in-link`);
  if (isSameBrowser) await tab.evaluate((verifier) => localStorage.setItem("bask.email-link", verifier), codeVerifier);
  await tab.goto(`${world.url}/sign-in-link#token=${token}`);
  await tab.getByRole("button", { name: "Sign in" }).waitFor();
  return tab;
}
const press = (tab: Page) => tab.getByRole("button", { name: "Sign in" }).click();
const expectStatus = (tab: Page, text: string) => tab.getByRole("status").getByText(text).waitFor();
const methods = async ({ bask }: Person) => (await bask.sessions.list()).data.map(({ method }) => method);

describe.skipIf(!hasBrowser)("the page of a link that signs in", () => {
  test("signs in at the press of a button in the browser that asked, and not before", async () => {
    const ada = await world.person("Ada");
    await world.verify(ada);
    const tab = await openLink(ada, true);
    expect(await methods(ada)).toEqual(["password"]);
    expect(await accessibilityFaults(tab)).toEqual([]);
    await press(tab);
    await expectStatus(tab, "You are signed in.");
    expect(new URL(tab.url()).hash).toBe("");
    expect(await methods(ada)).toEqual(["email-link", "password"]);
  });

  test("shows a code in another browser, which signs in the one that asked", async () => {
    const bea = await world.person("Bea");
    await world.verify(bea);
    const tab = await openLink(bea, false);
    await press(tab);
    await expectStatus(tab, "Type this code there");
    const code = /(\d{3} \d{3})$/.exec((await tab.getByRole("status").textContent())!)![1]!;
    expect(await methods(bea)).toEqual(["password"]);
    const bask = createClient({ url: world.url });
    await bask.request("POST", "/auth/email-link/code/login", { body: { email: bea.email, code, codeVerifier } });
    expect(await methods(bea)).toEqual(["email-link", "password"]);
  });

  test("asks for the second factor where one is on", async () => {
    const cleo = await world.person("Cleo");
    await world.verify(cleo);
    const { secret } = await cleo.bask.twoFactor.setup({ password: cleo.password });
    await cleo.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    const tab = await openLink(cleo, true);
    await press(tab);
    await tab.getByRole("alert").getByText("Enter the code from your authenticator app").waitFor();
    await tab.getByLabel("Two-factor code").fill("000000");
    await press(tab);
    await tab.getByRole("alert").getByText("wrong or was already used").waitFor();
    await tab.getByLabel("Two-factor code").fill(codeOf(secret, world.time));
    await tab.keyboard.press("Enter");
    await expectStatus(tab, "You are signed in.");
  });
});
