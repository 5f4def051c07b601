import { beforeAll, describe, expect, test } from "bun:test";
import { showTime } from "../../src/mail/show";
import { expectRefusal, refusalOf, storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

const password = "another long password";
let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});
const namesTo = async (email: string, from = world) => (await from.emailsTo(email)).map(({ template }) => template);

describe("registering an email that is taken", () => {
  test("gets the same response, changes nothing, and is emailed to its owner", async () => {
    world.time.pass({ minutes: 10 });
    const again = { email: "ADA@Example.com", password, fullName: "Not Ada" };
    const free = { email: "gil@example.com", password, fullName: "Gil" };
    expect(await world.visitor.auth.register(again)).toEqual(await world.visitor.auth.register(free));
    expect((await world.emailsTo(ada.email)).at(-1)).toMatchObject({ template: "email-taken", link: undefined });
    expect(await (await world.signIn(ada)).me.get()).toMatchObject({ fullName: "Ada Example" });
  });

  test("twice within minutes is a double click, and sends no second email", async () => {
    const bea = { email: "bea@example.com", password, fullName: "Bea" };
    const { won } = await storm(2, () => world.visitor.auth.register(bea));
    expect(won).toHaveLength(2);
    expect(await namesTo(bea.email)).toEqual(["verify-email"]);
    await world.visitor.auth.verifyEmail({ token: await world.tokenTo(bea.email, "verify-email"), password });
    world.time.pass({ minutes: 10 });
    await world.visitor.auth.register(bea);
    expect(await namesTo(bea.email)).toEqual(["verify-email", "email-taken"]);
  });

  test("that was given up within seven days is told until when it is reserved, and free after that", async () => {
    const cleo = await world.person("Cleo");
    await world.verify(cleo);
    await cleo.bask.me.changeEmail({ email: "cleo@new.example" });
    await cleo.bask.auth.verifyEmail({ token: await world.tokenTo("cleo@new.example", "change-email") });
    const next = { email: cleo.email, password, fullName: "Next" };
    await world.visitor.auth.register(next);
    const until = `reserved until ${showTime(new Date(world.time.now() + 7 * 86_400_000), { language: "en", timezone: "UTC" })}`;
    expect((await world.emailsTo(cleo.email)).at(-1)).toMatchObject({
      template: "email-reserved",
      text: expect.stringContaining(until),
    });
    await expectRefusal(world.signIn(next), "INVALID_CREDENTIALS");
    world.time.pass({ days: 7 });
    await world.visitor.auth.register(next);
    await world.signIn(next);
  });

  test("by changing to it is told the same way", async () => {
    const dora = await world.person("Dora");
    await world.verify(dora);
    await dora.bask.me.changeEmail({ email: "dora@new.example" });
    await dora.bask.auth.verifyEmail({ token: await world.tokenTo("dora@new.example", "change-email") });
    await (await world.signIn(ada)).me.changeEmail({ email: dora.email });
    expect((await namesTo(dora.email)).at(-1)).toBe("email-reserved");
  });
});

describe("where emails must be verified", () => {
  const demanding = () => openWorld({ config: { emailVerification: "required" } });

  test("a new account is signed in to only after its first email, so that signing in does not tell whether it is new", async () => {
    const world = await demanding();
    const fay = await world.person("Fay");
    world.time.pass({ minutes: 10 });
    const signInAfterRegistering = async (email: string) => {
      const response = await world.visitor.auth.register({ email, password, fullName: "Mallory" });
      const { code, reason, message, status } = await refusalOf(world.signIn({ email, password }));
      return { response, code, reason, message, status };
    };
    const free = await signInAfterRegistering("free@example.com");
    expect(await signInAfterRegistering(fay.email)).toEqual(free);
    expect(free).toMatchObject({ code: "INVALID_CREDENTIALS", reason: "wrong_or_unverified" });
    expect(free.response.message).toStartWith("Check your email");
    await world.signIn(fay);
  });

  test("a lock after wrong passwords does not tell it either", async () => {
    const world = await demanding();
    const gil = await world.person("Gil");
    const afterGuesses = async (email: string) => {
      for (let i = 0; i < 5; i++)
        await expectRefusal(world.signIn({ email, password: `wrong ${i}` }), "INVALID_CREDENTIALS");
      await world.visitor.auth.register({ email, password, fullName: "Mallory" });
      return (await refusalOf(world.signIn({ email, password }))).code;
    };
    expect(await afterGuesses("free@example.com")).toBe("ACCOUNT_TEMPORARILY_LOCKED");
    expect(await afterGuesses(gil.email)).toBe("ACCOUNT_TEMPORARILY_LOCKED");
  });

  test("the user verifies and signs in, whatever strangers guessed before", async () => {
    const world = await demanding();
    const email = "hana@example.com";
    await world.visitor.auth.register({ email, password, fullName: "Hana" });
    for (let i = 0; i < 5; i++)
      await expectRefusal(world.signIn({ email, password: `wrong ${i}` }), "INVALID_CREDENTIALS");
    await expectRefusal(world.signIn({ email, password }), "ACCOUNT_TEMPORARILY_LOCKED");
    const token = await world.tokenTo(email, "verify-email");
    await expectRefusal(world.visitor.auth.verifyEmail({ token, password: "wrong" }), "INVALID_CREDENTIALS");
    await world.visitor.auth.verifyEmail({ token, password });
    const bask = await world.signIn({ email, password });
    expect(await bask.me.get()).toMatchObject({ emailVerified: true });
  });

  test("a reset by email is a first email too", async () => {
    const world = await demanding();
    const email = "ida@example.com";
    await world.visitor.auth.register({ email, password, fullName: "Ida" });
    await world.visitor.auth.forgotPassword({ email });
    const token = await world.tokenTo(email, "reset-password");
    await world.visitor.auth.resetPassword({ token, password: "a new and long password" });
    await world.signIn({ email, password: "a new and long password" });
  });

  test("accounts from before emails had to be verified are signed in to as before", async () => {
    const world = await openWorld();
    const jo = await world.person("Jo");
    const { url } = world.app.config.database;
    const demanding = await openWorld({
      databaseUrl: url,
      time: world.time,
      config: { emailVerification: "required" },
    });
    expect(await (await demanding.signIn(jo)).me.get()).toMatchObject({ emailVerified: false });
  });
});
