import { beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../src/ids";
import { storm } from "../support/expect";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

const check = (token: string) => world.visitor.auth.checkEmailToken({ token });
const nothing = { email: null, expiresAt: null, invitation: null };
const password = "a new and long password";

describe("checking the token of an email", () => {
  test("tells what it is for and whom it was sent to, and uses nothing, however often", async () => {
    const ada = await world.person("Ada");
    await world.visitor.auth.forgotPassword({ email: ada.email });
    const token = await world.tokenTo(ada.email, "reset-password");
    const expiresAt = new Date(world.time.now() + 3_600_000).toISOString();
    const valid = { kind: "reset-password", state: "valid", email: ada.email, expiresAt, invitation: null } as const;
    const { won } = await storm(50, () => check(token));
    expect(won).toEqual(Array(50).fill(valid));
    await world.visitor.auth.resetPassword({ token, password });
    expect(await check(token)).toEqual({ kind: "reset-password", state: "ended", ...nothing });
  });

  test("tells one that was replaced from one that has expired, and from one that did its work", async () => {
    const bea = await world.person("Bea");
    const first = await world.tokenTo(bea.email, "verify-email");
    await world.visitor.auth.resendVerification({ email: bea.email });
    const second = await world.tokenTo(bea.email, "verify-email");
    expect(await check(first)).toMatchObject({ kind: "verify-email", state: "ended" });
    expect(await check(second)).toMatchObject({ kind: "verify-email", state: "valid", email: bea.email });
    await world.visitor.auth.verifyEmail({ token: second, password: bea.password });
    expect(await check(second)).toEqual({ kind: "verify-email", state: "done", ...nothing });

    const cleo = await world.person("Cleo");
    const late = await world.tokenTo(cleo.email, "verify-email");
    world.time.pass({ hours: 24 });
    expect(await check(late)).toEqual({ kind: "verify-email", state: "expired", ...nothing });
  });

  test("knows invitations: valid, canceled, replaced, accepted, expired", async () => {
    const dora = await world.person("Dora");
    await world.verify(dora);
    const eve = await world.person("Eve");
    await world.verify(eve);
    const { id } = await dora.bask.organizations.create({ name: "Acme" });
    const sent = await dora.bask.invitations.create(id, { email: eve.email, role: "member" });
    const first = await world.tokenTo(eve.email, "invitation");
    expect(await check(first)).toMatchObject({
      kind: "invitation",
      state: "valid",
      email: eve.email,
      invitation: {
        organization: "Acme",
        inviter: { fullName: dora.fullName, email: dora.email },
        role: "member",
        hasAccount: true,
      },
    });
    await dora.bask.invitations.resend(id, sent.id);
    const second = await world.tokenTo(eve.email, "invitation");
    expect(await check(first)).toEqual({ kind: "invitation", state: "ended", ...nothing });
    await eve.bask.invitations.accept({ token: second });
    expect(await check(second)).toMatchObject({ state: "done" });

    const other = await dora.bask.invitations.create(id, { email: "fay@example.com", role: "member" });
    const canceled = await world.tokenTo("fay@example.com", "invitation");
    expect((await check(canceled)).invitation?.hasAccount).toBe(false);
    await dora.bask.invitations.cancel(id, other.id);
    expect(await check(canceled)).toMatchObject({ state: "ended" });
    await dora.bask.invitations.create(id, { email: "gil@example.com", role: "member" });
    const late = await world.tokenTo("gil@example.com", "invitation");
    world.time.pass({ days: 7 });
    expect(await check(late)).toMatchObject({ state: "expired" });
  });

  test("tells nothing to those who hold none: not for an id without its MAC, and not for other tokens of ours", async () => {
    const hana = await world.person("Hana");
    const token = await world.tokenTo(hana.email, "verify-email");
    const altered = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
    const unknown = { kind: null, state: "unknown", ...nothing };
    for (const other of [altered, token.slice(0, -1), hana.bask.tokens()!.refreshToken!, "bml_"])
      expect(await check(other)).toEqual(unknown as never);
    const never = world.app.mailedTokens.write(newId("tkt", world.time.now()));
    expect(await check(never)).toMatchObject({ kind: null, email: null });
  });
});
