import { expect, test } from "bun:test";
import { codeOf } from "../support/authenticator";
import { expectRefusal } from "../support/expect";
import { openWorld } from "../support/world";

test("turning the second factor on or off and using a backup code send an email", async () => {
  const world = await openWorld();
  const ada = await world.person("Ada");
  await world.verify(ada);
  const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
  const { backupCodes } = await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  expect(await ada.bask.twoFactor.get()).toEqual({ enabled: true, backupCodesLeft: 10 });

  await world.signIn(ada, backupCodes[0]);
  await expectRefusal(world.signIn(ada, backupCodes[0]), "INVALID_TWO_FACTOR_CODE");
  expect(await ada.bask.twoFactor.get()).toEqual({ enabled: true, backupCodesLeft: 9 });

  await ada.bask.twoFactor.disable({ password: ada.password, code: backupCodes[1]! });
  expect(await ada.bask.twoFactor.get()).toEqual({ enabled: false, backupCodesLeft: 0 });
  const emails = await world.emailsTo(ada.email);
  expect(emails.map(({ template }) => template).sort()).toEqual(
    ["verify-email", "two-factor-on", "backup-code-used", "backup-code-used", "two-factor-off"].sort(),
  );
  expect(emails.find(({ template }) => template === "backup-code-used")!.text).toContain("Backup codes left: 9.");
});

test("a session that ends because its refresh token was reused sends an email", async () => {
  const world = await openWorld();
  const bea = await world.person("Bea");
  const stolen = bea.bask.tokens()!;
  await bea.bask.auth.refresh();
  world.time.pass({ minutes: 1 });
  const body = JSON.stringify({ refreshToken: stolen.refreshToken });
  await world.fetch("/auth/refresh", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  expect((await world.emailsTo(bea.email)).map(({ template }) => template)).toContain("session-reuse");
});
