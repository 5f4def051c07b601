import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { tickets, users } from "../../src/db/tables";
import { suspendUser } from "../../src/operators/users";
import type { SessionTokens } from "../../src/sdk/client";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectReason, expectRefusal, refusalOf, storm } from "../support/expect";
import { assertion, enroll, newAuthenticator } from "../support/passkeys";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  await world.verify(ada);
});
afterEach(() => world.close());

/** A browser: what it asks for works only with what it keeps. */
function newBrowser(on = world) {
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const send = <T = SessionTokens>(path: string, body: object, from = on) =>
    createClient({ url: from.url }).request<T>("POST", path, { body });
  return {
    codeVerifier,
    ask: (email: string) => send<{ message: string }>("/auth/email-link", { email, codeChallenge }),
    open: (token: string, from = on) => send("/auth/email-link/login", { token, codeVerifier }, from),
    type: (email: string, code: string, from = on) =>
      send("/auth/email-link/code/login", { email, code, codeVerifier }, from),
    showCode: async (token: string) => (await send<{ code: string }>("/auth/email-link/code", { token })).code,
  };
}
const linkTo = (email = ada.email) => world.tokenTo(email, "sign-in");
async function askedBy(email = ada.email, browser = newBrowser()) {
  await browser.ask(email);
  return { browser, token: await linkTo(email) };
}
const as = (tokens: SessionTokens) => createClient({ url: world.url, tokens });
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

describe("a link", () => {
  test("signs in the browser that asked for it, once, also 50 times at once", async () => {
    const { browser, token } = await askedBy();
    const { won, lost } = await storm(50, () => browser.open(token));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_TOKEN"]));
    const bask = as(won[0]!);
    expect((await bask.sessions.list()).data[0]).toMatchObject({
      method: "email-link",
      twoFactor: false,
      isCurrent: true,
    });
  });

  test("signs in once in two processes", async () => {
    const second = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const { browser, token } = await askedBy();
    expect((await storm(50, (i) => browser.open(token, i % 2 ? world : second))).won).toHaveLength(1);
    await second.close();
  });

  test("signs in no other browser, and is not used up there", async () => {
    const { browser, token } = await askedBy();
    await expectReason(newBrowser().open(token), "other_browser");
    await browser.open(token);
  });

  test("is not used by a program that opens the links of emails, whatever it requests", async () => {
    const { browser, token } = await askedBy();
    for (const path of [`/sign-in-link#token=${token}`, `/sign-in-link?token=${token}`, "/sign-in-link"])
      expect((await world.fetch(path)).status).toBe(200);
    await world.visitor.auth.checkEmailToken({ token });
    await newBrowser().showCode(token);
    await browser.open(token);
  });

  test("works for 15 minutes, and not after a later one for its browser, a change of the password or of the email", async () => {
    const late = await askedBy();
    world.time.pass({ minutes: 15 });
    await expectRefusal(late.browser.open(late.token), "INVALID_TOKEN");
    const replaced = await askedBy();
    const current = await askedBy(ada.email, replaced.browser);
    await expectRefusal(replaced.browser.open(replaced.token), "INVALID_TOKEN");
    await ada.bask.me.changePassword({ currentPassword: ada.password, newPassword: "another password" });
    await expectRefusal(current.browser.open(current.token), "INVALID_TOKEN");
    world.time.pass({ hours: 1 });
    const old = await askedBy();
    await ada.bask.auth.reauthenticate({ password: "another password" });
    await ada.bask.me.changeEmail({ email: "ada@new.example" });
    await ada.bask.auth.verifyEmail({ token: await world.tokenTo("ada@new.example", "change-email") });
    await expectRefusal(old.browser.open(old.token), "INVALID_TOKEN");
  });

  test("is for the browser that asked last, when two ask before the email is sent", async () => {
    const [first, second] = [newBrowser(), newBrowser()];
    await first.ask(ada.email);
    await second.ask(ada.email);
    const token = await linkTo();
    await expectReason(first.open(token), "other_browser");
    await second.open(token);
  });

  test("goes on working, and more can be asked for, while strangers ask for others without end", async () => {
    const from = await openWorld({ config: { trustedProxies: ["127.0.0.1"] } });
    const mary = await from.person("Mary");
    await from.verify(mary);
    const ask = async (ip: string) => {
      const verifier = randomBytes(32).toString("base64url");
      const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
      await from.fetch("/auth/email-link", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Forwarded-For": ip },
        body: JSON.stringify({ email: mary.email, codeChallenge }),
      });
      return verifier;
    };
    const strangers = async () => {
      for (let i = 0; i < 20; i++) await ask(`198.51.100.${i}`);
    };
    const open = async (codeVerifier: string) => {
      const links = (await from.emailsTo(mary.email)).filter(({ template }) => template === "sign-in");
      const opened = links.map(({ link }) => {
        const body = { token: new URL(link!).hash.slice("#token=".length), codeVerifier };
        return createClient({ url: from.url }).request("POST", "/auth/email-link/login", { body });
      });
      return (await Promise.allSettled(opened)).filter(({ status }) => status === "fulfilled").length;
    };
    for (let times = 0; times < 3; times++) {
      const before = await ask("127.0.0.1");
      await strangers();
      expect(await open(before)).toBe(1);
      await strangers();
      await from.emailsTo(mary.email);
    }
    const links = (await from.emailsTo(mary.email)).filter(({ template }) => template === "sign-in");
    expect(links).toHaveLength(3 + 5);
    await from.close();
  });

  test("is worth nothing where another token is asked for, nor another token here", async () => {
    const { browser, token } = await askedBy();
    await expectRefusal(world.visitor.auth.resetPassword({ token, password: "a new password" }), "INVALID_TOKEN");
    await expectRefusal(ada.bask.auth.verifyEmail({ token }), "INVALID_TOKEN");
    await world.visitor.auth.forgotPassword({ email: ada.email });
    await expectRefusal(browser.open(await world.tokenTo(ada.email, "reset-password")), "INVALID_TOKEN");
    await expectRefusal(browser.showCode(await world.tokenTo(ada.email, "reset-password")), "INVALID_TOKEN");
  });

  test("is asked for alike with and without an account, and no email goes to an address without one", async () => {
    const browser = newBrowser();
    expect(await browser.ask("nobody@example.com")).toEqual(await browser.ask(ada.email));
    expect(await world.emailsTo("nobody@example.com")).toEqual([]);
  });

  test("of a suspended user opens nothing", async () => {
    const { browser, token } = await askedBy();
    await suspendUser(world.app, { kind: "system" }, (await ada.bask.me.get()).id, { reason: "test" });
    await expectReason(browser.open(token), "account_suspended");
  });
});

describe("the code of a link", () => {
  test("is shown where the link was opened, and signs in the browser that asked, once, also 50 times at once", async () => {
    const { browser, token } = await askedBy();
    const code = await newBrowser().showCode(token);
    expect(code).toMatch(/^\d{6}$/);
    expect(await newBrowser().showCode(token)).toBe(code);
    const { won } = await storm(50, () => browser.type(ada.email, `${code.slice(0, 3)} ${code.slice(3)}`));
    expect(won).toHaveLength(1);
    await expectRefusal(browser.open(token), "INVALID_TOKEN");
  });

  test("is worth nothing before it was shown, and in another browser", async () => {
    const { browser, token } = await askedBy();
    const ticket = world.app.mailedTokens.read("tkt", token)!;
    const code = world.app.linkCodes.codeOf(ticket);
    await expectRefusal(browser.type(ada.email, code), "INVALID_SIGN_IN_CODE");
    await newBrowser().showCode(token);
    await expectRefusal(newBrowser().type(ada.email, code), "INVALID_SIGN_IN_CODE");
    await browser.type(ada.email, code);
  });

  test("can be tried five times, also 50 at once, with and without an account alike", async () => {
    const { browser, token } = await askedBy();
    const code = await browser.showCode(token);
    const { lost } = await storm(50, () => browser.type(ada.email, other(code)));
    expect(new Set(lost)).toEqual(new Set(["INVALID_SIGN_IN_CODE"]));
    await expectRefusal(browser.type(ada.email, code), "INVALID_SIGN_IN_CODE");
    const stranger = newBrowser();
    for (let i = 0; i < 7; i++) await expectRefusal(stranger.type("nobody@example.com", code), "INVALID_SIGN_IN_CODE");
    await browser.open(token);
  });
});

describe("a link proves one factor", () => {
  test("so a code or a passkey is asked for after it, and it is used by then", async () => {
    const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
    await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    const { browser, token } = await askedBy();
    const { code, challenge } = await refusalOf(browser.open(token));
    expect(code).toBe("TWO_FACTOR_REQUIRED");
    await expectRefusal(browser.open(token), "INVALID_TOKEN");
    const input = { challenge: challenge!, twoFactorCode: codeOf(secret, world.time) };
    await world.visitor.auth.continueLogin(input);
  });

  test("and enrolls no factor by itself", async () => {
    const { token } = await askedBy();
    const bask = as({ accessToken: token, refreshToken: "" });
    await expectRefusal(bask.request("POST", "/users/me/passkeys/options", { body: {} }), "UNAUTHORIZED");
    await expectRefusal(bask.twoFactor.setup({}), "UNAUTHORIZED");
  });
});

describe("a link to an email that was never verified", () => {
  test("gives the account to its reader, and its maker has nothing left", async () => {
    const squatter = await world.person("Fay");
    const device = newAuthenticator();
    await enroll(squatter.bask, device);
    const organization = await squatter.bask.organizations.create({ name: "Trap" });
    const { key } = await squatter.bask.apiKeys.create(organization.id, { name: "Robot" });
    const { secret } = await squatter.bask.twoFactor.setup({ password: squatter.password });
    await squatter.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    await world.visitor.auth.forgotPassword({ email: squatter.email });
    const reset = await world.tokenTo(squatter.email, "reset-password");

    const { browser, token } = await askedBy(squatter.email);
    const fay = as(await browser.open(token));
    expect(await fay.me.get()).toMatchObject({ emailVerified: true, twoFactorEnabled: false });
    await expectRefusal(squatter.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(world.signIn(squatter), "INVALID_CREDENTIALS");
    await expectRefusal(world.machine(key).whoami(), "INVALID_API_KEY");
    await expectRefusal(world.visitor.auth.resetPassword({ token: reset, password: "mine again" }), "INVALID_TOKEN");
    const passkey = await assertion(world.visitor, device);
    await expectReason(world.visitor.request("POST", "/auth/passkeys/login", { body: { passkey } }), "unknown_passkey");
    const [removed] = (await world.emailsTo(squatter.email)).filter(({ template }) => template === "access-removed");
    expect(removed!.text).toContain("removed: the password, two-factor authentication, 1 passkey, 1 API key.");
    await fay.me.changePassword({ newPassword: "Fay's own password" });
    await world.signIn({ ...squatter, password: "Fay's own password" });
  });

  test("activates an account that waits for its first email", async () => {
    const strict = await openWorld({ config: { emailVerification: "required" } });
    const gus = { email: "gus@example.com", password: "Gus likes long passwords", fullName: "Gus" };
    await strict.visitor.auth.register(gus);
    await expectRefusal(strict.signIn(gus), "INVALID_CREDENTIALS");
    const browser = newBrowser(strict);
    await browser.ask(gus.email);
    const tokens = await browser.open(await strict.tokenTo(gus.email, "sign-in"));
    expect(await createClient({ url: strict.url, tokens }).me.get()).toMatchObject({ emailVerified: true });
    await strict.close();
  });

  test("that was verified before takes nothing away", async () => {
    const { browser, token } = await askedBy();
    await browser.open(token);
    await world.signIn(ada);
    expect(await world.app.db.reader.$count(users, eq(users.email, ada.email))).toBe(1);
  });
});

test("the SDK keeps what makes its link work, and tells another browser's apart", async () => {
  const bask = createClient({ url: world.url });
  await expectReason(bask.emailLinks.login({ token: (await askedBy()).token }), "other_browser");
  await bask.emailLinks.request({ email: ada.email });
  const token = await linkTo();
  const { code } = await bask.emailLinks.getCode({ token });
  const { user } = await bask.emailLinks.loginWithCode({ email: ada.email, code });
  expect(user.email).toBe(ada.email);
  expect((await bask.me.get()).email).toBe(ada.email);
});

test("the database alone tells neither the token nor the code of a link", async () => {
  const { browser, token } = await askedBy();
  const code = await browser.showCode(token);
  const rows = JSON.stringify(await world.app.db.reader.select().from(tickets));
  for (const secret of [token, code, browser.codeVerifier]) expect(rows).not.toContain(secret);
});
