import { beforeAll, describe, expect, test } from "bun:test";
import { and, eq, isNull } from "drizzle-orm";
import { auditEvents, knownSources, tickets, users } from "../../src/db/tables";
import type { UserId } from "../../src/ids";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectRefusal, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
});

const newPassword = "a new and long password";
const long = { minutes: 10 };
/** The types of events in a log. */
const actionsOf = async (chain: string) =>
  (await world.app.db.reader.select().from(auditEvents).where(eq(auditEvents.chain, chain))).map(
    ({ action }) => action,
  );

/** A user whose sign-in is too old to count as proof of identity. */
async function signedInLongAgo(name: string): Promise<Person> {
  const person = await world.person(name);
  world.time.pass(long);
  return person;
}

describe("a profile", () => {
  test("changes the given fields and no others", async () => {
    const { bask } = await world.person("Ada");
    const defaults = { theme: "system", language: null, timezone: null };
    expect(await bask.me.get()).toMatchObject({ avatarUrl: null, preferences: defaults });
    await bask.me.update({ fullName: "Ada King", preferences: { theme: "dark", timezone: "Europe/London" } });
    const changed = await bask.me.update({
      avatarUrl: "https://example.com/ada.png",
      preferences: { language: "en-GB" },
    });
    expect(changed).toMatchObject({
      fullName: "Ada King",
      avatarUrl: "https://example.com/ada.png",
      preferences: { theme: "dark", language: "en-GB", timezone: "Europe/London" },
    });
    expect(await bask.me.update({ avatarUrl: null })).toEqual({ ...changed, avatarUrl: null });
  });

  test("keeps all changes that are made at the same time", async () => {
    const { bask } = await world.person("Bo");
    for (const theme of ["dark", "light", "dark", "light"] as const) {
      const timezone = theme === "dark" ? "Europe/Berlin" : "Europe/Paris";
      const changes = [{ theme }, { timezone }, { language: theme === "dark" ? "de" : "fr" }];
      await Promise.all(changes.map((preferences) => bask.me.update({ preferences })));
      expect((await bask.me.get()).preferences).toEqual(Object.assign({}, ...changes));
    }
  });

  test("refuses an invalid time zone, language or avatar URL, and every other field", async () => {
    const { bask } = await world.person("Bea");
    for (const change of [
      { preferences: { timezone: "Mars/Base" } },
      { preferences: { language: "not a language" } },
      { avatarUrl: "javascript:alert(1)" },
      { fullName: "two\nlines" },
      { email: "other@example.com" },
      { emailVerified: true },
    ]) {
      await expectRefusal(bask.me.update(change as object), "VALIDATION_ERROR");
    }
  });
});

describe("a password", () => {
  test("is changed with the current one: other sessions end, this one stays, and the user gets an email", async () => {
    const cleo = await world.person("Cleo");
    const elsewhere = await world.signIn(cleo);
    await expectRefusal(cleo.bask.me.changePassword({ currentPassword: "wrong", newPassword }), "INVALID_CREDENTIALS");
    const weak = { currentPassword: cleo.password, newPassword: "password" };
    const { details } = await expectRefusal(cleo.bask.me.changePassword(weak), "VALIDATION_ERROR");
    expect(details).toMatchObject([{ path: "newPassword" }]);
    await cleo.bask.organizations.create({ name: "Zanzibar Traders" });
    const close = { currentPassword: cleo.password, newPassword: "zanzibar99" };
    await expectRefusal(cleo.bask.me.changePassword(close), "VALIDATION_ERROR");
    await cleo.bask.me.changePassword({ currentPassword: cleo.password, newPassword });
    await cleo.bask.me.get();
    await expectRefusal(elsewhere.me.get(), "UNAUTHORIZED");
    await expectRefusal(world.signIn(cleo), "INVALID_CREDENTIALS");
    await world.signIn({ ...cleo, password: newPassword });
    expect((await world.emailsTo(cleo.email)).at(-1)!.template).toBe("password-changed");
  });

  test("changed by twenty requests at once is changed once, and earlier reset links stop working", async () => {
    const dora = await world.person("Dora");
    await world.visitor.auth.forgotPassword({ email: dora.email });
    const token = await world.tokenTo(dora.email, "reset-password");
    const { won } = await storm(20, (i) =>
      dora.bask.me.changePassword({ currentPassword: dora.password, newPassword: `${newPassword} ${i}` }),
    );
    expect(won).toHaveLength(1);
    await expectRefusal(world.visitor.auth.resetPassword({ token, password: newPassword }), "INVALID_TOKEN");
  });
});

describe("an email", () => {
  test("changes when the new one is confirmed, and the old one can undo it for seven days", async () => {
    const elsa = await world.person("Elsa");
    await world.verify(elsa);
    await elsa.bask.me.changeEmail({ email: "elsa@new.example" });
    expect((await elsa.bask.me.get()).email).toBe(elsa.email);
    const token = await world.tokenTo("elsa@new.example", "change-email");
    expect((await storm(50, () => elsa.bask.auth.verifyEmail({ token }))).won).toHaveLength(1);
    expect(await elsa.bask.me.get()).toMatchObject({ email: "elsa@new.example", emailVerified: true });

    world.time.pass({ days: 6 });
    const undo = await world.tokenTo(elsa.email, "email-changed");
    const taken = { email: elsa.email, password: newPassword };
    await world.visitor.auth.register({ ...taken, fullName: "Another User" });
    await expectRefusal(world.visitor.auth.login(taken), "INVALID_CREDENTIALS");
    await world.visitor.auth.undoEmailChange({ token: undo });
    await expectRefusal(elsa.bask.auth.refresh(), "INVALID_REFRESH_TOKEN");
    expect((await (await world.signIn(elsa)).me.get()).email).toBe(elsa.email);
    await expectRefusal(world.visitor.auth.undoEmailChange({ token: undo }), "INVALID_TOKEN");
  });

  test("requested many times at once leaves one valid link", async () => {
    const kim = await world.person("Kimi");
    const id = (await kim.bask.me.get()).id as UserId;
    const { won } = await storm(30, (i) => kim.bask.me.changeEmail({ email: `kimi${i}@example.com` }));
    expect(won).toHaveLength(30);
    const open = and(eq(tickets.userId, id), eq(tickets.kind, "change-email"), isNull(tickets.endedAt));
    expect(await world.app.db.reader.select().from(tickets).where(open)).toHaveLength(1);
  });

  test("that was stolen in two steps is restored, and the thief's links stop working", async () => {
    const fay = await world.person("Fay");
    await world.verify(fay);
    for (const email of ["thief1@example.com", "thief2@example.com"]) {
      world.time.pass({ minutes: 1 });
      await fay.bask.me.changeEmail({ email });
      await fay.bask.auth.verifyEmail({ token: await world.tokenTo(email, "change-email") });
    }
    const thief = await world.tokenTo("thief1@example.com", "email-changed");
    await world.visitor.auth.undoEmailChange({ token: await world.tokenTo(fay.email, "email-changed") });
    await expectRefusal(world.visitor.auth.undoEmailChange({ token: thief }), "INVALID_TOKEN");
    await world.signIn(fay);
  });

  test("that was stolen is restored without what the thief added, and with what was there before", async () => {
    const nia = await world.person("Nia");
    await world.verify(nia);
    const own = await nia.bask.organizations.create({ name: "Nia's" });
    const before = await nia.bask.apiKeys.create(own.id, { name: "before" });
    world.time.pass({ seconds: 1 });

    await nia.bask.me.changeEmail({ email: "thief3@example.com" });
    await nia.bask.auth.verifyEmail({ token: await world.tokenTo("thief3@example.com", "change-email") });
    const { secret } = await nia.bask.twoFactor.setup({ password: nia.password });
    await nia.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ seconds: 30 });
    const thief = { email: "thief3@example.com", password: nia.password, twoFactorCode: codeOf(secret, world.time) };
    await nia.bask.auth.login({ ...thief, trustDevice: true });
    const after = await nia.bask.apiKeys.create(own.id, { name: "after" });

    await world.visitor.auth.undoEmailChange({ token: await world.tokenTo(nia.email, "email-changed") });
    const { text } = (await world.emailsTo(nia.email)).find(({ template }) => template === "email-restored")!;
    expect(text).toContain("two-factor authentication, 1 trusted device, 1 API key");
    const bask = await world.signIn(nia);
    expect(await bask.me.get()).toMatchObject({ email: nia.email, twoFactorEnabled: false });
    await world.machine(before.key).whoami();
    await expectRefusal(world.machine(after.key).whoami(), "INVALID_API_KEY");
    expect(await actionsOf((await bask.me.get()).id)).toEqual(
      expect.arrayContaining(["two_factor.disabled", "user.added_access_removed", "user.email_restored"]),
    );
  });

  test("that was stolen leaves the thief no key they saw, no invitation and no webhook in an organization", async () => {
    const [olga, nora] = [await world.person("Olga"), await world.person("Nora")];
    await world.verify(olga);
    await world.verify(nora);
    const { id } = await olga.bask.organizations.create({ name: "Olga's" });
    await admit(world, id, nora, "admin");
    const endpoint = (name: string) => ({ url: `http://127.0.0.2:1/${name}`, events: ["*" as const] });
    const untouched = await olga.bask.apiKeys.create(id, { name: "untouched" });
    const production = await olga.bask.apiKeys.create(id, { name: "production", scopes: ["api-keys:*"] });
    await nora.bask.invitations.create(id, { email: "friend@example.com", role: "viewer" });
    await nora.bask.webhooks.create(id, endpoint("nora"));
    world.time.pass({ seconds: 1 });

    await nora.bask.me.changeEmail({ email: "thief5@example.com" });
    await nora.bask.auth.verifyEmail({ token: await world.tokenTo("thief5@example.com", "change-email") });
    await nora.bask.invitations.create(id, { email: "accomplice@example.com", role: "admin" });
    const seen = await nora.bask.apiKeys.rotate(id, production.id, { overlap: 0 });
    const child = await world.machine(seen.key).apiKeys.create(id, { name: "child", scopes: ["api-keys:read"] });
    await nora.bask.auditStream.set(id, { url: "http://127.0.0.2:1/thief", token: "a-token-of-the-receiver" });

    await world.visitor.auth.undoEmailChange({ token: await world.tokenTo(nora.email, "email-changed") });
    const { text } = (await world.emailsTo(nora.email)).find(({ template }) => template === "email-restored")!;
    expect(text).toContain("2 API keys, 1 pending invitation, 1 webhook");
    await expectRefusal(world.machine(seen.key).whoami(), "INVALID_API_KEY");
    await expectRefusal(world.machine(child.key).whoami(), "INVALID_API_KEY");
    const pending = (await olga.bask.invitations.list(id, { status: "pending" })).data;
    expect(pending.map(({ email }) => email)).toEqual(["friend@example.com"]);
    expect((await olga.bask.webhooks.list(id)).data).toMatchObject([{ status: "enabled" }]);
    expect(await olga.bask.auditStream.get(id)).toMatchObject({ disabledBecause: "account_reset" });
    await world.machine(untouched.key).whoami();
  });

  test("that was stolen keeps the second factor from before, and loses backup codes from after", async () => {
    const ole = await world.person("Ole");
    await world.verify(ole);
    const { secret } = await ole.bask.twoFactor.setup({ password: ole.password });
    await ole.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ seconds: 30 });
    await ole.bask.me.changeEmail({ email: "thief4@example.com" });
    await ole.bask.auth.verifyEmail({ token: await world.tokenTo("thief4@example.com", "change-email") });
    const code = codeOf(secret, world.time);
    const { backupCodes } = await ole.bask.twoFactor.regenerateBackupCodes({ password: ole.password, code });
    await world.visitor.auth.undoEmailChange({ token: await world.tokenTo(ole.email, "email-changed") });
    await expectRefusal(world.signIn(ole, backupCodes[0]), "INVALID_TWO_FACTOR_CODE");
    world.time.pass({ seconds: 30 });
    await world.signIn(ole, codeOf(secret, world.time));
  });

  test("of another account gets the same response, and cannot be taken", async () => {
    const gil = await world.person("Gil");
    const free = await gil.bask.me.changeEmail({ email: "free@example.com" });
    const taken = await gil.bask.me.changeEmail({ email: "elsa@example.com" });
    expect(taken).toEqual(free);
    expect((await world.emailsTo("elsa@example.com")).at(-1)!.template).toBe("email-taken");
    await world.visitor.auth.register({ email: "free@example.com", password: newPassword, fullName: "First" });
    const token = await world.tokenTo("free@example.com", "change-email");
    await expectRefusal(gil.bask.auth.verifyEmail({ token }), "CONFLICT");
  });

  test("that was never verified gets no link that would hand over the account", async () => {
    const hana = await world.person("Hana");
    await hana.bask.me.changeEmail({ email: "hana@new.example" });
    await hana.bask.auth.verifyEmail({ token: await world.tokenTo("hana@new.example", "change-email") });
    expect((await world.emailsTo(hana.email)).map(({ template }) => template)).toEqual(["verify-email"]);
  });
});

describe("a sensitive request", () => {
  test("requires the password also after a sign-in that happened while the clock was a year ahead", async () => {
    const ahead = await openWorld();
    ahead.time.jump(365 * 86_400_000);
    const lea = await ahead.person("Lea");
    ahead.time.jump(-365 * 86_400_000);
    const restarted = await openWorld({ databaseUrl: ahead.app.config.database.url, time: ahead.time });
    const bask = createClient({ url: restarted.url, tokens: lea.bask.tokens()! });
    await expectRefusal(bask.me.changeEmail({ email: "lea@new.example" }), "REAUTHENTICATION_REQUIRED");
  });

  test("requires the password ten minutes after the sign-in", async () => {
    const ida = await signedInLongAgo("Ida");
    const email = "ida@new.example";
    await expectRefusal(ida.bask.me.changeEmail({ email }), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(ida.bask.me.delete(), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(ida.bask.me.changeEmail({ email, password: "wrong" }), "INVALID_CREDENTIALS");
    await ida.bask.me.changeEmail({ email, password: ida.password });
    await (await world.signIn(ida)).me.changeEmail({ email });
  });

  test("requires a code too where two-factor authentication is on", async () => {
    const { bask, email, password } = await world.person("Jo");
    const { secret } = await bask.twoFactor.setup({ password });
    await bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass(long);
    await expectRefusal(bask.me.delete({ password }), "TWO_FACTOR_REQUIRED");
    await expectRefusal(bask.me.delete({ password, twoFactorCode: "000000" }), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(bask.me.changePassword({ currentPassword: password, newPassword }), "TWO_FACTOR_REQUIRED");
    await bask.me.delete({ password, twoFactorCode: codeOf(secret, world.time) });
    await expectRefusal(world.visitor.auth.login({ email, password }), "INVALID_CREDENTIALS");
  });
});

describe("deleting an account", () => {
  test("erases the user, ends what was theirs, and frees the email", async () => {
    const kim = await world.person("Kim");
    const elsewhere = await world.signIn(kim);
    const own = await kim.bask.organizations.create({ name: "Kim's own" });
    const { key } = await kim.bask.apiKeys.create(own.id, { name: "robot" });
    await kim.bask.me.delete();
    await expectRefusal(elsewhere.me.get(), "UNAUTHORIZED");
    await expectRefusal(elsewhere.auth.refresh(), "INVALID_REFRESH_TOKEN");
    await expectRefusal(world.machine(key).whoami(), "INVALID_API_KEY");
    await expectRefusal(world.signIn(kim), "INVALID_CREDENTIALS");
    const again = await world.person("Kim");
    expect((await again.bask.organizations.list()).data).toEqual([]);
    expect((await world.emailsTo(kim.email)).map(({ template }) => template)).toContain("account-deleted");
  });

  test("cannot be prevented by an account with the email of a deleted one, because that is none", async () => {
    const pia = await world.person("Pia");
    const { id } = await pia.bask.me.get();
    for (const email of [`${id}@deleted.invalid`, `deleted:${id}`, `deleted:${id}@example.com`]) {
      await world.visitor.auth
        .register({ email, password: newPassword, fullName: "In the way" })
        .catch((error) => expect(error.code).toBe("VALIDATION_ERROR"));
    }
    await pia.bask.me.delete();
    const [row] = await world.app.db.reader
      .select()
      .from(users)
      .where(eq(users.id, id as UserId));
    expect(row).toMatchObject({ fullName: "Deleted user", previousPasswordHash: null, deletedAt: expect.any(Date) });
    await expectRefusal(world.signIn({ email: row!.email, password: pia.password }), "VALIDATION_ERROR");
    expect(await world.app.db.reader.$count(knownSources, eq(knownSources.userId, id as UserId))).toBe(0);
  });

  test("is refused to the owner of an organization with other members, and changes nothing", async () => {
    const lea = await world.person("Lea");
    const mia = await world.person("Mia");
    const { id } = await lea.bask.organizations.create({ name: "Together" });
    const lonely = await lea.bask.organizations.create({ name: "Alone" });
    await admit(world, id, mia, "member");
    await expectRefusal(lea.bask.me.delete(), "CONFLICT");
    await lea.bask.organizations.get(lonely.id);
    await mia.bask.me.delete();
    expect((await lea.bask.members.list(id)).data).toHaveLength(1);
    await lea.bask.me.delete();
  });
});
