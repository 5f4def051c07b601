import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { parseConfig } from "../../src/config/config";
import { closeTabs, hasBrowser, openTab } from "../support/browser";
import type { Bask } from "../support/client";
import { freePort } from "../support/free-port";
import { addAuthenticator } from "../support/virtual-authenticator";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

declare const bask: Bask;

let world: World;
let url: string;
let sdk: string;
beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  const { publicUrl, appUrl, passkeyDomain } = parseConfig({ PUBLIC_URL: url });
  world = await openWorld({ port, config: { publicUrl, appUrl, passkeyDomain } });
  const built = await Bun.build({ entrypoints: ["src/sdk/client.ts"], target: "browser", format: "esm" });
  sdk = (await built.outputs[0]!.text()).replace(/export\s*\{[\s\S]*\};?\s*$/, "");
});
afterAll(closeTabs);

/** A tab on a page of this server with the SDK in it, and an authenticator that verifies its user. */
async function openPage() {
  const tab = await openTab();
  await tab.goto(`${url}/reset-password`);
  await tab.evaluate(`{ ${sdk}; globalThis.bask = createClient({ url: location.origin, cookie: true }); }`);
  return { tab, ...(await addAuthenticator(tab)) };
}

const signIn = ({ email, password }: Person, tab: Page) =>
  tab.evaluate((credentials) => bask.auth.login(credentials).then(() => undefined), { email, password });

describe.skipIf(!hasBrowser)("in a browser", () => {
  test("a passkey is created and signs in without a name, through the SDK", async () => {
    const ada = await world.person("Ada");
    const { tab } = await openPage();
    await signIn(ada, tab);
    const passkey = await tab.evaluate(() => bask.passkeys.create({ name: "This laptop" }));
    expect(passkey).toMatchObject({ name: "This laptop", transports: ["internal"] });
    await tab.evaluate(() => bask.auth.logout());
    const { user } = await tab.evaluate(() => bask.auth.loginWithPasskey());
    expect(user.email).toBe(ada.email);
    const { data } = await tab.evaluate(() => bask.sessions.list());
    expect(data[0]).toMatchObject({ method: "passkey", twoFactor: true, isCurrent: true });
    await tab.evaluate(async () => bask.auth.reauthenticate({ passkey: await bask.passkeys.use() }));
  });

  test("a second passkey on the same authenticator is refused by the browser itself", async () => {
    const bea = await world.person("Bea");
    const { tab } = await openPage();
    await signIn(bea, tab);
    await tab.evaluate(() => bask.passkeys.create());
    const refused = await tab.evaluate(() => bask.passkeys.create().catch((error: Error) => error.name));
    expect(refused).toBe("InvalidStateError");
  });

  test("a user who is not verified gets no further than the browser", async () => {
    const cleo = await world.person("Cleo");
    const { tab, verifyUser } = await openPage();
    await signIn(cleo, tab);
    await tab.evaluate(() => bask.passkeys.create());
    await verifyUser(false);
    const refused = await tab.evaluate(() => bask.auth.loginWithPasskey().catch((error: Error) => error.name));
    expect(refused).toBe("NotAllowedError");
  });

  test("a removed passkey is forgotten by browsers that hear of it, and signs in nowhere", async () => {
    const dora = await world.person("Dora");
    const { tab } = await openPage();
    await signIn(dora, tab);
    const { id } = await tab.evaluate(() => bask.passkeys.create());
    await tab.evaluate((id) => bask.passkeys.remove(id), id);
    const refused = await tab.evaluate(() => bask.auth.loginWithPasskey().catch((error: Error) => error.name));
    expect(["BaskError", "NotAllowedError"]).toContain(refused as string);
  });
});
