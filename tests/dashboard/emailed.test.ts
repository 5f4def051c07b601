import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { EmailTemplate } from "../../src/mail/template";
import type { EmailName } from "../../src/mail/templates";
import { emailTemplates } from "../../src/mail/templates";
import { codeOf } from "../support/authenticator";
import { accessibilityFaults, hasBrowser, openTab, returnTabs } from "../support/browser";
import { openDashboard } from "../support/dashboard";
import { expectRefusal } from "../support/expect";
import { openWorld, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(returnTabs);

const templates: EmailTemplate[] = Object.values(emailTemplates);
const paths = [...new Set(templates.flatMap(({ path }) => path ?? []))];

describe("the pages that emails link to", () => {
  test("are all there, with a slash at the end too and without a dashboard, and run only files of this server", async () => {
    expect(paths.length).toBeGreaterThan(3);
    const without = await openWorld({ config: { dashboard: false } });
    for (const path of [...paths, ...paths.map((path) => `${path}/`)]) {
      for (const { fetch, url } of [world, without]) {
        const response = await fetch(path);
        const page = await response.text();
        expect([path, response.status, response.headers.get("content-type")]).toEqual([
          path,
          200,
          "text/html; charset=utf-8",
        ]);
        const policy = response.headers.get("content-security-policy")!;
        expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        expect(page).not.toMatch(/<script>|<style|\bon\w+=/);
        for (const [, file] of page.matchAll(/(?:src|href)="(\.[^"]+)"/g)) {
          expect((await globalThis.fetch(new URL(file!, url + path))).status).toBe(200);
        }
      }
    }
    await without.close();
  });
});

/** The link of the latest email of a kind, as this world serves it. */
async function linkTo(email: string, template: EmailName, { emailsTo, url } = world) {
  const { link } = (await emailsTo(email)).findLast((message) => message.template === template)!;
  const { pathname, hash } = new URL(link!);
  return url + pathname + hash;
}

/** Opens a link in a new tab; a script that fails, or that the policy stops, fails the test. */
async function visit(link: string, options?: Parameters<typeof openTab>[0]): Promise<Page> {
  const tab = await openTab(options);
  tab.on("pageerror", (error) => {
    throw error;
  });
  await tab.goto(link);
  return tab;
}

const email = (tab: Page) => tab.getByRole("textbox", { name: "Email" });
const heading = (tab: Page, name: string) => tab.getByRole("heading", { name, exact: true }).waitFor();
const submit = (tab: Page, name: string) => tab.getByRole("button", { name, exact: true }).click();
const expectStatus = (tab: Page, text: string) => tab.getByRole("status").getByText(text).waitFor();
const expectAlert = (tab: Page, text: string) => tab.getByRole("alert").getByText(text).waitFor();

describe.skipIf(!hasBrowser)("in a browser", () => {
  test("an email is verified with the password of its account, and a second visit says that it is", async () => {
    const ada = await world.person("Ada");
    const link = await linkTo(ada.email, "verify-email");
    const tab = await visit(link);
    await tab.getByText(ada.email).waitFor();
    await tab.getByLabel("Password", { exact: true }).fill("wrong");
    await submit(tab, "Verify this email");
    await expectAlert(tab, "Incorrect password.");
    expect(await ada.bask.me.get()).toMatchObject({ emailVerified: false });
    await tab.getByLabel("Password", { exact: true }).fill(ada.password);
    await tab.keyboard.press("Enter");
    await expectStatus(tab, "Your email is verified.");
    expect(new URL(tab.url()).hash).toBe("");
    expect(await ada.bask.me.get()).toMatchObject({ emailVerified: true });
    await expectStatus(await visit(link), "This email is already verified.");
  });

  test("a new email is verified without telling the one before", async () => {
    const bea = await world.person("Bea");
    await bea.bask.me.changeEmail({ email: "bea@new.example" });
    const tab = await visit(await linkTo("bea@new.example", "change-email"));
    await tab.getByLabel("Password", { exact: true }).fill(bea.password);
    expect(await email(tab).count()).toBe(0);
    await submit(tab, "Verify this email");
    await expectStatus(tab, "Your email is verified.");
  });

  test("a password is set: what is wrong with it is said at its field, by its label", async () => {
    const cleo = await world.person("Cleo");
    await world.visitor.auth.forgotPassword({ email: cleo.email });
    const link = await linkTo(cleo.email, "reset-password");
    const tab = await visit(link);
    const field = tab.getByLabel("New password");
    await field.fill("short");
    await submit(tab, "Set this password");
    await tab.getByText("New password must have at least 8 characters.").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    const password = "a new and long password";
    await field.fill(password);
    await submit(tab, "Show password");
    expect(await field.getAttribute("type")).toBe("text");
    await submit(tab, "Set this password");
    await expectStatus(tab, "Your password is changed.");
    await world.signIn({ ...cleo, password });

    const again = await visit(link);
    await expectStatus(
      again,
      "This link was already used, or replaced by a newer one. Enter your email to get a new link.",
    );
    expect(await again.getByLabel("New password").isVisible()).toBe(false);
    await email(again).fill(cleo.email);
    await submit(again, "Email me a link");
    await expectStatus(again, "If an account matches, we've sent an email.");
    expect((await world.emailsTo(cleo.email)).filter(({ template }) => template === "reset-password")).toHaveLength(2);
  });

  test("an expired link says so before anything is typed, and so does one of another page", async () => {
    const dora = await world.person("Dora");
    await world.visitor.auth.forgotPassword({ email: dora.email });
    const link = await linkTo(dora.email, "reset-password");
    await expectStatus(await visit(link.replace("/reset-password", "/verify-email")), "This link is not valid.");
    world.time.pass({ hours: 1 });
    await expectStatus(await visit(link), "This link has expired. Enter your email to get a new link.");
  });

  test("an invitation names organization, inviter and role, and is accepted after a sign-in with a second factor", async () => {
    const owner = await world.person("Eve");
    await world.verify(owner);
    const fay = await world.person("Fay");
    await world.verify(fay);
    const { secret } = await fay.bask.twoFactor.setup({ password: fay.password });
    await fay.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    const { id } = await owner.bask.organizations.create({ name: "Acme" });
    await owner.bask.invitations.create(id, { email: fay.email, role: "member" });

    const link = await linkTo(fay.email, "invitation");
    const tab = await visit(link);
    await heading(tab, "Join Acme");
    await tab.getByText(`${owner.fullName} (${owner.email}) invites you as member.`).waitFor();
    await tab.getByText(fay.email).waitFor();
    await tab.getByLabel("Password", { exact: true }).fill(fay.password);
    await submit(tab, "Sign in");
    await heading(tab, "Two-factor authentication");
    await tab.getByLabel("Code", { exact: true }).fill(codeOf(secret, world.time));
    await submit(tab, "Continue");
    await submit(tab, "Accept");
    await expectStatus(tab, "You are now a member of the organization.");
    expect((await fay.bask.organizations.list()).data).toMatchObject([{ id, role: "member" }]);
    await tab.getByRole("link", { name: "Continue" }).click();
    await heading(tab, "API keys");
    await expectStatus(await visit(link), "This invitation was already accepted.");
  });

  test("an invitation is declined, and a canceled one says so before anything is typed", async () => {
    const owner = await world.person("Gil");
    await world.verify(owner);
    const hana = await world.person("Hana");
    await world.verify(hana);
    const { id } = await owner.bask.organizations.create({ name: "Acme" });
    await owner.bask.invitations.create(id, { email: hana.email, role: "member" });
    const tab = await visit(await linkTo(hana.email, "invitation"));
    await tab.getByLabel("Password", { exact: true }).fill(hana.password);
    await submit(tab, "Sign in");
    await submit(tab, "Decline");
    await expectStatus(tab, "You declined the invitation.");
    expect((await owner.bask.invitations.list(id)).data).toMatchObject([{ status: "declined" }]);

    const invitation = await owner.bask.invitations.create(id, { email: "ivy@example.com", role: "member" });
    const link = await linkTo("ivy@example.com", "invitation");
    await owner.bask.invitations.cancel(id, invitation.id);
    await expectStatus(await visit(link), "Ask the person who invited you for a new invitation.");
  });

  test("someone without an account creates one from the invitation, and accepts it", async () => {
    const owner = await world.person("Jan");
    await world.verify(owner);
    const { id } = await owner.bask.organizations.create({ name: "Acme" });
    await owner.bask.invitations.create(id, { email: "kim@example.com", role: "viewer" });
    const tab = await visit(await linkTo("kim@example.com", "invitation"));
    await tab.getByLabel("Full name").fill("Kim");
    await tab.getByLabel("Password", { exact: true }).fill("Kim likes long passwords");
    await submit(tab, "Create account");
    await submit(tab, "Accept");
    await expectStatus(tab, "You are now a member of the organization.");
    // The token of the invitation has proven the email: there is no other to verify.
    expect((await world.emailsTo("kim@example.com")).map(({ template }) => template)).toEqual(["invitation"]);
    await tab.goto(`${world.url}/dashboard/account`);
    await tab.getByText("Verified", { exact: true }).waitFor();
  });

  test("an invitation to someone else than who is signed in offers to sign out, and then to sign in", async () => {
    const owner = await world.person("Lea");
    await world.verify(owner);
    const max = await world.person("Max");
    await world.verify(max);
    const { id } = await owner.bask.organizations.create({ name: "Acme" });
    await owner.bask.invitations.create(id, { email: max.email, role: "member" });
    const { page: tab, enter } = await openDashboard(world);
    await enter(owner);
    await tab.goto(await linkTo(max.email, "invitation"));
    await tab.getByText(`This invitation is for ${max.email}, and you are signed in as ${owner.email}.`).waitFor();
    await submit(tab, "Sign out");
    await tab.getByLabel("Password", { exact: true }).fill(max.password);
    await submit(tab, "Sign in");
    await submit(tab, "Accept");
    await expectStatus(tab, "You are now a member of the organization.");
  });

  test("a change of email is undone, and a new password is what follows", async () => {
    const lou = await world.person("Lou");
    await world.verify(lou);
    await lou.bask.me.changeEmail({ email: "thief@example.com" });
    await lou.bask.auth.verifyEmail({ token: await world.tokenTo("thief@example.com", "change-email") });
    const tab = await visit(await linkTo(lou.email, "email-changed"));
    await tab.getByText(lou.email).waitFor();
    await submit(tab, "Undo the change");
    await expectStatus(tab, "The change is undone. Now choose a new password");
    await expectRefusal(lou.bask.auth.refresh(), "INVALID_REFRESH_TOKEN");
    await email(tab).fill(lou.email);
    await submit(tab, "Email me a link");
    await expectStatus(tab, "If an account matches, we've sent an email.");
    expect((await world.emailsTo(lou.email)).at(0)).toBeDefined();
    await linkTo(lou.email, "reset-password");
  });
});

describe.skipIf(!hasBrowser)("a link that something on the way changed", () => {
  let link: string;
  beforeAll(async () => {
    const mia = await world.person("Mia");
    link = await linkTo(mia.email, "verify-email");
  });

  for (const [name, change] of [
    ["a slash at the end of the path", (link: string) => link.replace("/verify-email", "/verify-email/")],
    ["a campaign's parameter before the #", (link: string) => link.replace("#", "?utm_source=newsletter#")],
    ["a campaign's parameter behind the token", (link: string) => `${link}&utm_source=newsletter`],
    ["white space behind the token", (link: string) => `${link}%20`],
    ["punctuation behind the token", (link: string) => `${link}>.`],
  ] as const)
    test(`works: ${name}`, async () => {
      await (await visit(change(link))).getByRole("button", { name: "Verify this email" }).waitFor();
    });

  test("that lost what is behind the #, or a part of it, says so, and works once it is complete", async () => {
    const incomplete = "This link is incomplete: some email apps cut off the part after the # sign.";
    await expectStatus(await visit(link.slice(0, -1)), incomplete);
    const tab = await visit(link.split("#")[0]!);
    await expectStatus(tab, incomplete);
    await tab.goto(link);
    await tab.getByRole("button", { name: "Verify this email" }).waitFor();
  });

  test("works where APP_URL has a path", async () => {
    using proxy = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const headers = new Headers(request.headers);
        headers.set("accept-encoding", "identity");
        return fetch(request.url.replace(/^http:\/\/[^/]+\/in/, world.url), new Request(request, { headers }));
      },
    });
    const tab = await visit(link.replace(world.url, `http://127.0.0.1:${proxy.port}/in`));
    await tab.getByRole("button", { name: "Verify this email" }).waitFor();
  });
});

describe.skipIf(!hasBrowser)("a server that does not answer as it should", () => {
  test("is told in a sentence, at the check and when something is submitted, and can be tried again", async () => {
    const noa = await world.person("Noa");
    const link = await linkTo(noa.email, "verify-email");
    const html = { status: 502, contentType: "text/html", body: "<h1>502 Bad Gateway</h1>" };
    const tab = await openTab();
    await tab.route("**/api/v1/**", (route) => route.fulfill(html));
    await tab.goto(link);
    await expectAlert(tab, "The server did not answer as expected. Try again in a minute.");
    await tab.unroute("**/api/v1/**");
    await submit(tab, "Try again");
    await tab.getByLabel("Password", { exact: true }).fill(noa.password);
    await tab.route("**/api/v1/**", (route) => route.abort());
    await submit(tab, "Verify this email");
    await expectAlert(tab, "The server cannot be reached.");
    await tab.unroute("**/api/v1/**");
    await submit(tab, "Verify this email");
    await expectStatus(tab, "Your email is verified.");
  });

  test("tells in words how long to wait", async () => {
    const strict = await openWorld({ config: { authRateLimit: 1 } });
    await strict.visitor.auth.register({ email: "ole@example.com", password: "a long password", fullName: "Ole" });
    const tab = await visit(await linkTo("ole@example.com", "verify-email", strict));
    await tab.getByLabel("Password", { exact: true }).fill("a long password");
    await submit(tab, "Verify this email");
    await expectAlert(tab, "Too many attempts. Try again in 60 seconds.");
  });
});

describe.skipIf(!hasBrowser)("every page, in each of its states", () => {
  let links: Record<string, string>;
  beforeAll(async () => {
    const pia = await world.person("Pia");
    await world.verify(pia);
    const quin = await world.person("Quin");
    await world.visitor.auth.forgotPassword({ email: quin.email });
    await pia.bask.me.changeEmail({ email: "pia@new.example" });
    await pia.bask.auth.verifyEmail({ token: await world.tokenTo("pia@new.example", "change-email") });
    const { id } = await pia.bask.organizations.create({ name: "Acme" });
    await pia.bask.invitations.create(id, { email: quin.email, role: "member" });
    links = {
      "Verify this email": await linkTo(quin.email, "verify-email"),
      "Set this password": await linkTo(quin.email, "reset-password"),
      "Undo the change": await linkTo(pia.email, "email-changed"),
      "Sign in": await linkTo(quin.email, "invitation"),
      "Email me a link": `${world.url}/reset-password#token=bml_${"A".repeat(50)}`,
    };
  });

  for (const colorScheme of ["light", "dark"] as const)
    test(`is accessible, and fits a phone and a wide screen, ${colorScheme}`, async () => {
      const tab = await openTab({ colorScheme });
      for (const [button, link] of Object.entries(links)) {
        await tab.setViewportSize({ width: 390, height: 800 });
        await tab.goto("about:blank");
        await tab.goto(link);
        await tab.getByRole("button", { name: button, exact: true }).waitFor();
        expect(await accessibilityFaults(tab)).toEqual([]);
        for (const width of [390, 1280]) {
          await tab.setViewportSize({ width, height: 800 });
          expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        }
      }
    });

  test("is filled in by password managers: an email to save the password under, and what kind of password it is", async () => {
    const kinds = async (link: string) => {
      const tab = await visit(link);
      await tab.getByRole("button").first().waitFor();
      const inputs = tab.locator("form:not([hidden]) input[autocomplete]");
      return inputs.evaluateAll((all) => all.map((input) => input.getAttribute("autocomplete")));
    };
    expect(await kinds(links["Set this password"]!)).toEqual(["username", "new-password"]);
    expect(await kinds(links["Verify this email"]!)).toEqual(["username", "current-password"]);
  });

  test("is used with the keyboard alone", async () => {
    const tab = await visit(links["Set this password"]!);
    await tab.getByRole("button", { name: "Set this password" }).waitFor();
    await tab.keyboard.press("Tab");
    await tab.keyboard.type("short");
    await tab.keyboard.press("Enter");
    await tab.getByText("New password must have at least 8 characters.").waitFor();
    // The focus is where something is wrong.
    await tab.keyboard.press("Control+A");
    await tab.keyboard.type("a new and long password");
    await tab.keyboard.press("Enter");
    await expectStatus(tab, "Your password is changed.");
  });
});
