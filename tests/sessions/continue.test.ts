import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { sessions } from "../../src/db/tables";
import { suspendUser } from "../../src/operators/users";
import type { BaskError } from "../../src/sdk/error";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectReason, expectRefusal, refusalOf, storm } from "../support/expect";
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

const now = () => codeOf(secret, world.time);
const wrong = () => String((Number(now()) + 1) % 1_000_000).padStart(6, "0");
const challengeFor = async (person: Pick<Person, "email" | "password"> = ada) =>
  (await refusalOf(world.signIn(person))).challenge!;
const proceed = (challenge: string, twoFactorCode?: string, on = world) =>
  createClient({ url: on.url }).auth.continueLogin({ challenge, twoFactorCode });
const openSessions = async () => (await ada.bask.sessions.list()).data.length;

describe("a sign-in that lacks its second factor", () => {
  test("is completed by its challenge and a code, like one that sent the code at once", async () => {
    const bask = createClient({ url: world.url });
    const answer = await bask.auth.continueLogin({ challenge: await challengeFor(), twoFactorCode: now() });
    expect(answer.user).toMatchObject({ email: ada.email, twoFactorEnabled: true });
    const [latest] = (await bask.sessions.list()).data;
    expect(latest).toMatchObject({ isCurrent: true, method: "password", twoFactor: true });
  });

  test("keeps its session in a cookie where that is asked", async () => {
    const response = await world.fetch("/auth/login/continue", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ challenge: await challengeFor(), twoFactorCode: now(), session: "cookie" }),
    });
    expect(response.headers.get("set-cookie")).toStartWith("__Host-bask_refresh=bsr_");
    expect(await response.json()).not.toHaveProperty("refreshToken");
  });

  test("stores nothing, and what its challenge says is not for its reader", async () => {
    const before = await openSessions();
    const challenge = await challengeFor();
    expect(await openSessions()).toBe(before);
    const bytes = Buffer.from(challenge, "base64url").toString("latin1");
    expect(bytes).not.toContain("usr_");
    const credentials: Record<string, string>[] = [
      { Authorization: `Bearer ${challenge}` },
      { "X-API-Key": challenge },
    ];
    for (const headers of credentials) expect((await world.fetch("/whoami", { headers })).status).toBe(401);
    await expectRefusal(
      createClient({ url: world.url, tokens: { accessToken: "", refreshToken: challenge } }).auth.refresh(),
      "INVALID_REFRESH_TOKEN",
    );
  });

  test("can trust the device that completes it", async () => {
    const input = { challenge: await challengeFor(), twoFactorCode: now(), trustDevice: true };
    const { deviceToken } = await world.visitor.auth.continueLogin(input);
    await world.visitor.auth.login({ email: ada.email, password: ada.password, deviceToken });
  });
});

describe("a challenge", () => {
  test("works once, also 50 times at once with different codes, and costs no code that it does not take", async () => {
    const challenge = await challengeFor();
    const { won, lost } = await storm(50, (i) => proceed(challenge, backupCodes[i % 10]));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_CHALLENGE"]));
    expect((await ada.bask.twoFactor.get()).backupCodesLeft).toBe(9);
  });

  test("works once in two processes", async () => {
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const challenge = await challengeFor();
    const { won } = await storm(50, (i) => proceed(challenge, backupCodes[i % 10], i % 2 ? world : other));
    expect(won).toHaveLength(1);
    expect((await ada.bask.twoFactor.get()).backupCodesLeft).toBe(9);
    await other.close();
  });

  test("is not used by a wrong code, or by none, and wrong codes are counted as everywhere", async () => {
    const challenge = await challengeFor();
    await expectRefusal(proceed(challenge, wrong()), "INVALID_TWO_FACTOR_CODE");
    await expectRefusal(proceed(challenge), "TWO_FACTOR_REQUIRED");
    await proceed(challenge, now());
    const next = await challengeFor();
    const { lost } = await storm(10, () => proceed(next, wrong()));
    expect(lost.filter((code) => code === "INVALID_TWO_FACTOR_CODE")).toHaveLength(4);
    expect(lost.filter((code) => code === "ACCOUNT_TEMPORARILY_LOCKED")).toHaveLength(6);
  });

  test("works for five minutes", async () => {
    const [first, second] = [await challengeFor(), await challengeFor()];
    world.time.pass({ minutes: 5, seconds: -1 });
    await proceed(first, now());
    world.time.pass({ seconds: 1 });
    await expectRefusal(proceed(second, backupCodes[0]), "INVALID_CHALLENGE");
  });

  test("ends with a change of the password", async () => {
    const challenge = await challengeFor();
    await ada.bask.me.changePassword({
      currentPassword: ada.password,
      newPassword: "another long password",
      twoFactorCode: now(),
    });
    await expectRefusal(proceed(challenge, backupCodes[0]), "INVALID_CHALLENGE");
  });

  test("of a user who is suspended meanwhile opens nothing", async () => {
    const challenge = await challengeFor();
    const { id } = await ada.bask.me.get();
    await suspendUser(world.app, { kind: "system" }, id, { reason: "test" });
    await expectReason(proceed(challenge, backupCodes[0]), "account_suspended");
  });

  test("is refused when it was altered, made for something else, or is no challenge", async () => {
    const challenge = await challengeFor();
    const [userId] = await world.app.db.reader
      .select({ id: sessions.userId })
      .from(sessions)
      .where(eq(sessions.twoFactor, true));
    const purposes = world.app.challenges;
    const others = [
      `${challenge}A`,
      challenge.slice(0, -2),
      `${challenge.startsWith("A") ? "B" : "A"}${challenge.slice(1)}`,
      purposes.issue("passkey", { userId, method: "password" }, world.time.now() + 60_000),
      "bml_",
      "=".repeat(300),
      Buffer.alloc(28).toString("base64url"),
    ];
    for (const other of others) await expectRefusal(proceed(other, now()), "INVALID_CHALLENGE");
    await proceed(challenge, now());
  });

  test("of one account takes no code of another", async () => {
    const eve = await world.person("Eve");
    const enrollment = await eve.bask.twoFactor.setup({ password: eve.password });
    await eve.bask.twoFactor.verify({ code: codeOf(enrollment.secret, world.time) });
    world.time.pass({ minutes: 1 });
    const refusal: BaskError = await refusalOf(proceed(await challengeFor(), codeOf(enrollment.secret, world.time)));
    expect(refusal.code).toBe("INVALID_TWO_FACTOR_CODE");
  });
});
