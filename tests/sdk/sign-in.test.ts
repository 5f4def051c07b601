import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createClient } from "../../src/sdk/client";
import { expectRefusal } from "../support/expect";
import { client, openProvider, type TestProvider } from "../support/oidc";
import { openWorld, type World } from "../support/world";

let world: World;
let corp: TestProvider;
beforeAll(async () => {
  corp = await openProvider("https://bask.test/auth/oauth/corp/callback");
  const provider = {
    name: "corp",
    title: "Corp",
    kind: "oidc",
    issuer: corp.issuer,
    authority: "all",
    ...client,
  } as const;
  world = await openWorld({ config: { providers: [provider] } });
});
afterAll(async () => {
  await world.close();
  await corp.close();
});

/** A page with the SDK, in a browser that keeps the cookie of the way to a provider. */
function openPage() {
  let cookie = "";
  const bask = createClient({
    url: world.url,
    async fetch(url, init) {
      const response = await fetch(url, init as RequestInit);
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      return response;
    },
  });
  /** Goes to the provider and comes back: the ticket behind the #. */
  async function visit(url: string): Promise<string> {
    const { pathname, search } = await corp.visit(url);
    const response = await world.fetch(pathname + search, { redirect: "manual", headers: { cookie } });
    const location = new URL(response.headers.get("location")!);
    expect(location.pathname).toBe("/welcome");
    return new URLSearchParams(location.hash.slice(1)).get("oauth_ticket")!;
  }
  return { bask, visit };
}
const returnTo = "/welcome";

describe("signing in with the SDK", () => {
  test("by a provider keeps what the browser must keep, and so do linking and confirming", async () => {
    const { bask, visit } = openPage();
    const { data } = await bask.auth.listProviders();
    expect(data).toEqual([{ name: "corp", title: "Corp" }]);
    const { url } = await bask.auth.withProvider("corp", { returnTo });
    const ticket = await visit(url);
    const { user } = await bask.auth.loginWithProvider({ ticket });
    expect(user).toMatchObject({ email: "ada@example.com", emailVerified: true });
    expect(bask.authStatus()).toBe("signed-in");

    corp.account = { sub: "2", email: "second@example.com", email_verified: true };
    const started = await bask.identities.startLinking({ provider: "corp", returnTo });
    const linked = await bask.identities.link({ ticket: await visit(started.url) });
    expect(linked).toMatchObject({ provider: "corp", emailAtLink: "second@example.com" });

    world.time.pass({ minutes: 11 });
    await expectRefusal(bask.identities.unlink(linked.id), "REAUTHENTICATION_REQUIRED");
    const again = await bask.auth.startReauthentication({ provider: "corp", returnTo });
    await bask.auth.reauthenticateWithProvider({ ticket: await visit(again.url) });
    await bask.identities.unlink(linked.id);
    expect((await bask.identities.list()).data).toHaveLength(1);

    const { data: log } = await bask.me.listAuditLogs();
    expect(log.map(({ action }) => action).toReversed()).toEqual([
      "user.registered",
      "identity.linked",
      "session.started",
      "identity.linked",
      "session.confirmed",
      "identity.unlinked",
    ]);
  });

  test("by an emailed link works in the page that asked, and elsewhere shows a code to type there", async () => {
    const bea = await world.person("Bea");
    const [{ bask }, elsewhere] = [openPage(), openPage().bask];
    await bask.emailLinks.request({ email: bea.email });
    const token = await world.tokenTo(bea.email, "sign-in");
    const { code } = await elsewhere.emailLinks.getCode({ token });
    await bask.emailLinks.loginWithCode({ email: bea.email, code: code! });
    expect(await bask.me.get()).toMatchObject({ email: bea.email });
    await bask.auth.logout();

    await bask.emailLinks.request({ email: bea.email });
    await bask.emailLinks.login({ token: await world.tokenTo(bea.email, "sign-in") });
    expect((await bask.sessions.list()).data[0]).toMatchObject({ method: "email-link", isBound: false });
  });
});
