import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt } from "jose";
import type { UserActor } from "../../src/access/actor";
import { claimTurn } from "../../src/backup/turn";
import { verifyBackup } from "../../src/backup/verify";
import type { Config } from "../../src/config/config";
import { users } from "../../src/db/tables";
import { startHousekeeping } from "../../src/housekeeping";
import type { SessionId, UserId } from "../../src/ids";
import type { Mailer } from "../../src/mail/mailer";
import { grantOperator } from "../../src/operators/operators";
import { requireOperator } from "../../src/operators/require-operator";
import { backUpNow } from "../../src/system/backups";
import { codeOf } from "../support/authenticator";
import { expectReason, expectRefusal, refusalOf } from "../support/expect";
import { temporaryFolder } from "../support/process";
import { openWorld, type Person, type World } from "../support/world";

/** A user through their session, as their token names it. */
async function userOf({ bask }: Person): Promise<UserActor> {
  const { sub, sid } = decodeJwt(bask.tokens()!.accessToken) as { sub: UserId; sid: SessionId };
  return { kind: "user", userId: sub, sessionId: sid, origin: { requestId: "r", ip: "192.0.2.1", userAgent: null } };
}

let world: World;
let root: Person;
let refusal: Error | undefined;
const sent: string[] = [];
const mailer: Mailer = {
  async send({ to, template }) {
    if (refusal) throw refusal;
    sent.push(`${template} to ${to}`);
  },
  close: async () => {},
};
const noMailbox = Object.assign(new Error("550 5.1.1 no such user"), {
  code: "EENVELOPE",
  command: "RCPT TO",
  response: "550 5.1.1 no such user",
  responseCode: 550,
});

const backups = temporaryFolder();

beforeAll(async () => {
  const { path: folder } = backups;
  const backup = join(folder, "bask-20260302T090000Z.ndjson.gz");
  writeFileSync(backup, "four");
  utimesSync(backup, 0, 0);
  writeFileSync(join(folder, "something-else.txt"), "");
  world = await openWorld({ mailer, config: { backups: { folder, every: 3_600_000, keep: 3 } } });
  root = await world.person("Root");
  await world.app.db.write(async (tx) => {
    await tx.update(users).set({ emailVerifiedAt: tx.now });
  });
  await grantOperator(world.app, root.email);
  world.time.pass({ seconds: 1 }); // what they do from here on is younger than the grant
  const { secret } = await root.bask.twoFactor.setup({ password: root.password });
  await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
});
afterAll(() => backups[Symbol.dispose]());

describe("operators see of the installation", () => {
  test("its processes, jobs, outbox and backups", async () => {
    const stop = startHousekeeping(world.app);
    await stop();
    const system = await root.bask.admin.system.get();
    expect(system).toMatchObject({
      database: world.app.db.dialect,
      emails: { failed: 0 },
      backups: { everySeconds: 3_600, keep: 3, files: [{ name: "bask-20260302T090000Z.ndjson.gz", bytes: 4 }] },
    });
    expect(system.jobs.map(({ name, everySeconds }) => [name, everySeconds])).toEqual([
      ["bask key usage alerts", 300],
      ["bask key age alerts", 3_600],
      ["bask token expiry notices", 3_600],
      ["bask backup", 3_600],
    ]);
    expect(system.jobs.map(({ startedAt }) => startedAt)).toEqual([null, null, null, null]);
  });

  test("what is wrong with it, with the command that mends it", async () => {
    const { data } = await root.bask.admin.system.runChecks();
    expect(data.map(({ check }) => check)).toContain("backups");
    expect(data.find(({ check }) => check === "backups")).toMatchObject({
      severity: "error",
      fix: expect.stringContaining("bask backup create"),
    });
  });

  test("a backup that they ask for, one at a time and so many an hour", async () => {
    const { backUp, get } = root.bask.admin.system;
    const claims = await Promise.all(Array.from({ length: 20 }, () => world.app.db.write(claimTurn)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    await expectReason(backUp(), "backup_under_way");
    expect((await get()).backups).toMatchObject({ isUnderWay: true });

    world.time.pass({ minutes: 2 }); // a process that does not renew its turn has died
    const { file } = await backUp();
    const made = join(backups.path, file!.name);
    expect(await verifyBackup(made, world.app.config.secretKeys)).toMatchObject({ isSigned: true });
    const after = (await get()).backups!;
    expect(after).toMatchObject({ isUnderWay: false });
    expect(after.files[0]).toEqual(file!);

    world.time.pass({ minutes: 30 });
    for (let more = 1; more < 6; more++) await backUp();
    expect(await refusalOf(backUp())).toMatchObject({ code: "RATE_LIMITED", retryAfter: 1_800 });
  });

  test("that a backup which takes long is still being made, and the file when it is there", async () => {
    world.time.pass({ hours: 1 });
    const { app } = world;
    const operator = await requireOperator(app, await userOf(root));
    expect(await backUpNow(app, operator, 0)).toEqual({ file: null });
    const { get } = root.bask.admin.system;
    while ((await get()).backups!.isUnderWay) await Bun.sleep(5);
    const name = (await get()).backups!.files[0]!.name;
    const made = await verifyBackup(join(backups.path, name), app.config.secretKeys);
    expect(made.createdAt).toBe(app.clock.date().toISOString());
  });

  test("why a backup could not be made, and it can be tried again", async () => {
    const { backUp, get } = root.bask.admin.system;
    const config = world.app.config as { backups: Config["backups"] };
    const before = config.backups!;
    world.time.pass({ hours: 1 });
    config.backups = { ...before, folder: join(backups.path, "something-else.txt") };
    await expectReason(backUp(), "backup_failed");
    config.backups = before;
    expect((await get()).backups).toMatchObject({ isUnderWay: false });
    config.backups = undefined;
    await expectReason(backUp(), "backups_off");
    config.backups = before;
  });

  test("every variable, and of secrets only whether they are set", async () => {
    const { data } = await root.bask.admin.system.getConfiguration();
    const of = (name: string) => data.find((variable) => variable.name === name);
    expect(of("AUTH_RATE_LIMIT")).toMatchObject({ isSet: true, isSecret: false, value: "1000000" });
    expect(of("APP_NAME")).toMatchObject({ isSet: false, value: "Bask" });
    expect(of("BACKUP_DIR")).toMatchObject({ isSet: false, value: null, otherwise: "no backups" });
    expect(of("SECRET_KEY")).toMatchObject({ isSet: true, isSecret: true, value: null });
    expect(of("DATABASE_URL")).toMatchObject({ isSet: true, isSecret: true, value: null });
    const shown = JSON.stringify(data);
    for (const secret of world.app.config.secretKeys) expect(shown).not.toContain(secret.toString("base64url"));
  });

  test("emails that were given up, to be sent again or dropped, and a test email", async () => {
    refusal = noMailbox;
    await world.visitor.auth.forgotPassword({ email: root.email });
    await world.emailsTo(root.email);
    const failed = async () => (await root.bask.admin.emails.listFailed()).data;
    const [first] = await failed();
    expect(first).toMatchObject({ to: root.email, failure: expect.stringContaining("550 5.1.1") });
    expect(await root.bask.admin.emails.test({ email: "ops@example.com" })).toMatchObject({
      failure: expect.stringContaining("550"),
    });
    refusal = undefined;
    expect(await root.bask.admin.emails.test({ email: "ops@example.com" })).toMatchObject({ failure: null });
    expect(sent).toContain("test to ops@example.com");
    await root.bask.admin.emails.retry(first!.id);
    await world.emailsTo(root.email);
    expect(sent).toContain(`${first!.template} to ${root.email}`);
    await expectRefusal(root.bask.admin.emails.retry(first!.id), "NOT_FOUND");
    await expectRefusal(root.bask.admin.emails.drop(first!.id), "NOT_FOUND");

    refusal = noMailbox;
    const mary = await world.person("Mary");
    await world.emailsTo(mary.email);
    const email = (await failed()).find(({ to }) => to === mary.email)!;
    await root.bask.admin.emails.drop(email.id);
    expect((await failed()).map(({ id }) => id)).not.toContain(email.id);
    refusal = undefined;
  });

  test("what operators did, of all of them, page by page", async () => {
    const all = (await root.bask.admin.auditLogs.list()).data;
    expect(all.map(({ details, action }) => (details as { action?: string }).action ?? action).toSorted()).toEqual([
      ...Array.from({ length: 8 }, () => "backup.started"),
      "email.dropped",
      "email.retried",
      "email.tested",
      "email.tested",
      "operator.granted",
    ]);
    expect(all[0]).toMatchObject({ actorName: root.fullName, actorEmail: root.email });
    const page = await root.bask.admin.auditLogs.list({ limit: 2 });
    const next = await root.bask.admin.auditLogs.list({ limit: 100, cursor: page.nextCursor! });
    expect([...page.data, ...next.data].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  });

  test("nothing, when they are none", async () => {
    const mary = await world.signIn({ email: "mary@example.com", password: "Mary likes long passwords" });
    const { system, emails, auditLogs } = mary.admin;
    for (const look of [system.get, system.runChecks, system.getConfiguration, emails.listFailed, auditLogs.list])
      await expectRefusal(look(), "FORBIDDEN");
    await expectRefusal(system.backUp(), "FORBIDDEN");
    await expectRefusal(emails.test({ email: "ops@example.com" }), "FORBIDDEN");
  });
});
