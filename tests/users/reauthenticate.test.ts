import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { users } from "../../src/db/tables";
import { codeOf } from "../support/authenticator";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});
afterEach(() => world.close());

const newEmail = { email: "ada.new@example.com" };

/** Takes Ada's password away, as for people who sign in by other means. */
const withoutPassword = () =>
  world.app.db.write(
    async (tx) => void (await tx.update(users).set({ passwordHash: null }).where(eq(users.email, ada.email))),
  );

describe("confirming one's identity", () => {
  test("makes a session count as just signed in to, for ten minutes", async () => {
    world.time.pass({ minutes: 11 });
    await expectRefusal(ada.bask.me.changeEmail(newEmail), "REAUTHENTICATION_REQUIRED");
    await ada.bask.auth.reauthenticate({ password: ada.password });
    world.time.pass({ minutes: 9 });
    await ada.bask.me.changeEmail(newEmail);
    world.time.pass({ minutes: 2 });
    await expectRefusal(ada.bask.me.changeEmail(newEmail), "REAUTHENTICATION_REQUIRED");
  });

  test("asks for everything that a sign-in asks for, however recent that is", async () => {
    await expectRefusal(ada.bask.auth.reauthenticate({}), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(ada.bask.auth.reauthenticate({ password: "not Ada's password" }), "INVALID_CREDENTIALS");
    const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
    await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    await expectRefusal(ada.bask.auth.reauthenticate({ password: ada.password }), "TWO_FACTOR_REQUIRED");
    await expectRefusal(
      ada.bask.auth.reauthenticate({ password: ada.password, twoFactorCode: "000000" }),
      "INVALID_TWO_FACTOR_CODE",
    );
    await ada.bask.auth.reauthenticate({ password: ada.password, twoFactorCode: codeOf(secret, world.time) });
  });

  test("with a code makes a session of a trusted device one with a second factor", async () => {
    const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
    await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    const credentials = { email: ada.email, password: ada.password };
    const { deviceToken } = await ada.bask.auth.login({
      ...credentials,
      twoFactorCode: codeOf(secret, world.time),
      trustDevice: true,
    });
    await ada.bask.auth.login({ ...credentials, deviceToken });
    const current = async () => (await ada.bask.sessions.list()).data.find(({ isCurrent }) => isCurrent);
    expect(await current()).toMatchObject({ twoFactor: false });
    world.time.pass({ minutes: 1 });
    await ada.bask.auth.reauthenticate({ password: ada.password, twoFactorCode: codeOf(secret, world.time) });
    expect(await current()).toMatchObject({ twoFactor: true });
  });
});

describe("an account without a password", () => {
  beforeEach(withoutPassword);

  test("is signed in to by no password, with the one refusal there is", async () => {
    for (const password of [ada.password, "null", " "])
      await expectRefusal(world.signIn({ ...ada, password }), "INVALID_CREDENTIALS");
  });

  test("confirms its identity by a recent sign-in where others send their password", async () => {
    const { secret } = await ada.bask.twoFactor.setup({});
    await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 11 });
    const code = () => codeOf(secret, world.time);
    await expectRefusal(ada.bask.twoFactor.disable({ code: code() }), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(ada.bask.me.changePassword({ newPassword: "a first password" }), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(
      ada.bask.me.changePassword({ currentPassword: ada.password, newPassword: "a first password" }),
      "INVALID_CREDENTIALS",
    );
  });

  test("sets its first password after a recent sign-in, once", async () => {
    await ada.bask.me.changePassword({ newPassword: "a first password" });
    await world.signIn({ ...ada, password: "a first password" });
    await expectRefusal(ada.bask.me.changePassword({ newPassword: "a second password" }), "REAUTHENTICATION_REQUIRED");
  });

  test("sets a password by email, and is deleted like any other", async () => {
    await world.visitor.auth.forgotPassword({ email: ada.email });
    await world.visitor.auth.resetPassword({
      token: await world.tokenTo(ada.email, "reset-password"),
      password: "a password by email",
    });
    const bask = await world.signIn({ ...ada, password: "a password by email" });
    await withoutPassword();
    await bask.me.delete();
    await expectRefusal(bask.me.get(), "UNAUTHORIZED");
    expect(await world.app.db.reader.$count(users, eq(users.email, ada.email))).toBe(0);
  });
});

test("two-factor authentication of an account with a password is not changed without it, however recent the sign-in", async () => {
  await expectRefusal(ada.bask.twoFactor.setup({}), "REAUTHENTICATION_REQUIRED");
  const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
  await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ minutes: 1 });
  const code = codeOf(secret, world.time);
  await expectRefusal(ada.bask.twoFactor.disable({ code }), "REAUTHENTICATION_REQUIRED");
  await expectRefusal(ada.bask.me.changePassword({ newPassword: "another password" }), "REAUTHENTICATION_REQUIRED");
});
