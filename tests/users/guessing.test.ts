import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { loginFailures } from "../../src/db/tables";
import { boundFailures, prune } from "../../src/pruning";
import { recordAttempt } from "../../src/users/login-attempts";
import { createClient } from "../support/client";
import { expectRefusal, storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld({ config: { trustedProxies: ["127.0.0.1"] } });
  ada = await world.person("Ada");
});

/** The SDK as a client with this IP address. */
const at = (ip: string, headers: Record<string, string> = {}) =>
  createClient({
    url: world.url,
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, ...headers, "X-Forwarded-For": ip } as HeadersInit }),
  });
/** Signs in with the right password. */
const signIn = (
  ip: string,
  { email, password }: Pick<Person, "email" | "password">,
  headers?: Record<string, string>,
) => at(ip, headers).auth.login({ email, password });
let guesses = 0;
const guess = (ip: string, email: string, password = `wrong password ${guesses++}`) =>
  at(ip).auth.login({ email, password });
const wrong = async (times: number, ip: string, email: string) => {
  for (let i = 0; i < times; i++) await expectRefusal(guess(ip, email), "INVALID_CREDENTIALS");
};
/** Guesses from four networks until the account is locked for those it does not know. */
const lockForStrangers = async (email: string, network = "198.51.100") => {
  for (let i = 0; i < 4; i++) await wrong(5, `${network}.${i}`, email);
};

describe("guessing a password", () => {
  test("is stopped after five wrong ones in a row, for a time that doubles", async () => {
    const { email, password } = await world.person("Bea");
    for (const minutes of [1, 2, 4]) {
      await wrong(5, "192.0.2.1", email);
      world.time.pass({ seconds: 20 });
      const locked = await expectRefusal(guess("192.0.2.1", email, password), "ACCOUNT_TEMPORARILY_LOCKED");
      expect(locked).toMatchObject({ status: 429, retryAfter: minutes * 60 - 20 });
      world.time.pass({ minutes });
    }
    await guess("192.0.2.1", email, password);
  });

  test("forty times at once, in several spellings of the email, verifies five passwords, and a correct one after them is refused", async () => {
    const { email, password } = await world.person("Cleo");
    const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace("c", "ｃ")];
    const { won, lost } = await storm(40, (i) => guess("192.0.2.2", spellings[i % 4]!));
    expect(won).toEqual([]);
    expect(lost.filter((code) => code === "INVALID_CREDENTIALS")).toHaveLength(5);
    await expectRefusal(guess("192.0.2.2", email, password), "ACCOUNT_TEMPORARILY_LOCKED");
  });

  test("locks an IPv4 address or an IPv6 /64, and no one else", async () => {
    const { email, password } = await world.person("Dora");
    await wrong(5, "2001:db8::1", email);
    await expectRefusal(guess("2001:db8::ffff:2", email, password), "ACCOUNT_TEMPORARILY_LOCKED");
    await wrong(4, "2001:db8:0:1::1", email);
    await guess("192.0.2.3", email, password);
  });

  test("gets the same responses for an email without an account", async () => {
    const responses = async (email: string) => {
      const refusals = [];
      for (let i = 0; i < 26; i++) {
        const { code, status, message, retryAfter } = await guess(`192.0.2.${40 + Math.floor(i / 6)}`, email).catch(
          (error) => error,
        );
        refusals.push({ code, status, message, retryAfter });
      }
      return refusals;
    };
    expect(await responses("nobody@example.com")).toEqual(await responses(ada.email));
  });

  test("is counted the same when a signed-in user is asked for the password, for that session alone", async () => {
    const gil = await world.person("Gil");
    for (let i = 0; i < 5; i++)
      await expectRefusal(gil.bask.twoFactor.setup({ password: `wrong ${i}` }), "INVALID_CREDENTIALS");
    await expectRefusal(gil.bask.twoFactor.setup({ password: gil.password }), "ACCOUNT_TEMPORARILY_LOCKED");
    const again = await world.signIn(gil);
    await again.twoFactor.setup({ password: gil.password });
    await expectRefusal(gil.bask.twoFactor.setup({ password: gil.password }), "ACCOUNT_TEMPORARILY_LOCKED");
    world.time.pass({ minutes: 1 });
    await gil.bask.twoFactor.setup({ password: gil.password });
  });

  test("does not count the password from before the last change, however often a script still sends it", async () => {
    const { email, password, bask } = await world.person("Hugo");
    const newPassword = "a new and long password";
    await bask.me.changePassword({ currentPassword: password, newPassword });
    for (let i = 0; i < 12; i++) await expectRefusal(guess("127.0.0.1", email, password), "INVALID_CREDENTIALS");
    await storm(30, () => guess("127.0.0.1", email, password));
    await wrong(4, "127.0.0.1", email);
    await expectRefusal(guess("127.0.0.1", email, password), "INVALID_CREDENTIALS");
    await guess("127.0.0.1", email, newPassword);
  });
});

describe("an account that strangers guess at", () => {
  test("is locked for them, and not for a network, a browser or a device that it knows", async () => {
    const elsa = await world.person("Elsa");
    await signIn("192.0.2.5", elsa);
    const browser = await fetch(`${world.url}/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": "192.0.2.6" },
      body: JSON.stringify({ email: elsa.email, password: elsa.password, session: "cookie" }),
    });
    const Cookie = browser.headers.get("set-cookie")!.split(";")[0]!;
    world.time.pass({ days: 2 });

    await lockForStrangers(elsa.email);
    const stranger = await expectRefusal(guess("192.0.2.7", elsa.email, elsa.password), "ACCOUNT_TEMPORARILY_LOCKED");
    expect(stranger.retryAfter).toBe(15 * 60);
    await guess("192.0.2.5", elsa.email, elsa.password);
    const own = { Cookie, "Sec-Fetch-Site": "same-origin" };
    await signIn("192.0.2.7", elsa, own);
    await expectRefusal(
      signIn("192.0.2.17", elsa, { ...own, "Sec-Fetch-Site": "cross-site" }),
      "ACCOUNT_TEMPORARILY_LOCKED",
    );
    await elsa.bask.auth.refresh();
  });

  test("is not opened to strangers by the cookie of another account, or of a session that has ended", async () => {
    const fay = await world.person("Fay");
    await lockForStrangers(fay.email);
    const other = (await world.signIn(ada)).tokens()!.refreshToken;
    const ended = await world.signIn(fay);
    const endedToken = ended.tokens()!.refreshToken;
    await ended.auth.logout();
    for (const token of [other, endedToken, "bsr_junk"]) {
      const headers = { Cookie: `__Host-bask_refresh=${token}`, "Sec-Fetch-Site": "same-origin" };
      await expectRefusal(signIn("192.0.2.8", fay, headers), "ACCOUNT_TEMPORARILY_LOCKED");
    }
  });

  test("opens again by itself, after a time that doubles up to a day, and one later mistake does not lock it", async () => {
    const { email, password, bask } = await world.person("Ida");
    const account = (await bask.me.get()).id;
    const failure = (source: string) => ({ account, source, isKnown: false });
    for (const [round, hours] of [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24].entries()) {
      for (let i = 0; i < 20; i++)
        await world.app.db.write((tx) => recordAttempt(tx, failure(`203.0.${round}.${i}`), false));
      const locked = await expectRefusal(guess("192.0.2.9", email, password), "ACCOUNT_TEMPORARILY_LOCKED");
      expect(locked.retryAfter).toBe(hours * 3600);
      world.time.pass({ hours });
    }
    await wrong(1, "192.0.2.9", email);
    await guess("192.0.2.9", email, password);
  });

  test("gives a known network five passwords at a time, and locks that network alone", async () => {
    const jo = await world.person("Jo");
    await signIn("192.0.2.10", jo);
    await wrong(5, "192.0.2.10", jo.email);
    await expectRefusal(guess("192.0.2.10", jo.email, jo.password), "ACCOUNT_TEMPORARILY_LOCKED");
    await guess("192.0.2.11", jo.email, jo.password);
  });

  test("is open to everyone after a reset, also where its user had locked themselves out", async () => {
    const kim = await world.person("Kim");
    await lockForStrangers(kim.email);
    await wrong(5, "127.0.0.1", kim.email);
    await world.visitor.auth.forgotPassword({ email: kim.email });
    const password = "a new and long password";
    await at("192.0.2.12").auth.resetPassword({ token: await world.tokenTo(kim.email, "reset-password"), password });
    for (const ip of ["192.0.2.13", "127.0.0.1", "198.51.100.0"]) await guess(ip, kim.email, password);
  });

  test("is locked no longer than it says by a clock that was a year ahead", async () => {
    const ahead = await openWorld({ config: { trustedProxies: ["127.0.0.1"] } });
    const lea = await ahead.person("Lea");
    ahead.time.jump(365 * 86_400_000);
    for (let i = 0; i < 5; i++) await expectRefusal(ahead.signIn({ ...lea, password: "wrong" }), "INVALID_CREDENTIALS");
    await expectRefusal(ahead.signIn(lea), "ACCOUNT_TEMPORARILY_LOCKED");
    ahead.time.jump(-365 * 86_400_000);
    const restarted = await openWorld({ databaseUrl: ahead.app.config.database.url, time: ahead.time });
    await restarted.signIn(lea);
  });
});

describe("two processes", () => {
  const guessAt = (of: World, email: string, ip: string, password = `wrong password ${guesses++}`) =>
    createClient({
      url: of.url,
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, "X-Forwarded-For": ip } as HeadersInit }),
    }).auth.login({ email, password });
  let other: World;
  beforeAll(async () => {
    const databaseUrl = world.app.config.database.url;
    other = await openWorld({ databaseUrl, time: world.time, config: { trustedProxies: ["127.0.0.1"] } });
  });
  const either = (i: number) => (i % 2 ? world : other);

  test("verify five guesses of a source at once, and twenty of all strangers", async () => {
    const nia = await world.person("Nia");
    const source = await storm(40, (i) => guessAt(either(i), nia.email, "192.0.2.90"));
    expect(source.lost.filter((code) => code === "INVALID_CREDENTIALS")).toHaveLength(5);
    const strangers = await storm(60, (i) => guessAt(either(i), nia.email, `192.0.2.${100 + (i % 20)}`));
    expect(strangers.lost.filter((code) => code === "INVALID_CREDENTIALS")).toHaveLength(15);
  });

  test("do not count the previous password, however often it comes to both at once", async () => {
    const { email, password, bask } = await world.person("Olaf");
    const newPassword = "a new and long password";
    await bask.me.changePassword({ currentPassword: password, newPassword });
    await storm(40, (i) => guessAt(either(i), email, "192.0.2.91", password));
    await guessAt(other, email, "192.0.2.91", newPassword);
  });

  test("create one account of registrations at once, and send one email", async () => {
    const email = "pat@example.com";
    const register = (i: number) =>
      either(i).visitor.auth.register({ email, password: "another long password", fullName: "Pat" });
    expect((await storm(20, register)).won).toHaveLength(20);
    expect((await world.emailsTo(email)).map(({ template }) => template)).toEqual(["verify-email"]);
  });
});

describe("an email without an account", () => {
  test("leaves its guesses behind when it gets one", async () => {
    const email = "mia@example.com";
    await lockForStrangers(email);
    await expectRefusal(guess("127.0.0.1", email), "ACCOUNT_TEMPORARILY_LOCKED");
    const mia = await world.person("Mia");
    await guess("192.0.2.14", mia.email, mia.password);
  });

  test("is forgotten a day after the last guess, with or without an account, unless it was locked", async () => {
    await wrong(1, "192.0.2.15", "ghost@example.com");
    await wrong(1, "192.0.2.15", ada.email);
    await lockForStrangers("locked@example.com");
    world.time.pass({ days: 1 });
    await prune(world.app);
    const left = await world.app.db.reader.select().from(loginFailures);
    expect(left.some(({ account }) => account === "ghost@example.com")).toBe(false);
    expect(left.filter(({ account }) => account === "locked@example.com")).not.toHaveLength(0);
    world.time.pass({ days: 31 });
    await prune(world.app);
    expect(await world.app.db.reader.$count(loginFailures, eq(loginFailures.account, "locked@example.com"))).toBe(0);
  });

  test("takes bounded room, however many are guessed at: what would expire first goes first", async () => {
    for (let i = 0; i < 5; i++) {
      world.time.pass({ seconds: 1 });
      await wrong(1, "192.0.2.16", `many${i}@example.com`);
    }
    await boundFailures(world.app, 4);
    const left = await world.app.db.reader.select().from(loginFailures);
    expect(left).toHaveLength(4);
    expect(left.map(({ account }) => account)).not.toContain("many0@example.com");
    expect(left.map(({ account }) => account)).toContain("many4@example.com");
  });
});
