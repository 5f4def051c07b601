import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { attempts } from "../../src/db/tables";
import { prune } from "../../src/housekeeping";
import { connect } from "../../src/sdk/client";
import { expectRefusal, storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(30_000);

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld({ config: { trustedProxies: ["127.0.0.1"] } });
  ada = await world.person("Ada");
});

/** The SDK as a client with this IP address. */
const at = (address: string) =>
  connect({
    url: world.url,
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, "X-Forwarded-For": address } as HeadersInit }),
  });
const guess = (address: string, email: string, password = "a wrong password") =>
  at(address).auth.login({ email, password });
const wrong = async (times: number, address: string, email: string) => {
  for (let i = 0; i < times; i++) await expectRefusal(guess(address, email), "INVALID_CREDENTIALS");
};

describe("guessing a password", () => {
  test("is stopped after five wrong ones in a row, for a time that doubles", async () => {
    const { email, password } = await world.person("Bea");
    for (const minutes of [1, 2, 4]) {
      await wrong(5, "192.0.2.1", email);
      const locked = await expectRefusal(guess("192.0.2.1", email, password), "ACCOUNT_TEMPORARILY_LOCKED");
      expect(locked).toMatchObject({ status: 429, retryAfter: minutes * 60 });
      world.time.pass({ minutes });
    }
    await guess("192.0.2.1", email, password);
  });

  test("forty times at once, in several spellings of the email, verifies five passwords, and a correct one among the rest is refused", async () => {
    const { email, password } = await world.person("Cleo");
    const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace("c", "ｃ")];
    const guesses = (i: number) => guess("192.0.2.2", spellings[i % 4]!, i === 39 ? password : "a wrong password");
    const { won, lost } = await storm(40, guesses);
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
    const answers = async (email: string) => {
      const refusals = [];
      for (let i = 0; i < 6; i++) {
        const { code, status, message, retryAfter } = await guess("192.0.2.4", email).catch((error) => error);
        refusals.push({ code, status, message, retryAfter });
      }
      return refusals;
    };
    expect(await answers("nobody@example.com")).toEqual(await answers(ada.email));
  });

  test("does not stop the owner's refresh and reset, ends by itself, and one later mistake does not lock again", async () => {
    const elsa = await world.person("Elsa");
    for (let i = 0; i < 4; i++) await wrong(5, `198.51.100.${i}`, elsa.email);
    await expectRefusal(guess("192.0.2.5", elsa.email, elsa.password), "ACCOUNT_TEMPORARILY_LOCKED");
    await elsa.bask.auth.refresh();
    world.time.pass({ minutes: 15 });
    await wrong(1, "192.0.2.5", elsa.email);
    await guess("192.0.2.5", elsa.email, elsa.password);
  });

  test("locks the password after a hundred wrong ones in a row, until it is reset", async () => {
    const fay = await world.person("Fay");
    for (let i = 0; i < 20; i++) {
      await wrong(5, `203.0.113.${i}`, fay.email);
      if (i % 4 === 3) world.time.pass({ days: 1 });
    }
    world.time.pass({ days: 365 });
    await prune(world.app);
    const closed = await expectRefusal(guess("192.0.2.6", fay.email, fay.password), "ACCOUNT_TEMPORARILY_LOCKED");
    expect(closed).toMatchObject({ status: 429, retryAfter: undefined, reason: "password_locked" });
    await world.visitor.auth.forgotPassword({ email: fay.email });
    const password = "a new and long password";
    await at("192.0.2.6").auth.resetPassword({ token: await world.tokenTo(fay.email, "reset-password"), password });
    await guess("192.0.2.6", fay.email, password);
  });

  test("is counted the same when a signed-in user is asked for the password", async () => {
    const gil = await world.person("Gil");
    for (let i = 0; i < 5; i++)
      await expectRefusal(gil.bask.twoFactor.setUp({ password: "wrong" }), "INVALID_CREDENTIALS");
    await expectRefusal(gil.bask.twoFactor.setUp({ password: gil.password }), "ACCOUNT_TEMPORARILY_LOCKED");
    await expectRefusal(world.signIn(gil), "ACCOUNT_TEMPORARILY_LOCKED");
  });

  test("is remembered equally long for an email with and without an account, and its sources are forgotten", async () => {
    const { email } = await world.person("Hana");
    for (const address of [email, "ghost@example.com"]) {
      for (let i = 0; i < 4; i++) await wrong(i === 3 ? 4 : 5, `192.0.2.${10 + i}`, address);
    }
    world.time.pass({ days: 400 });
    await prune(world.app);
    const subjects = (await world.app.db.reader.select().from(attempts)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => !subject.startsWith("password:"))).toEqual([]);
    for (const address of [email, "ghost@example.com"]) {
      await wrong(1, "192.0.2.20", address);
      await expectRefusal(guess("192.0.2.21", address), "ACCOUNT_TEMPORARILY_LOCKED");
    }
  });
});
