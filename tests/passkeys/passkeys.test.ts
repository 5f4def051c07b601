import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { auditEvents, users } from "../../src/db/tables";
import { suspendUser } from "../../src/operators/users";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectReason, expectRefusal, refusalOf, storm } from "../support/expect";
import {
  type Authenticator,
  assertion,
  type Creation,
  cborBytes,
  cborMap,
  cborText,
  enroll,
  newAuthenticator,
  type Request,
} from "../support/passkeys";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let device: Authenticator;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  device = newAuthenticator({ backupEligible: true });
});
afterEach(() => world.close());

type LoggedIn = { accessToken: string; refreshToken: string; user: { email: string } };

/** Signs in with a passkey; gives the client. */
async function signIn(passkey: unknown, on = world) {
  const bask = createClient({ url: on.url });
  const { accessToken, refreshToken } = await bask.request<LoggedIn>("POST", "/auth/passkeys/login", {
    body: { passkey },
  });
  return createClient({ url: on.url, tokens: { accessToken, refreshToken } });
}
const use = (habits?: Parameters<Authenticator["get"]>[1]) => assertion(world.visitor, device, habits);
const passkeysOf = async (person: Person) => (await person.bask.passkeys.list()).data;
const subjects = async (email: string) => (await world.emailsTo(email)).map(({ template }) => template);
const withAuthenticatorApp = async () => {
  const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
  await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ minutes: 1 });
  return secret;
};

describe("signing in with a passkey", () => {
  test("opens a session of both factors for its user, who is asked for nothing else", async () => {
    await withAuthenticatorApp();
    await enroll(ada.bask, device, { password: ada.password });
    const bask = await signIn(await use());
    expect((await bask.me.get()).email).toBe(ada.email);
    const current = (await bask.sessions.list()).data.find(({ isCurrent }) => isCurrent);
    expect(current).toMatchObject({ method: "passkey", twoFactor: true });
  });

  test("names no passkey and no account before, and its options store nothing", async () => {
    await enroll(ada.bask, device);
    const options = await world.visitor.request<Record<string, unknown>>("POST", "/auth/passkeys/options");
    expect(options).toEqual({
      challenge: expect.any(String),
      rpId: "bask.test",
      timeout: 300_000,
      userVerification: "required",
      allowCredentials: [],
    });
  });

  test("accepts each use once, also 50 times at once", async () => {
    await enroll(ada.bask, device);
    const passkey = await use();
    const { won, lost } = await storm(50, () => signIn(passkey));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_PASSKEY"]));
    await expectReason(signIn(passkey), "used_assertion");
  });

  test("accepts each use once in two processes", async () => {
    await enroll(ada.bask, device);
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const passkey = await use();
    const { won } = await storm(50, (i) => signIn(passkey, i % 2 ? world : other));
    expect(won).toHaveLength(1);
    await other.close();
  });

  test("takes a challenge for five minutes, and only one that was issued for it", async () => {
    await enroll(ada.bask, device);
    const old = await use();
    world.time.pass({ minutes: 5 });
    await expectRefusal(signIn(old), "INVALID_PASSKEY");
    const options = await world.visitor.request<Request>("POST", "/auth/passkeys/options");
    const creation = await ada.bask.request<{ challenge: string }>("POST", "/users/me/passkeys/options", {
      body: {
        password: ada.password,
      },
    });
    for (const challenge of [creation.challenge, `${options.challenge}A`, Buffer.from("mine").toString("base64url")])
      await expectRefusal(signIn(device.get({ ...options, challenge })), "INVALID_PASSKEY");
    await signIn(device.get(options));
  });

  test("refuses another page, another domain, an unverified user and a forged signature", async () => {
    await enroll(ada.bask, device);
    for (const habits of [
      { origin: "https://bask.test.evil.example" },
      { origin: "http://bask.test" },
      { rpId: "evil.example" },
      { verifies: false },
      { backupEligible: false },
      { userHandle: "AAAAAAAAAAAAAAAAAAAAAA" },
      { userHandle: "" },
    ])
      await expectRefusal(signIn(await use(habits)), "INVALID_PASSKEY");
    const good = await use();
    const forged = { ...good, response: { ...good.response, signature: (await use()).response.signature } };
    await expectRefusal(signIn(forged), "INVALID_PASSKEY");
  });

  test("says of an unknown passkey that it is unknown, and nothing malformed gives more than a refusal", async () => {
    await enroll(ada.bask, device);
    const good = await use();
    await expectReason(signIn({ ...good, id: "AAAA", rawId: "AAAA" }), "unknown_passkey");
    for (const field of ["clientDataJSON", "authenticatorData", "signature"] as const)
      for (const junk of [
        "AAAA",
        "!",
        "=".repeat(100),
        Buffer.from("{}").toString("base64url"),
        Buffer.from("[".repeat(6000)).toString("base64url"),
      ]) {
        const refusal = await refusalOf(signIn({ ...good, response: { ...good.response, [field]: junk } }));
        expect(refusal.code).toBe("INVALID_PASSKEY");
      }
    await expectRefusal(signIn({ ...good, response: {} }), "VALIDATION_ERROR");
  });

  test("of a suspended user opens nothing", async () => {
    await enroll(ada.bask, device);
    await suspendUser(world.app, { kind: "system" }, (await ada.bask.me.get()).id, { reason: "test" });
    await expectReason(signIn(await use()), "account_suspended");
  });
});

describe("a counter that does not rise", () => {
  test("refuses a passkey that cannot be copied, and is in the log of its user either way", async () => {
    const key = newAuthenticator({ counter: 5 });
    await enroll(ada.bask, key);
    await signIn(await assertion(world.visitor, key, { counter: 9 }));
    await expectReason(signIn(await assertion(world.visitor, key, { counter: 9 })), "copied_passkey");
    await expectReason(signIn(await assertion(world.visitor, key, { counter: 8 })), "copied_passkey");
    await signIn(await assertion(world.visitor, key, { counter: 10 }));
    const synced = newAuthenticator({ counter: 5, backupEligible: true });
    await enroll(ada.bask, synced);
    await signIn(await assertion(world.visitor, synced, { counter: 3 }));
    const events = await world.app.db.reader
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.action, "passkey.counter_fell"));
    expect(events.map(({ details }) => details)).toEqual([
      { expected: 10, counter: 9, refused: true },
      { expected: 10, counter: 8, refused: true },
      { expected: 6, counter: 3, refused: false },
    ]);
  });
});

describe("a passkey as second factor", () => {
  test("completes a sign-in by password in place of a code", async () => {
    await withAuthenticatorApp();
    await enroll(ada.bask, device, { password: ada.password });
    const { challenge } = await refusalOf(world.signIn(ada));
    await world.visitor.auth.continueLogin({ challenge: challenge!, passkey: await use() });
  });

  test("of another account completes nothing", async () => {
    await withAuthenticatorApp();
    const eve = await world.person("Eve");
    await enroll(eve.bask, device);
    const { challenge } = await refusalOf(world.signIn(ada));
    await expectReason(
      world.visitor.auth.continueLogin({ challenge: challenge!, passkey: await use() }),
      "other_account",
    );
    await expectReason(ada.bask.auth.reauthenticate({ passkey: await use() }), "other_account");
  });

  test("turns off the authenticator app without its code", async () => {
    await withAuthenticatorApp();
    await enroll(ada.bask, device, { password: ada.password });
    await expectRefusal(ada.bask.twoFactor.disable({ password: ada.password }), "TWO_FACTOR_REQUIRED");
    await ada.bask.twoFactor.disable({ passkey: await use() });
    expect(await ada.bask.twoFactor.get()).toMatchObject({ enabled: false });
  });
});

describe("confirming one's identity with a passkey", () => {
  test("is enough where the password is asked for", async () => {
    await enroll(ada.bask, device);
    world.time.pass({ minutes: 11 });
    await expectRefusal(ada.bask.me.changeEmail({ email: "ada2@example.com" }), "REAUTHENTICATION_REQUIRED");
    await ada.bask.me.changeEmail({ email: "ada2@example.com", passkey: await use() });
    await ada.bask.me.changePassword({ newPassword: "a password by passkey", passkey: await use() });
    await world.signIn({ ...ada, password: "a password by passkey" });
  });

  test("makes the session one with two factors", async () => {
    await enroll(ada.bask, device);
    await ada.bask.auth.reauthenticate({ passkey: await use() });
    expect((await ada.bask.sessions.list()).data[0]).toMatchObject({ twoFactor: true });
  });
});

describe("adding a passkey", () => {
  test("asks for a recent proof of identity, emails its user, and names it by the device", async () => {
    world.time.pass({ minutes: 11 });
    await expectRefusal(enroll(ada.bask, device), "REAUTHENTICATION_REQUIRED");
    expect((await enroll(ada.bask, device, { password: ada.password, name: "  My phone " })).name).toBe("My phone");
    expect(await subjects(ada.email)).toContain("passkey-added");
    expect(await passkeysOf(ada)).toEqual([
      {
        id: expect.stringMatching(/^pky_/),
        name: "My phone",
        credentialId: expect.any(String),
        transports: ["internal"],
        backupEligible: true,
        backedUp: true,
        aaguid: "00000000-0000-0000-0000-000000000000",
        createdAt: expect.any(String),
        lastUsedAt: null,
      },
    ]);
  });

  test("works once for each challenge, also 50 times at once, and only in the session that asked", async () => {
    const options = await ada.bask.request<Creation>("POST", "/users/me/passkeys/options", { body: {} });
    const elsewhere = await world.signIn(ada);
    const add = (bask: typeof elsewhere, passkey: unknown) =>
      bask.request("POST", "/users/me/passkeys", { body: { passkey } });
    await expectRefusal(add(elsewhere, device.create(options)), "INVALID_PASSKEY");
    const { won } = await storm(50, () => add(ada.bask, device.create(options)));
    expect(won).toHaveLength(1);
    expect(await passkeysOf(ada)).toHaveLength(1);
  });

  test("refuses what is registered already, and lists it for the browser to exclude", async () => {
    const { credentialId } = await enroll(ada.bask, device);
    const options = await ada.bask.request<Creation>("POST", "/users/me/passkeys/options", { body: {} });
    expect(options.excludeCredentials).toEqual([{ id: credentialId, type: "public-key", transports: ["internal"] }]);
    const id = device.passkeys[0]!.id;
    const again = device.create(options, { id });
    await expectReason(ada.bask.request("POST", "/users/me/passkeys", { body: { passkey: again } }), "passkey_exists");
    expect(options.authenticatorSelection).toEqual({
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
  });

  test("is for the session of a user only: no API key, no token of an email, no challenge of a sign-in", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Acme" });
    const { key } = await ada.bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
    await world.visitor.auth.forgotPassword({ email: ada.email });
    const mailed = await world.tokenTo(ada.email, "reset-password");
    await withAuthenticatorApp();
    const { challenge } = await refusalOf(world.signIn(ada));
    for (const accessToken of [mailed, challenge!])
      for (const path of ["/users/me/passkeys", "/users/me/passkeys/options"])
        await expectRefusal(
          createClient({ url: world.url, tokens: { accessToken, refreshToken: "" } }).request("POST", path, {
            body: {},
          }),
          "UNAUTHORIZED",
        );
    await expectReason(world.machine(key).request("POST", "/users/me/passkeys/options", { body: {} }), "user_required");
    await expectReason(world.machine(key).passkeys.remove("pky_none"), "user_required");
  });

  test("refuses an unverified user, another page and another domain", async () => {
    for (const habits of [{ verifies: false }, { origin: "https://evil.example" }, { rpId: "evil.example" }])
      await expectRefusal(enroll(ada.bask, newAuthenticator(habits)), "INVALID_PASSKEY");
  });

  test("drops what vouches for the authenticator, so that no URL in a certificate is ever requested", async () => {
    const attStmt = cborMap(
      [cborText("sig"), cborBytes(Buffer.alloc(8))],
      [cborText("x5c"), cborBytes(Buffer.alloc(8))],
    );
    for (const fmt of ["packed", "fido-u2f", "android-safetynet", "tpm", "apple", "unknown"])
      await enroll(ada.bask, newAuthenticator({ attestation: { fmt, attStmt } }));
  });

  test("nothing malformed gives more than a refusal", async () => {
    const options = await ada.bask.request<Creation>("POST", "/users/me/passkeys/options", { body: {} });
    const good = device.create(options);
    const deep = Buffer.alloc(20_000, 0x81);
    for (const junk of ["AAAA", Buffer.from([0xbf]).toString("base64url"), deep.toString("base64url"), "!!!"]) {
      const passkey = { ...good, response: { ...good.response, attestationObject: junk } };
      await expectRefusal(ada.bask.request("POST", "/users/me/passkeys", { body: { passkey } }), "INVALID_PASSKEY");
    }
  });

  test("beyond twenty is refused", async () => {
    for (let i = 0; i < 20; i++) await enroll(ada.bask, newAuthenticator());
    await expectReason(enroll(ada.bask, device), "too_many_passkeys");
  });
});

describe("renaming and removing a passkey", () => {
  test("ask for a recent proof of identity, and email its user", async () => {
    const { id } = await enroll(ada.bask, device);
    world.time.pass({ minutes: 11 });
    await expectRefusal(ada.bask.passkeys.rename(id, { name: "Laptop" }), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(ada.bask.passkeys.remove(id), "REAUTHENTICATION_REQUIRED");
    expect(await ada.bask.passkeys.rename(id, { name: "Laptop", password: ada.password })).toMatchObject({
      name: "Laptop",
    });
    const phone = await world.signIn(ada);
    await ada.bask.passkeys.remove(id, { password: ada.password });
    expect(await subjects(ada.email)).toEqual(expect.arrayContaining(["passkey-renamed", "passkey-removed"]));
    await expectRefusal(phone.me.get(), "UNAUTHORIZED");
    await expectReason(signIn(await use()), "unknown_passkey");
  });

  test("are not for others", async () => {
    const { id } = await enroll(ada.bask, device);
    const eve = await world.person("Eve");
    await expectRefusal(eve.bask.passkeys.rename(id, { name: "Mine" }), "NOT_FOUND");
    await expectRefusal(eve.bask.passkeys.remove(id), "NOT_FOUND");
    expect(await passkeysOf(ada)).toHaveLength(1);
  });

  test("tells the browser which passkeys are left", async () => {
    const [first, second] = [await enroll(ada.bask, device), await enroll(ada.bask, newAuthenticator())];
    const left = await ada.bask.request("DELETE", `/users/me/passkeys/${first.id}`, { body: {} });
    expect(left).toEqual({
      rpId: "bask.test",
      userId: device.passkeys[0]!.userHandle,
      allAcceptedCredentialIds: [second.credentialId],
    });
  });

  test("never removes the last way into the account, also when two go at once", async () => {
    await world.app.db.write(
      async (tx) => void (await tx.update(users).set({ passwordHash: null }).where(eq(users.email, ada.email))),
    );
    const ids = [await enroll(ada.bask, device), await enroll(ada.bask, newAuthenticator())].map(({ id }) => id);
    const { won, lost } = await storm(2, (i) => ada.bask.passkeys.remove(ids[i]!));
    expect(won).toHaveLength(1);
    expect(lost).toEqual(["CONFLICT"]);
    const [last] = await passkeysOf(ada);
    await expectReason(ada.bask.passkeys.remove(last!.id), "last_way_in");
  });
});

describe("the pages that passkeys work on", () => {
  test("are listed for browsers, and the well-known URLs of passkeys and passwords answer", async () => {
    expect(await (await world.fetch("/.well-known/webauthn")).json()).toEqual({ origins: ["https://bask.test"] });
    const page = "https://bask.test/dashboard/account/security";
    const endpoints = await world.fetch("/.well-known/passkey-endpoints");
    expect(await endpoints.json()).toEqual({ enroll: page, manage: page });
    const change = await world.fetch("/.well-known/change-password", { redirect: "manual" });
    expect([change.status, change.headers.get("location")]).toEqual([302, page]);
  });

  test("are not Bask's where a product has pages of its own", async () => {
    const product = await openWorld({ config: { appUrl: "https://app.example" } });
    expect(await (await product.fetch("/.well-known/passkey-endpoints")).json()).toEqual({});
    const change = await product.fetch("/.well-known/change-password", { redirect: "manual" });
    expect(change.headers.get("location")).toBe("https://app.example/reset-password");
    await product.close();
  });
});
