import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { auditEvents } from "../../src/db/tables";
import { findUserByEmail } from "../../src/users/users.sql";
import { codeOf } from "../support/authenticator";
import { expectReason, expectRefusal, storm } from "../support/expect";
import { assertion, enroll, newAuthenticator } from "../support/passkeys";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

async function resetToken({ email }: Pick<Person, "email">) {
  await world.visitor.auth.forgotPassword({ email });
  return world.tokenTo(email, "reset-password");
}
const password = "a new and long password";
/** The types of events in a user's log. */
async function actionsOf({ email }: Pick<Person, "email">) {
  const user = await findUserByEmail(world.app.db.reader, email);
  const events = await world.app.db.reader.select().from(auditEvents).where(eq(auditEvents.chain, user!.id));
  return events.map(({ action }) => action);
}

describe("a password reset", () => {
  test("sets the password, ends every session, opens none, and sends an email", async () => {
    const ada = await world.person("Ada");
    const elsewhere = await world.signIn(ada);
    expect(await world.visitor.auth.resetPassword({ token: await resetToken(ada), password })).toBeUndefined();
    await expectRefusal(ada.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(elsewhere.auth.refresh(), "INVALID_REFRESH_TOKEN");
    await expectRefusal(world.signIn(ada), "INVALID_CREDENTIALS");
    await world.signIn({ ...ada, password });
    expect((await world.emailsTo(ada.email)).at(-1)!.template).toBe("password-changed");
  });

  test("works once when sent fifty times at once", async () => {
    const bea = await world.person("Bea");
    const token = await resetToken(bea);
    const reset = (i: number) => world.visitor.auth.resetPassword({ token, password: `${password} ${i}` });
    expect((await storm(50, reset)).won).toHaveLength(1);
  });

  test("is valid for an hour, and replaced by a newer one", async () => {
    const cleo = await world.person("Cleo");
    const first = await resetToken(cleo);
    const second = await resetToken(cleo);
    await expectRefusal(world.visitor.auth.resetPassword({ token: first, password }), "INVALID_TOKEN");
    world.time.pass({ hours: 1 });
    await expectRefusal(world.visitor.auth.resetPassword({ token: second, password }), "INVALID_TOKEN");
    await world.signIn(cleo);
  });

  test("is not consumed by a password that is refused", async () => {
    const dora = await world.person("Dora");
    const token = await resetToken(dora);
    await expectRefusal(world.visitor.auth.resetPassword({ token, password: "password" }), "VALIDATION_ERROR");
    await expectRefusal(world.visitor.auth.resetPassword({ token, password: "short" }), "VALIDATION_ERROR");
    await world.visitor.auth.resetPassword({ token, password });
  });

  test("of a verified email keeps the second factor and the API keys", async () => {
    const elsa = await world.person("Elsa");
    await world.verify(elsa);
    const { secret } = await elsa.bask.twoFactor.setup({ password: elsa.password });
    await elsa.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    const { id } = await elsa.bask.organizations.create({ name: "Elsa's" });
    const { key } = await elsa.bask.apiKeys.create(id, { name: "Robot" });
    await world.visitor.auth.resetPassword({ token: await resetToken(elsa), password });
    await expectRefusal(world.signIn({ ...elsa, password }), "TWO_FACTOR_REQUIRED");
    await world.machine(key).whoami();
  });

  test("of a verified email keeps the passkeys, and its email names them", async () => {
    const gina = await world.person("Gina");
    await world.verify(gina);
    const passkey = newAuthenticator();
    await enroll(gina.bask, passkey);
    await world.visitor.auth.resetPassword({ token: await resetToken(gina), password });
    const changed = (await world.emailsTo(gina.email)).findLast(({ template }) => template === "password-changed")!;
    expect(changed.text).toContain("What signs in to the account now: the password, 1 passkey.");
    await world.visitor.request("POST", "/auth/passkeys/login", {
      body: { passkey: await assertion(world.visitor, passkey) },
    });
  });

  test("by the owner of an email ends what someone set up who never verified it", async () => {
    const squatter = await world.person("Fay");
    const { secret } = await squatter.bask.twoFactor.setup({ password: squatter.password });
    await squatter.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    const passkey = newAuthenticator();
    await enroll(squatter.bask, passkey, { password: squatter.password });
    const { id } = await squatter.bask.organizations.create({ name: "Trap" });
    const { key, ...made } = await squatter.bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
    const robot = world.machine(key);
    await robot.whoami();
    await world.visitor.auth.resetPassword({ token: await resetToken(squatter), password });
    await expectRefusal(squatter.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    const removed = (await world.emailsTo(squatter.email)).find(({ template }) => template === "access-removed")!;
    expect(removed.text).toContain("removed: two-factor authentication, 1 passkey, 1 API key.");
    expect(await actionsOf(squatter)).toEqual(
      expect.arrayContaining(["two_factor.disabled", "user.added_access_removed"]),
    );
    const use = await assertion(world.visitor, passkey);
    await expectReason(
      world.visitor.request("POST", "/auth/passkeys/login", { body: { passkey: use } }),
      "unknown_passkey",
    );
    const owner = await world.signIn({ ...squatter, password });
    expect(await owner.me.get()).toMatchObject({ emailVerified: true, twoFactorEnabled: false });
    expect(await owner.apiKeys.get(id, made.id)).toMatchObject({ disabledBecause: "account_reset" });
    expect((await owner.auditLogs.list(id, { action: "api_key.disabled" })).data).toMatchObject([
      { targetId: made.id },
    ]);
  });
});

describe("a new password", () => {
  test("is refused when it is common, or close to its user or to this service", async () => {
    const register = (password: string) =>
      world.visitor.auth.register({ email: "grace.hopper@example.com", password, fullName: "Grace Hopper" });
    for (const weak of [
      "password",
      "PASSWORD",
      "ｐａｓｓｗｏｒｄ",
      "football",
      "gracehopper1",
      "Hopper2024",
      "bask.test",
      "Hopper123456",
      "grace.hopper@example.com",
    ]) {
      await expectRefusal(register(weak), "VALIDATION_ERROR");
    }
    await register("pass word of grace");
  });

  test("may be any other 8 to 128 characters, and is never truncated or trimmed", async () => {
    for (const [i, good] of ["пароль-длинный", " spaces at both ends ", "🦊".repeat(8), "x7".repeat(64)].entries()) {
      const email = `any${i}@example.com`;
      await world.visitor.auth.register({ email, password: good, fullName: "Any" });
      await world.signIn({ email, password: good } as Person);
      await expectRefusal(world.signIn({ email, password: good.slice(0, -2) } as Person), "INVALID_CREDENTIALS");
    }
    await expectRefusal(
      world.visitor.auth.register({ email: "any@example.com", password: "x7".repeat(65), fullName: "Any" }),
      "VALIDATION_ERROR",
    );
  });
});
