import { beforeAll, describe, expect, test } from "bun:test";
import { newId, type UserId } from "../../src/ids";
import { setUserSuspended } from "../../src/operators/operators.sql";
import { prune } from "../../src/pruning";
import { requireVerified } from "../../src/users/verification";
import { expectRefusal, storm } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const refused = (call: Promise<unknown>) => expectRefusal(call, "INVALID_TOKEN");

describe("an email", () => {
  test("is verified by the token sent to it, which works once when sent fifty times at once", async () => {
    expect(await ada.bask.me.get()).toMatchObject({ emailVerified: false });
    const token = await world.tokenTo(ada.email, "verify-email");
    const { won, lost } = await storm(50, () => ada.bask.auth.verifyEmail({ token }));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["CONFLICT"]));
    expect(await ada.bask.me.get()).toMatchObject({ emailVerified: true });
  });

  test("that is verified is said to be, by its link and by links that a newer one replaced", async () => {
    const kim = await world.person("Kim");
    const replaced = await world.tokenTo(kim.email, "verify-email");
    await world.visitor.auth.resendVerification({ email: kim.email });
    const token = await world.tokenTo(kim.email, "verify-email");
    await refused(world.visitor.auth.verifyEmail({ token: replaced }));
    await kim.bask.auth.verifyEmail({ token });
    for (const again of [token, replaced]) {
      const said = await expectRefusal(world.visitor.auth.verifyEmail({ token: again }), "CONFLICT");
      expect(said.reason).toBe("already_verified");
    }
    world.time.pass({ days: 2 });
    await prune(world.app);
    await expectRefusal(world.visitor.auth.verifyEmail({ token }), "CONFLICT");
  });

  test("is not verified by a suspended user, whose links change nothing", async () => {
    const lou = await world.person("Lou");
    const { id } = await lou.bask.me.get();
    const verify = await world.tokenTo(lou.email, "verify-email");
    await lou.bask.me.changeEmail({ email: "lou@new.example" });
    const change = await world.tokenTo("lou@new.example", "change-email");
    await world.visitor.auth.forgotPassword({ email: lou.email });
    const reset = await world.tokenTo(lou.email, "reset-password");
    await world.app.db.write((tx) => setUserSuspended(tx, id as UserId, true));
    const { password } = lou;
    for (const token of [verify, change]) {
      const said = await expectRefusal(world.visitor.auth.verifyEmail({ token, password }), "FORBIDDEN");
      expect(said.reason).toBe("account_suspended");
    }
    await expectRefusal(world.visitor.auth.resetPassword({ token: reset, password: "a new password" }), "FORBIDDEN");
    await world.app.db.write((tx) => setUserSuspended(tx, id as UserId, false));
    await world.visitor.auth.verifyEmail({ token: verify, password });
  });

  test("is not verified when its user is suspended at the same moment", async () => {
    const max = await world.person("Max");
    const { id } = await max.bask.me.get();
    const token = await world.tokenTo(max.email, "verify-email");
    beforeNextWrite(world, () => world.app.db.write((tx) => setUserSuspended(tx, id as UserId, true)));
    await refused(max.bask.auth.verifyEmail({ token }));
    await world.app.db.write((tx) => setUserSuspended(tx, id as UserId, false));
    expect(await max.bask.me.get()).toMatchObject({ emailVerified: false });
  });

  test("is not verified for a stranger who registered it: the token needs the account's password or session too", async () => {
    const squatter = await world.person("Hugo");
    const stranger = await world.person("Ines");
    const token = await world.tokenTo(squatter.email, "verify-email");
    await expectRefusal(world.visitor.auth.verifyEmail({ token }), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(stranger.bask.auth.verifyEmail({ token }), "REAUTHENTICATION_REQUIRED");
    const { password } = stranger;
    await expectRefusal(world.visitor.auth.verifyEmail({ token, password }), "INVALID_CREDENTIALS");
    expect(await squatter.bask.me.get()).toMatchObject({ emailVerified: false });
    await world.visitor.auth.verifyEmail({ token, password: squatter.password });
    expect(await squatter.bask.me.get()).toMatchObject({ emailVerified: true });
    world.time.pass({ minutes: 15 });
    const later = await world.tokenTo(stranger.email, "verify-email");
    await stranger.bask.auth.verifyEmail({ token: later });
    expect(await stranger.bask.me.get()).toMatchObject({ emailVerified: true });
  });

  test("is not verified by a token after 24 hours, nor by one that a newer one replaced", async () => {
    const bea = await world.person("Bea");
    const first = await world.tokenTo(bea.email, "verify-email");
    await world.visitor.auth.resendVerification({ email: bea.email });
    const second = await world.tokenTo(bea.email, "verify-email");
    await refused(bea.bask.auth.verifyEmail({ token: first }));
    world.time.pass({ hours: 24 });
    await refused(bea.bask.auth.verifyEmail({ token: second }));
  });

  test("is not verified by a token of another kind, an unknown one, or an altered one", async () => {
    await world.person("Cleo");
    await world.visitor.auth.forgotPassword({ email: "cleo@example.com" });
    await refused(world.visitor.auth.verifyEmail({ token: await world.tokenTo("cleo@example.com", "reset-password") }));
    const token = await world.tokenTo("cleo@example.com", "verify-email");
    await refused(world.visitor.auth.verifyEmail({ token: token.slice(0, -1) + (token.endsWith("A") ? "B" : "A") }));
    await refused(
      world.visitor.auth.verifyEmail({ token: world.app.mailedTokens.write(newId("tkt", world.time.now())) }),
    );
    await refused(
      world.visitor.auth.verifyEmail({ token: world.app.mailedTokens.write(newId("inv", world.time.now())) }),
    );
    await refused(
      world.visitor.auth.verifyEmail({ token: (await world.signIn(ada)).tokens()!.accessToken.slice(0, 199) }),
    );
  });

  test("must be verified where it matters, and only in an installation that demands it", async () => {
    const { id } = await ada.bask.me.get();
    const dora = await (await world.person("Dora")).bask.me.get();
    const actor = (userId: string) => ({ kind: "user", userId, sessionId: "ses_", origin: {} }) as never;
    const config = { ...world.app.config, emailVerification: "required" as const };
    const demanding = { ...world.app, config };
    await requireVerified(demanding, actor(id));
    await expect(requireVerified(demanding, actor(dora.id))).rejects.toMatchObject({ code: "EMAIL_NOT_VERIFIED" });
    await requireVerified(world.app, actor(dora.id));
  });

  test("need not be verified where verification is off", async () => {
    const quiet = await openWorld({ config: { emailVerification: "off" } });
    const eve = await quiet.person("Eve");
    expect(await quiet.emailsTo(eve.email)).toEqual([]);
  });
});

describe("requesting an email", () => {
  test("gets the same response for every address, and sends at most five emails an hour", async () => {
    const answers = [];
    for (const email of [...Array(7).fill("nobody@example.com"), ...Array(7).fill("fay@example.com"), ada.email]) {
      if (email === "fay@example.com" && answers.length === 7) await world.person("Fay");
      answers.push(await world.visitor.auth.forgotPassword({ email }));
      await world.emailsTo(email);
    }
    expect(new Set(answers.map(({ message }) => message)).size).toBe(1);
    expect(await world.emailsTo("nobody@example.com")).toHaveLength(0);
    expect(await world.emailsTo("fay@example.com")).toHaveLength(6);
    world.time.pass({ hours: 1 });
    await world.visitor.auth.forgotPassword({ email: "fay@example.com" });
    expect(await world.emailsTo("fay@example.com")).toHaveLength(7);
  });

  test("sends it also when strangers had five of another kind sent to the address", async () => {
    const jan = await world.person("Jan");
    world.time.pass({ minutes: 10 });
    const taken = { email: jan.email, password: "another long password", fullName: "Not Jan" };
    for (let i = 0; i < 7; i++) await world.visitor.auth.register(taken);
    await world.visitor.auth.forgotPassword({ email: jan.email });
    await world.visitor.auth.resendVerification({ email: jan.email });
    const names = (await world.emailsTo(jan.email)).map(({ template }) => template);
    expect(names.filter((message) => message === "email-taken")).toHaveLength(5);
    expect(names.slice(-2).sort()).toEqual(["reset-password", "verify-email"]);
  });

  test("links to PUBLIC_URL, whatever the Host header says", async () => {
    await fetch(`${world.url}/auth/forgot-password`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Host: "evil.example", "X-Forwarded-Host": "evil.example" },
      body: JSON.stringify({ email: ada.email }),
    });
    const message = (await world.emailsTo(ada.email)).at(-1)!;
    expect(message.link).toStartWith("https://bask.test/reset-password#token=");
    expect(JSON.stringify(message)).not.toContain("evil");
  });
});
