import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { grantOperator } from "../../src/operators/operators";
import { recordAttempt } from "../../src/users/login-attempts";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let secret: string;
let deviceToken: string;
beforeAll(async () => {
  world = await openWorld({ config: { trustedProxies: ["127.0.0.1"] } });
});
beforeEach(async () => {
  ada = await world.person(`Ada${world.time.now()}`);
  secret = (await ada.bask.twoFactor.setup({ password: ada.password })).secret;
  await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ seconds: 30 });
  const twoFactorCode = codeOf(secret, world.time);
  const { email, password } = ada;
  deviceToken = (await ada.bask.auth.login({ email, password, twoFactorCode, trustDevice: true })).deviceToken!;
  world.time.pass({ seconds: 30 });
});

const login = (token?: string, { email, password } = ada) =>
  world.visitor.auth.login({ email, password, ...(token !== undefined && { deviceToken: token }) });

describe("a trusted device", () => {
  test("needs no code for thirty days, but the password", async () => {
    expect(deviceToken).toMatch(/^btd_[\w-]{50}$/);
    await login(deviceToken);
    await expectRefusal(login(deviceToken, { ...ada, password: "wrong" }), "INVALID_CREDENTIALS");
    world.time.pass({ days: 30 });
    await expectRefusal(login(deviceToken), "TWO_FACTOR_REQUIRED");
  });

  test("replaces the code at sign-in only: what requires a second factor still asks for it", async () => {
    const { email, password } = ada;
    await ada.bask.auth.login({ email, password, deviceToken });
    await expectRefusal(ada.bask.me.changeEmail({ email: "ada@new.example", password }), "TWO_FACTOR_REQUIRED");
    await world.verify(ada);
    await grantOperator(world.app, email);
    await expectRefusal(ada.bask.admin.users.list(), "REAUTHENTICATION_REQUIRED");
    const twoFactorCode = codeOf(secret, world.time);
    await ada.bask.auth.login({ email, password, deviceToken, twoFactorCode });
    await ada.bask.admin.users.list();
  });

  test("works for its user only, and no altered or made-up token works", async () => {
    const bea = await world.person("Bea");
    const setUp = await bea.bask.twoFactor.setup({ password: bea.password });
    await bea.bask.twoFactor.verify({ code: codeOf(setUp.secret, world.time) });
    await expectRefusal(login(deviceToken, bea), "TWO_FACTOR_REQUIRED");
    const { id } = (await ada.bask.trustedDevices.list()).data[0]!;
    for (const token of ["", "btd_", `${deviceToken.slice(0, -2)}AA`, world.app.mailedTokens.write(id as never)]) {
      await expectRefusal(login(token), "TWO_FACTOR_REQUIRED");
    }
  });

  test("signs its user in although strangers have locked the account with wrong passwords, and no one else", async () => {
    const { id } = await ada.bask.me.get();
    for (let i = 0; i < 20; i++)
      await world.app.db.write((tx) =>
        recordAttempt(tx, { account: id, source: `192.0.2.${i}`, isKnown: false }, false),
      );
    const from = (ip: string) =>
      createClient({
        url: world.url,
        fetch: (url, init) =>
          fetch(url, { ...init, headers: { ...init.headers, "X-Forwarded-For": ip } as HeadersInit }),
      }).auth;
    const { email, password } = ada;
    await expectRefusal(from("192.0.2.200").login({ email, password }), "ACCOUNT_TEMPORARILY_LOCKED");
    const other = { email, password, deviceToken: `${deviceToken.slice(0, -2)}AA` };
    await expectRefusal(from("192.0.2.200").login(other), "ACCOUNT_TEMPORARILY_LOCKED");
    await from("192.0.2.200").login({ email, password, deviceToken });
  });

  test("is listed, and asked for a code again once it is removed", async () => {
    const { data } = await ada.bask.trustedDevices.list();
    expect(data).toMatchObject([{ ip: "127.0.0.1", device: expect.any(String) }]);
    const bea = await world.person("Cleo");
    await expectRefusal(bea.bask.trustedDevices.revoke(data[0]!.id), "NOT_FOUND");
    await ada.bask.trustedDevices.revoke(data[0]!.id);
    await expectRefusal(ada.bask.trustedDevices.revoke(data[0]!.id), "NOT_FOUND");
    await expectRefusal(login(deviceToken), "TWO_FACTOR_REQUIRED");
  });

  test("is no longer trusted after a change of password", async () => {
    const newPassword = "a new and long password";
    await ada.bask.me.changePassword({ currentPassword: ada.password, newPassword });
    await expectRefusal(login(deviceToken, { ...ada, password: newPassword }), "TWO_FACTOR_REQUIRED");
  });

  test("is no longer trusted after signing out everywhere, or after new backup codes", async () => {
    const { email, password } = ada;
    const trusted = async () => {
      world.time.pass({ seconds: 30 });
      const twoFactorCode = codeOf(secret, world.time);
      return (await ada.bask.auth.login({ email, password, twoFactorCode, trustDevice: true })).deviceToken!;
    };
    const ends = [
      () => ada.bask.auth.logout({ allSessions: true }),
      () => ada.bask.sessions.revokeOthers(),
      async () => {
        world.time.pass({ seconds: 30 });
        await ada.bask.twoFactor.regenerateBackupCodes({ password, code: codeOf(secret, world.time) });
      },
    ];
    for (const end of ends) {
      const token = await trusted();
      await login(token);
      await end();
      await expectRefusal(login(token), "TWO_FACTOR_REQUIRED");
    }
  });

  test("is no longer trusted after two-factor authentication was turned off and on", async () => {
    await ada.bask.twoFactor.disable({ password: ada.password, code: codeOf(secret, world.time) });
    const { secret: next } = await ada.bask.twoFactor.setup({ password: ada.password });
    await ada.bask.twoFactor.verify({ code: codeOf(next, world.time) });
    await expectRefusal(login(deviceToken), "TWO_FACTOR_REQUIRED");
  });
});

test("a device is not trusted for a password alone", async () => {
  const dora = await world.person("Dora");
  const answer = await dora.bask.auth.login({ email: dora.email, password: dora.password, trustDevice: true });
  expect(answer).not.toHaveProperty("deviceToken");
});
