import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { openKeyring } from "../../src/crypto/keyring";
import { openSealer } from "../../src/crypto/sealed";
import { twoFactors } from "../../src/db/tables";
import type { UserId } from "../../src/ids";
import { reseal } from "../../src/secrets/reseal";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectRefusal, storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let secret: string;
let backupCodes: string[];
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  ({ secret } = await ada.bask.twoFactor.setup({ password: ada.password }));
  ({ backupCodes } = await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) }));
  world.time.pass({ minutes: 1 });
});
afterEach(() => world.close());

const credentials = () => ({ email: ada.email, password: ada.password });
const now = (steps = 0) => codeOf(secret, world.time, steps);
const wrong = () => String((Number(now()) + 1) % 1_000_000).padStart(6, "0");

describe("setting up", () => {
  test("returns a 160-bit secret, an otpauth URL and its QR code", async () => {
    const eve = await world.person("Eve");
    const enrollment = await eve.bask.twoFactor.setup({ password: eve.password });
    expect(enrollment.secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(enrollment.otpauthUrl);
    expect(url.href).toStartWith("otpauth://totp/Bask:eve%40example.com?");
    expect(url.searchParams.get("secret")).toBe(enrollment.secret);
    expect(enrollment.qrCode).toStartWith("<svg");
  });

  test("requires the password", async () => {
    const eve = await world.person("Eve");
    await expectRefusal(eve.bask.twoFactor.setup({ password: "not Eve's password" }), "INVALID_CREDENTIALS");
  });

  test("changes nothing until a code confirms it", async () => {
    const eve = await world.person("Eve");
    await eve.bask.twoFactor.setup({ password: eve.password });
    expect((await eve.bask.me.get()).twoFactorEnabled).toBe(false);
    expect((await world.signIn(eve)).tokens()).toBeDefined();
  });

  test("in two tabs at once gives both the same secret, and another session another", async () => {
    const eve = await world.person("Eve");
    const tabs = await Promise.all([1, 2, 3].map(() => eve.bask.twoFactor.setup({ password: eve.password })));
    const [first] = tabs as [(typeof tabs)[0]];
    expect(new Set(tabs.map(({ secret }) => secret)).size).toBe(1);
    world.time.pass({ minutes: 14 });
    expect((await eve.bask.twoFactor.setup({ password: eve.password })).secret).toBe(first.secret);
    world.time.pass({ minutes: 2 });
    const later = await eve.bask.twoFactor.setup({ password: eve.password });
    expect(later.secret).not.toBe(first.secret);
    const phone = await world.signIn(eve);
    expect((await phone.twoFactor.setup({ password: eve.password })).secret).not.toBe(later.secret);
  });

  test("never replaces a second factor that is on", async () => {
    await expectRefusal(ada.bask.twoFactor.setup({ password: ada.password }), "CONFLICT");
    await expectRefusal(ada.bask.twoFactor.verify({ code: now() }), "CONFLICT");
  });

  test("consumes the code that confirmed it, also when sent 50 times at once", async () => {
    const eve = await world.person("Eve");
    const enrollment = await eve.bask.twoFactor.setup({ password: eve.password });
    const code = codeOf(enrollment.secret, world.time);
    const { won } = await storm(50, () => eve.bask.twoFactor.verify({ code }));
    expect(won).toHaveLength(1);
    await expectRefusal(world.signIn(eve, code), "INVALID_TWO_FACTOR_CODE");
  });

  test("ends the user's other sessions and keeps this one", async () => {
    const eve = await world.person("Eve");
    const phone = await world.signIn(eve);
    const enrollment = await eve.bask.twoFactor.setup({ password: eve.password });
    await eve.bask.twoFactor.verify({ code: codeOf(enrollment.secret, world.time) });
    await expectRefusal(phone.me.get(), "UNAUTHORIZED");
    expect((await eve.bask.me.get()).twoFactorEnabled).toBe(true);
  });
});

describe("signing in", () => {
  test("without a code says that one is needed, and opens no session", async () => {
    const response = await world.fetch("/auth/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: ada.email, password: ada.password }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: {
        code: "TWO_FACTOR_REQUIRED",
        message: expect.any(String),
        requestId: expect.any(String),
        twoFactorRequired: true,
        challenge: expect.any(String),
      },
    });
    expect((await ada.bask.sessions.list()).data).toHaveLength(1);
  });

  test("with a wrong password says nothing about a second factor", async () => {
    await expectRefusal(world.signIn({ ...ada, password: "wrong password" }, now()), "INVALID_CREDENTIALS");
  });

  test("with a code works once, also 50 times at once", async () => {
    const { won, lost } = await storm(50, () => world.signIn(ada, now()));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_TWO_FACTOR_CODE", "ACCOUNT_TEMPORARILY_LOCKED"]));
  });

  test("accepts the step before and the step after, and no other", async () => {
    await expectRefusal(world.signIn(ada, now(-2)), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(world.signIn(ada, now(2)), "INVALID_TWO_FACTOR_CODE");
    await world.signIn(ada, now(-1));
    await world.signIn(ada, now(0));
    await world.signIn(ada, now(1));
    await expectRefusal(world.signIn(ada, now(0)), "INVALID_TWO_FACTOR_CODE");
  });

  test("accepts a code as people type and paste it", async () => {
    const fullWidth = (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    const arabic = (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
    const spellings = [
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code: string) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`,
      (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
      (code: string) => `${code.slice(0, 3)}\u2013${code.slice(3)}\n`,
      (code: string) => `\u200e${code}\u200b`,
      fullWidth,
      arabic,
    ];
    for (const spell of spellings) {
      world.time.pass({ seconds: 30 });
      await world.signIn(ada, spell(now()));
    }
    world.time.pass({ seconds: 30 });
    await ada.bask.auth.login({ ...credentials(), twoFactorCode: fullWidth(now()) });
    world.time.pass({ seconds: 30 });
    await ada.bask.twoFactor.regenerateBackupCodes({ password: ada.password, code: ` ${now()} ` });
  });

  test("without a code sends none, an empty one or null, and none of them counts as a wrong code", async () => {
    for (const twoFactorCode of ["", " ", "-", null, undefined]) {
      for (let i = 0; i < 2; i++) {
        await expectRefusal(ada.bask.auth.login({ ...credentials(), twoFactorCode } as never), "TWO_FACTOR_REQUIRED");
      }
    }
    await world.signIn(ada, now());
  });

  test("with a malformed code is a wrong code", async () => {
    for (const code of ["x", "12345", "1234567", "0x0000", "00000000000"])
      await expectRefusal(world.signIn(ada, code), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(world.signIn(ada, now()), "ACCOUNT_TEMPORARILY_LOCKED");
  });
});

describe("guessing", () => {
  test("ends after five wrong codes in 15 minutes, on all routes together, and a correct password resets nothing", async () => {
    await expectRefusal(world.signIn(ada, wrong()), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(world.signIn(ada, "aaaa-bbbb-cccc-dddd"), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(
      ada.bask.twoFactor.disable({ password: ada.password, code: wrong() }),
      "INVALID_TWO_FACTOR_CODE",
    );
    await expectRefusal(
      ada.bask.twoFactor.regenerateBackupCodes({ password: ada.password, code: wrong() }),
      "INVALID_TWO_FACTOR_CODE",
    );
    await expectRefusal(world.signIn(ada), "TWO_FACTOR_REQUIRED");
    await expectRefusal(world.signIn(ada, wrong()), "INVALID_TWO_FACTOR_CODE");
    const locked = await expectRefusal(world.signIn(ada, now()), "ACCOUNT_TEMPORARILY_LOCKED");
    expect(locked.status).toBe(429);
    expect(locked.retryAfter).toBe(900);
    world.time.pass({ seconds: 20 });
    const later = await expectRefusal(world.signIn(ada, now()), "ACCOUNT_TEMPORARILY_LOCKED");
    expect(later.retryAfter).toBe(880);
    world.time.pass({ seconds: 880 });
    expect((await world.signIn(ada, now())).tokens()).toBeDefined();
  });

  test("one wrong code every few minutes, between correct ones, never locks", async () => {
    for (let i = 0; i < 12; i++) {
      await expectRefusal(world.signIn(ada, wrong()), "INVALID_TWO_FACTOR_CODE");
      world.time.pass({ minutes: 4 });
      await world.signIn(ada, now());
    }
  });

  test("opens again as each wrong code leaves the 15 minutes, one by one", async () => {
    for (let i = 0; i < 5; i++) {
      await expectRefusal(world.signIn(ada, wrong()), "INVALID_TWO_FACTOR_CODE");
      world.time.pass({ minutes: 1 });
    }
    const locked = await expectRefusal(world.signIn(ada, now()), "ACCOUNT_TEMPORARILY_LOCKED");
    expect(locked.retryAfter).toBe(10 * 60);
    world.time.pass({ minutes: 10 });
    await expectRefusal(world.signIn(ada, wrong()), "INVALID_TWO_FACTOR_CODE");
    const again = await expectRefusal(world.signIn(ada, wrong()), "ACCOUNT_TEMPORARILY_LOCKED");
    expect(again.retryAfter).toBe(60);
  });

  test("is not locked for a year by a clock that was a year ahead", async () => {
    world.time.jump(365 * 86_400_000);
    for (let i = 0; i < 5; i++) await expectRefusal(world.signIn(ada, wrong()), "INVALID_TWO_FACTOR_CODE");
    world.time.jump(-365 * 86_400_000);
    const restarted = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    await restarted.signIn(ada, now());
    await restarted.close();
  });

  test("40 at once verifies five", async () => {
    const { lost } = await storm(40, () => world.signIn(ada, wrong()));
    expect(lost.filter((code) => code === "INVALID_TWO_FACTOR_CODE")).toHaveLength(5);
    expect(lost.filter((code) => code === "ACCOUNT_TEMPORARILY_LOCKED")).toHaveLength(35);
  });
});

describe("two processes", () => {
  test("verify five wrong codes at once, accept a correct one once, and share an enrollment", async () => {
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const either = (i: number) => (i % 2 ? world : other);
    const accepted = await storm(20, (i) => either(i).signIn(ada, now()));
    expect(accepted.won).toHaveLength(1);
    world.time.pass({ minutes: 15 });
    const { lost } = await storm(40, (i) => either(i).signIn(ada, wrong()));
    expect(lost.filter((code) => code === "INVALID_TWO_FACTOR_CODE")).toHaveLength(5);
    expect(lost.filter((code) => code === "ACCOUNT_TEMPORARILY_LOCKED")).toHaveLength(35);
    world.time.pass({ minutes: 15 });
    await world.signIn(ada, now());

    const eve = await world.person("Eve");
    const tokens = eve.bask.tokens()!;
    const { won } = await storm(8, (i) =>
      createClient({ url: either(i).url, tokens }).twoFactor.setup({ password: eve.password }),
    );
    expect(new Set(won.map(({ secret }) => secret)).size).toBe(1);
    await other.close();
  });
});

describe("backup codes", () => {
  test("are ten of 16 characters", async () => {
    expect(backupCodes).toHaveLength(10);
    expect(new Set(backupCodes).size).toBe(10);
    for (const code of backupCodes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
  });

  test("work once each, also 50 times at once, in any spelling", async () => {
    const [code] = backupCodes as [string];
    const spellings = [code, code.toUpperCase(), code.replaceAll("-", "")];
    const { won } = await storm(50, (i) => world.signIn(ada, spellings[i % 3]));
    expect(won).toHaveLength(1);
    world.time.pass({ minutes: 15 });
    expect((await world.signIn(ada, backupCodes[1])).tokens()).toBeDefined();
  });

  test("are accepted as people type and paste them", async () => {
    const spellings = [
      (code: string) => code.toUpperCase(),
      (code: string) => code.replaceAll("-", " "),
      (code: string) => code.replaceAll("-", "\u2014"),
      (code: string) => ` ${code}\r\n`,
      (code: string) => code.replaceAll("0", "O").replaceAll("1", "l"),
      (code: string) => code.replaceAll("1", "I").replaceAll("v", "U"),
    ];
    for (const [i, spell] of spellings.entries()) await world.signIn(ada, spell(backupCodes[i]!));
  });

  test("replace the old ones, and require a code", async () => {
    const other = await world.signIn(ada, now());
    const fresh = await ada.bask.twoFactor.regenerateBackupCodes({ password: ada.password, code: now(1) });
    await expectRefusal(world.signIn(ada, backupCodes[0]), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(other.me.get(), "UNAUTHORIZED");
    expect((await world.signIn(ada, fresh.backupCodes[0])).tokens()).toBeDefined();
  });
});

describe("turning off", () => {
  test("requires the password and a code, and ends other sessions", async () => {
    const other = await world.signIn(ada, now());
    await expectRefusal(
      ada.bask.twoFactor.disable({ password: "wrong password", code: now(1) }),
      "INVALID_CREDENTIALS",
    );
    await expectRefusal(ada.bask.twoFactor.disable({ password: ada.password, code: now() }), "INVALID_TWO_FACTOR_CODE");
    await ada.bask.twoFactor.disable({ password: ada.password, code: now(1) });
    await expectRefusal(other.me.get(), "UNAUTHORIZED");
    expect((await ada.bask.me.get()).twoFactorEnabled).toBe(false);
    expect((await world.signIn(ada)).tokens()).toBeDefined();
  });
});

describe("the stored secret", () => {
  const rowOf = async (userId: string) =>
    (
      await world.app.db.reader
        .select()
        .from(twoFactors)
        .where(eq(twoFactors.userId, userId as UserId))
    )[0]!;

  test("is sealed, and opens for its owner only", async () => {
    const { id } = await ada.bask.me.get();
    const { sealedSecret } = await rowOf(id);
    expect(sealedSecret).not.toContain(secret);
    expect(world.app.sealer.open(sealedSecret, id)).toBe(secret);
    expect(() => world.app.sealer.open(sealedSecret, "usr_somebodyelse")).toThrow();
    const tampered = sealedSecret.slice(0, -2) + (sealedSecret.endsWith("AA") ? "BB" : "AA");
    expect(() => world.app.sealer.open(tampered, id)).toThrow();
  });

  test("is sealed with a new key by a command, and still opens", async () => {
    const { id } = await ada.bask.me.get();
    const [old] = world.app.config.secretKeys as [Buffer];
    const fresh = randomBytes(32);
    const sealer = openSealer(openKeyring([fresh, old]));
    const app = { ...world.app, sealer, config: { ...world.app.config, secretKeys: [fresh, old] } };
    const resealed = async () => (await reseal(app)).find(({ what }) => what === "authenticator apps");
    expect(await resealed()).toMatchObject({ count: 1, failed: 0 });
    expect(await resealed()).toMatchObject({ count: 0, failed: 0 });
    const { sealedSecret } = await rowOf(id);
    expect(openSealer(openKeyring([fresh])).open(sealedSecret, id)).toBe(secret);
  });
});
