import { beforeAll, describe, expect, test } from "bun:test";
import { expectRefusal } from "../support/expect";
import { openWorld, type World } from "../support/world";

const appName = "Acme & <Söhne>";
const inHtml = "Acme &amp; &lt;Söhne&gt;";
let world: World;
beforeAll(async () => {
  world = await openWorld({ config: { appName, appUrl: "https://app.example.com/in" } });
});

describe("APP_NAME", () => {
  test("is what people read on every page, in every document and in every email", async () => {
    for (const path of ["/docs", "/verify-email", "/reset-password", "/undo-email-change", "/invitations"]) {
      const page = await (await world.fetch(path)).text();
      expect([path, page.includes(inHtml), page.includes("Bask")]).toEqual([path, true, false]);
    }
    expect(await (await world.fetch("/openapi.json")).json()).toMatchObject({ info: { title: appName } });
    const ada = await world.person("Ada");
    const [email] = await world.emailsTo(ada.email);
    expect(email!.text).toContain(`An account at ${appName} was`);
    expect(email!.html).toContain(inHtml);
    expect(email!.text + email!.html).not.toContain("Bask");
  });

  test("is what an authenticator app calls the account", async () => {
    const bea = await world.person("Bea");
    const { otpauthUrl } = await bea.bask.twoFactor.setup({ password: bea.password });
    expect(new URL(otpauthUrl).searchParams.get("issuer")).toBe(appName);
    expect(decodeURIComponent(new URL(otpauthUrl).pathname)).toEndWith(`${appName}:${bea.email}`);
  });

  test("is no password", async () => {
    const registration = { email: "cleo@example.com", password: "SöhneAcme12", fullName: "Cleo" };
    await expectRefusal(world.visitor.auth.register(registration), "VALIDATION_ERROR");
  });
});

describe("APP_URL", () => {
  test("is where links in emails lead, with its path", async () => {
    const dora = await world.person("Dora");
    const [email] = await world.emailsTo(dora.email);
    expect(email!.link).toStartWith("https://app.example.com/in/verify-email#token=");
    expect(email!.html).toContain(`href="${email!.link}"`);
  });
});
