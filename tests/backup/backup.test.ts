import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { verifyChains } from "../../src/audit/verify";
import { createBackup } from "../../src/backup/create";
import { type Restore, restoreBackup } from "../../src/backup/restore";
import { backupJobs, backupsIn } from "../../src/backup/schedule";
import { verifyBackup } from "../../src/backup/verify";
import { openClock } from "../../src/clock";
import type { Config } from "../../src/config/config";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { openBackupSignatures } from "../../src/crypto/backup-signatures";
import { openKeyring } from "../../src/crypto/keyring";
import { usageJournal } from "../../src/db/tables";
import { runDueJob } from "../../src/extensions/jobs";
import { type ApiKeyId, newId, type UserId } from "../../src/ids";
import { blockRow, findAnyClient } from "../../src/oauth/blocking.sql";
import { grantOperator, revokeOperator } from "../../src/operators/operators";
import { suspendUser } from "../../src/operators/users";
import { appendToJournal } from "../../src/usage/journal.sql";
import { rowOf } from "../../src/usage/storing";
import { keyWindows } from "../../src/usage/windows.sql";
import { codeOf } from "../support/authenticator";
import { emptyDatabase, newDatabase, type TestDatabase } from "../support/databases";
import { expectReason, expectRefusal } from "../support/expect";
import { registerApp } from "../support/oauth";
import { admit } from "../support/organizations";
import { temporaryFolder } from "../support/process";
import { raw } from "../support/raw";
import { snapshot } from "../support/snapshot";
import { openWorld, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

let folder: ReturnType<typeof temporaryFolder>;
let number = 0;
const newFile = () => join(folder.path, `backup-${++number}.ndjson.gz`);
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

const configFor = (world: World, database: TestDatabase): Config => ({
  ...world.app.config,
  database: parseDatabaseUrl(database.url),
});

/** Restores into the database of a world. */
const restoreInto = (world: World, restore: Omit<Restore, "replace">) =>
  restoreBackup(world.app.config, openClock(world.time), { replace: true, ...restore });

/** A person with a second factor, an organization with a key, a webhook, a role, an invitation and a member. */
async function furnish(world: World, name: string) {
  const owner = await world.person(name);
  const { secret } = await owner.bask.twoFactor.setup({ password: owner.password });
  const { backupCodes } = await owner.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ seconds: 60 });
  await world.verify(owner);
  const { id } = await owner.bask.organizations.create({ name: `${name} "Engines" – 引擎` });
  await owner.bask.roles.create(id, { name: "auditor", permissions: ["audit-logs:read"] });
  const key = await owner.bask.apiKeys.create(id, { name: "CI", scopes: ["members:read"], metadata: { team: "ops" } });
  await owner.bask.invitations.create(id, { email: `${name.toLowerCase()}-guest@example.com`, role: "member" });
  const member = await world.person(`${name}2`);
  await admit(world, id, member, "auditor");
  await world.machine(key.key).members.list(id);
  await world.app.usage.save();
  return { owner, member, secret, backupCodes, id, key };
}

describe("a backup", () => {
  test("restored into an empty database has every row as it was, but for what a restore ends", async () => {
    const world = await openWorld();
    await furnish(world, "Ada");
    await world.app.usage.fold();
    const file = newFile();
    const summary = await createBackup(world.app, file);
    const before = await snapshot(world);
    const database = await emptyDatabase();
    const restored = await restoreBackup(configFor(world, database), openClock(world.time), { file, replace: false });
    expect(restored).toMatchObject({ isReplaced: false, lost: null, backup: { isSigned: true, rows: summary.rows } });
    const there = await openWorld({ databaseUrl: database.url, time: world.time });
    const after = await snapshot(there);
    const ended = [
      "sessions",
      "trusted_devices",
      "tickets",
      "invitations",
      "outbox",
      "two_factors",
      "api_keys",
      "changes",
      // Until when the secret and the signing algorithm were in use.
      "secrets",
      "installation",
    ];
    for (const [table, rows] of Object.entries(before)) {
      if (table.startsWith("audit_")) expect(after[table]).toEqual(expect.arrayContaining(rows));
      else if (!ended.includes(table)) expect([table, after[table]]).toEqual([table, rows]);
      else if (!["changes", "trusted_devices"].includes(table)) expect(after[table]).toHaveLength(rows.length);
    }
    expect(summary.tables.users).toBe(2);
    expect(await verifyChains(there.app)).toEqual([]);
    await world.person("Newcomer");
    await there.person("Newcomer");
    await there.close();
    await database.remove();
  });

  test("taken under load is of one moment, and whole", async () => {
    const world = await openWorld();
    const ada = await world.person("Ada");
    let done = false;
    const busy = Array.from({ length: 4 }, async () => {
      for (let i = 0; !done && i < 500; i++) await ada.bask.organizations.create({ name: "Engines" }).catch(() => {});
    });
    await ada.bask.organizations.create({ name: "First" });
    const file = newFile();
    const summary = await createBackup(world.app, file);
    done = true;
    await Promise.all(busy);
    expect(summary.tables.organizations).toBe(summary.tables.memberships!);
    const database = await emptyDatabase();
    await restoreBackup(configFor(world, database), openClock(world.time), { file, replace: false });
    const there = await openWorld({ databaseUrl: database.url, time: world.time });
    expect(await verifyChains(there.app)).toEqual([]);
    const rows = await snapshot(there);
    const owned = rows.memberships!.map((row) => JSON.parse(row).organizationId);
    expect(rows.organizations!.map((row) => JSON.parse(row).id).sort()).toEqual(owned.sort());
    await there.close();
    await database.remove();
  });

  test("can be read by its owner only, and leaves nothing behind when it fails", async () => {
    const world = await openWorld();
    const file = newFile();
    await createBackup(world.app, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readdirSync(folder.path);
    world.app.stopping = true;
    await world.person("Ada");
    await expect(createBackup(world.app, newFile())).rejects.toThrow("the process stops");
    expect(readdirSync(folder.path)).toEqual(before);
  });

  test("makes no folder for a mistyped path, and replaces nothing but an earlier backup", async () => {
    using own = temporaryFolder();
    const world = await openWorld();
    const [missing, other, good] = ["missing/one.gz", "bask.db", "good.gz"].map((name) => join(own.path, name));
    await expect(createBackup(world.app, missing!)).rejects.toThrow("missing does not exist. Nothing was written.");
    writeFileSync(other!, "what someone needs");
    await expect(createBackup(world.app, other!)).rejects.toThrow("is there already and is not a backup");
    await expect(createBackup(world.app, own.path)).rejects.toThrow("is there already and is not a backup");
    await createBackup(world.app, good!);
    await createBackup(world.app, good!);
    expect(readFileSync(other!, "utf8")).toBe("what someone needs");
    expect(readdirSync(own.path).sort()).toEqual(["bask.db", "good.gz"]);
  });

  test("is refused where it would lack a table or a column", async () => {
    const world = await openWorld();
    await raw(world, "alter table roles add column color text");
    await expect(createBackup(world.app, newFile())).rejects.toThrow("has the column color of roles");
    await raw(world, "alter table roles drop column color");
    await raw(world, "create table notes (id text)");
    await expect(createBackup(world.app, newFile())).rejects.toThrow("has the table notes");
  });

  test("is made by itself once a period, by one process, and the oldest are deleted", async () => {
    using own = temporaryFolder();
    const backups = { folder: join(own.path, "new"), every: 3_600_000, keep: 2 };
    const world = await openWorld({ config: { backups } });
    const other = await openWorld({
      config: { ...world.app.config, backups },
      databaseUrl: world.app.config.database.url,
      time: world.time,
    });
    const [job] = backupJobs(world.app);
    const run = () => Promise.all([world, other].map(({ app }) => runDueJob(app, job!)));
    await run();
    expect(backupsIn(backups.folder)).toEqual(["bask-20260302T090000Z.ndjson.gz"]);
    world.time.pass({ minutes: 59 });
    await run();
    expect(backupsIn(backups.folder)).toHaveLength(1);
    for (let i = 0; i < 3; i++) {
      world.time.pass({ hours: 1 });
      await run();
    }
    expect(backupsIn(backups.folder)).toHaveLength(2);
    await verifyBackup(join(backups.folder, backupsIn(backups.folder)[0]!), [testSecret]);
  });

  test("that cannot be made is tried again an hour later", async () => {
    using own = temporaryFolder();
    const blocked = join(own.path, "file");
    writeFileSync(blocked, "");
    const backups = { folder: blocked, every: 24 * 3_600_000, keep: 2 };
    const world = await openWorld({ config: { backups } });
    const [job] = backupJobs(world.app);
    await expect(runDueJob(world.app, job!)).rejects.toThrow();
    await runDueJob(world.app, job!);
    world.time.pass({ hours: 1 });
    await expect(runDueJob(world.app, job!)).rejects.toThrow();
  });
});

describe("a restore", () => {
  let world: World;
  let file: string;
  let there: Awaited<ReturnType<typeof furnish>>;
  beforeAll(async () => {
    world = await openWorld();
    there = await furnish(world, "Ada");
    file = newFile();
    await createBackup(world.app, file);
  });

  /** Expects a restore to be refused, and nothing to be changed. */
  async function expectRefused(restore: () => Promise<unknown>, sentence: string) {
    const before = await snapshot(world);
    await expect(restore()).rejects.toThrow(sentence);
    expect(await snapshot(world)).toEqual(before);
  }

  /** A backup with other lines, signed as the installation does unless told otherwise. */
  function altered(change: (lines: string[]) => string[], secret = testSecret): string {
    const lines = change(gunzipSync(readFileSync(file)).toString().trimEnd().split("\n"));
    const digest = new Bun.CryptoHasher("sha256");
    for (const line of lines.slice(0, -1)) digest.update(`${line}\n`);
    const sum = digest.digest("base64url");
    const signature = openBackupSignatures(openKeyring([secret])).sign(sum);
    const end = { ...JSON.parse(lines.at(-1)!), digest: sum, signature };
    const made = newFile();
    writeFileSync(made, gzipSync(`${[...lines.slice(0, -1), JSON.stringify(end)].join("\n")}\n`));
    return made;
  }
  const withHeader = (change: (header: { migrations: object[] }) => object) =>
    altered(([first, ...rest]) => [JSON.stringify(change(JSON.parse(first!))), ...rest]);

  test("is refused before anything is touched: data is there and no one said to replace it", () =>
    expectRefused(
      () => restoreBackup(world.app.config, openClock(world.time), { file, replace: false }),
      "The database holds data",
    ));

  test("is refused before anything is touched: another secret, or none", async () => {
    for (const [secretKeys, sentence] of [
      [[randomBytes(32)], "belongs to another secret"],
      [[], "belongs to a secret that is not here"],
    ] as const) {
      const config = { ...world.app.config, secretKeys };
      await expectRefused(() => restoreBackup(config, openClock(world.time), { file, replace: true }), sentence);
    }
    const config = { ...world.app.config, secretKeys: [randomBytes(32), testSecret] };
    await restoreBackup(config, openClock(world.time), { file, replace: true });
  });

  test("is refused before anything is touched: data of another installation", async () => {
    const secretKeys = [randomBytes(32)];
    const database = await newDatabase();
    const stranger = await openWorld({ config: { secretKeys }, databaseUrl: database.url });
    await stranger.close();
    const config = configFor(world, database);
    const refused = restoreBackup(config, openClock(world.time), { file, replace: true });
    await expect(refused).rejects.toThrow("The data that would be replaced belongs to another secret");
    const still = await openWorld({ config: { secretKeys }, databaseUrl: database.url });
    await still.close();
    await database.remove();
  });

  test("is refused before anything is touched: a newer schema", () => {
    const migration = { source: "bask", name: "9999_future", hash: "" };
    const newer = withHeader(({ migrations, ...rest }) => ({
      ...rest,
      migrations: [...migrations, migration],
    }));
    return expectRefused(
      () => restoreInto(world, { file: newer }),
      "a newer version of Bask: it has the migration 9999_future",
    );
  });

  test("is refused before anything is touched: a file that was changed, cut off, forged, or is something else", async () => {
    const whole = readFileSync(file);
    const damaged = (bytes: Uint8Array) => {
      const made = newFile();
      writeFileSync(made, bytes);
      return made;
    };
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1]! ^= 1;
    for (const [made, sentence] of [
      [damaged(flipped), "is not whole"],
      [damaged(whole.subarray(0, whole.length - 20)), "is not whole"],
      [damaged(whole.subarray(0, whole.length >> 1)), "is not whole"],
      [damaged(Buffer.from("not a backup")), "is not whole, or not a backup"],
      [damaged(gzipSync('{"bask":"something"}\n')), "is not a backup of Bask that this version can read"],
      [damaged(gzipSync("")), "is not whole"],
      [altered((lines) => lines.toSpliced(2, 1)), "is not whole"],
      [altered((lines) => lines, randomBytes(32)), "its signature is not valid"],
    ] as const)
      await expectRefused(() => restoreInto(world, { file: made }), sentence);
    await expectRefused(() => restoreInto(world, { file: join(folder.path, "missing") }), "does not exist");
  });

  test("that fails in the middle leaves everything as it was", async () => {
    const twice = altered((lines) => {
      const at = lines.findIndex((line) => line.startsWith('["usr_'));
      const end = JSON.parse(lines.at(-1)!);
      end.tables.users++;
      const count = lines.findIndex((line, i) => i > at && line.startsWith('{"rows"'));
      const rows = JSON.stringify({ rows: JSON.parse(lines[count]!).rows + 1 });
      return [
        ...lines.slice(0, at),
        lines[at]!,
        ...lines.slice(at, count),
        rows,
        ...lines.slice(count + 1, -1),
        JSON.stringify(end),
      ];
    });
    await verifyBackup(twice, [testSecret]);
    await expectRefused(() => restoreInto(world, { file: twice }), "cannot be restored");
  });

  test("revives nothing that was revoked, ended or used up, in a process that runs on", async () => {
    const { owner, member, id, key, secret, backupCodes } = there;
    const { email, password } = owner;
    await restoreInto(world, { file });
    await world.app.feed.poll();

    world.time.pass({ minutes: 1 });
    const twoFactorCode = codeOf(secret, world.time);

    const { deviceToken } = await owner.bask.auth.login({ email, password, twoFactorCode, trustDevice: true });
    await grantOperator(world.app, email);
    const kept = await owner.bask.apiKeys.create(id, { name: "Kept" });
    const personal = async () => owner.bask.personalTokens.create({ name: "Laptop", scopes: ["members:read"] });
    const [keptToken, revokedToken, endedToken] = [await personal(), await personal(), await personal()];
    const derived = await world.machine(kept.key).apiKeys.derive({ expiresIn: 3_600 });
    await world.visitor.auth.forgotPassword({ email });
    const resetToken = await world.tokenTo(email, "reset-password");
    const guest = await world.person("Ada-guest");
    await owner.bask.invitations.create(id, { email: guest.email, role: "member" });
    const [invitation] = (await owner.bask.invitations.list(id)).data;
    const now = newFile();
    await createBackup(world.app, now);
    world.time.pass({ minutes: 1 });

    await owner.bask.apiKeys.revoke(id, key.id);
    await owner.bask.personalTokens.revoke(revokedToken.id);
    await owner.bask.memberTokens.end(id, endedToken.id);
    await world.machine(derived.token).members.list(id);
    await owner.bask.auth.login({ email, password, twoFactorCode: backupCodes[0]! });
    const late = await owner.bask.apiKeys.create(id, { name: "Created after the backup" });
    await world.machine(kept.key).members.list(id);
    await world.machine(late.key).members.list(id);
    await world.signIn(member);

    const restored = await restoreInto(world, { file: now });
    await world.app.feed.poll();
    expect(restored.isReplaced).toBe(true);
    expect(restored.lost).toEqual(
      expect.arrayContaining([
        { action: "api_key.revoked", events: 1 },
        { action: "session.started", events: 2 },
      ]),
    );

    await expectRefusal(world.machine(key.key).members.list(id), "INVALID_API_KEY");
    await expectRefusal(world.machine(late.key).members.list(id), "INVALID_API_KEY");
    await world.machine(kept.key).members.list(id);
    await world.machine(keptToken.token).members.list(id);
    await expectReason(world.machine(revokedToken.token).members.list(id), "token_revoked");
    await expectReason(world.machine(endedToken.token).members.list(id), "token_ended");
    await expectReason(world.machine(derived.token).members.list(id), "derived_token_ended");
    const sessions = (await snapshot(world)).sessions!.map((row) => JSON.parse(row));
    expect(sessions.filter(({ endedAt }) => endedAt === null)).toEqual([]);
    await expectRefusal(owner.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(member.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(
      world.visitor.auth.login({ email, password, deviceToken: deviceToken! }),
      "TWO_FACTOR_REQUIRED",
    );
    await expectRefusal(
      world.visitor.auth.login({ email, password, twoFactorCode: backupCodes[0]! }),
      "INVALID_TWO_FACTOR_CODE",
    );
    await expectRefusal(
      world.visitor.auth.login({ email, password, twoFactorCode: codeOf(secret, world.time) }),
      "INVALID_TWO_FACTOR_CODE",
    );
    await expectRefusal(
      world.visitor.auth.resetPassword({ token: resetToken, password: "another long one" }),
      "INVALID_TOKEN",
    );
    await expectRefusal((await world.signIn(guest)).invitations.accept({ invitationId: invitation!.id }), "NOT_FOUND");

    world.time.pass({ minutes: 2 });
    const again = await world.signIn(owner, codeOf(secret, world.time));
    const [event] = (await snapshot(world))
      .audit_events!.map((row) => JSON.parse(row))
      .filter(({ chain }) => chain === "installation")
      .toSorted((a, b) => b.seq - a.seq);
    expect(event).toMatchObject({ action: "installation.restored", actorType: "system" });
    expect(await verifyChains(world.app)).toEqual([]);
    expect(await again.apiKeys.get(id, key.id)).toMatchObject({ status: "revoked" });
  });

  test("takes no one back in who was removed from an organization, and no workload that is no longer trusted", async () => {
    const fresh = await openWorld();
    const { owner, member, id, key } = await furnish(fresh, "Dana");
    const trusted = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main", ref_type: "branch" } };
    const trust = await owner.bask.workloadIdentity.createTrust(id, key.id, trusted);
    const other = await owner.bask.workloadIdentity.createTrust(id, key.id, {
      ...trusted,
      claims: { ...trusted.claims, project_id: "2" },
    });
    const now = newFile();
    await createBackup(fresh.app, now);
    const members = (await owner.bask.members.list(id)).data;
    await owner.bask.members.remove(id, members.find(({ role }) => role === "auditor")!.id);
    await owner.bask.workloadIdentity.deleteTrust(id, key.id, trust.id);
    await restoreInto(fresh, { file: now });
    await fresh.app.feed.poll();
    fresh.time.pass({ minutes: 2 });
    await expectRefusal((await fresh.signIn(member)).members.list(id), "NOT_FOUND");
    const trusts = (await snapshot(fresh)).key_trusts!.map((row) => JSON.parse(row).id);
    expect(trusts).toEqual([other.id]);
    expect((await snapshot(fresh)).memberships).toHaveLength(1);
  });

  test("sends nothing to webhooks that were removed, disabled, moved or given another secret since", async () => {
    const fresh = await openWorld({ resolve: async () => ["8.8.8.8"] });
    const grace = await fresh.person("Grace");
    const { id } = await grace.bask.organizations.create({ name: "Hooks" });
    await raw(fresh, `update organizations set plan = 'enterprise' where id = '${id}'`);
    const hook = async (name: string) =>
      (await grace.bask.webhooks.create(id, { url: `https://${name}.test/`, events: ["member.*"] })).id;
    const hooks = { kept: "", removed: "", disabled: "", moved: "", rotated: "" };
    for (const name of Object.keys(hooks) as (keyof typeof hooks)[]) hooks[name] = await hook(name);
    await grace.bask.webhooks.rotateSecret(id, hooks.kept);
    const now = newFile();
    await createBackup(fresh.app, now);
    await grace.bask.webhooks.delete(id, hooks.removed);
    await grace.bask.webhooks.update(id, hooks.disabled, { enabled: false });
    await grace.bask.webhooks.update(id, hooks.moved, { url: "https://elsewhere.test/" });
    await grace.bask.webhooks.rotateSecret(id, hooks.rotated);
    await restoreInto(fresh, { file: now });
    await fresh.app.feed.poll();
    const restored = (await (await fresh.signIn(grace)).webhooks.list(id)).data;
    expect(Object.fromEntries(restored.map(({ id, disabledBecause }) => [id, disabledBecause]))).toEqual({
      [hooks.kept]: null,
      [hooks.disabled]: "by_hand",
      [hooks.moved]: "restored_from_backup",
      [hooks.rotated]: "restored_from_backup",
    });
    await fresh.close();
  });

  test("adds what was in the journal of uses to the history of its keys, also where a server looks into none", async () => {
    const world = await openWorld();
    const { key } = await furnish(world, "Ada");
    await world.app.usage.fold();
    const keyId = key.id as ApiKeyId;
    const now = Math.floor(world.time.now() / 1_000);
    const spentNow = async () => (await keyWindows.find(world.app.db.reader, keyId, now)).map(({ spent }) => spent);
    const before = await spentNow();
    const batch = newId("bat", world.time.now());
    const use = (number: number, count: number) => ({
      batch,
      number,
      entries: rowOf([
        { keyId, tallies: [{ minute: now - (now % 60), spent: count, ok: count, limited: 0, denied: 0 }] },
      ]),
    });
    await world.app.db.write(async (tx) => {
      await appendToJournal(tx, use(0, 2));
      await appendToJournal(tx, use(1, 3));
    });
    const file = newFile();
    await createBackup(world.app, file);
    await restoreInto(world, { file });
    expect(await world.app.db.reader.select().from(usageJournal)).toEqual([]);
    expect(await spentNow()).toEqual(before.length > 0 ? before.map((spent) => spent + 5) : [5, 5, 5]);
    await world.close();
  });

  test("is heard by a process that has not heard of any change yet", async () => {
    const fresh = await openWorld();
    const bea = await fresh.person("Bea");
    await bea.bask.me.get();
    const now = newFile();
    await createBackup(fresh.app, now);
    await restoreInto(fresh, { file: now });
    await fresh.app.feed.poll();
    await expectRefusal(bea.bask.me.get(), "UNAUTHORIZED");
  });

  test("keeps suspended or blocked what the replaced data had, and takes no operator back in", async () => {
    const fresh = await openWorld();
    const known = await registerApp(fresh);
    const forgotten = await registerApp(fresh, { kind: "dynamic", fingerprint: "its metadata" });
    const bea = await fresh.person("Bea");
    const cy = await fresh.person("Cy");
    await fresh.verify(cy);
    await grantOperator(fresh.app, cy.email);
    const now = newFile();
    await createBackup(fresh.app, now);
    const id = (await bea.bask.me.get()).id as UserId;
    await suspendUser(fresh.app, { kind: "system" }, id, { reason: "ticket 4711" });
    await revokeOperator(fresh.app, cy.email);
    const unknown = await registerApp(fresh, { id: "https://app.example/client.json", kind: "document" });
    await raw(fresh, `delete from oauth_clients where id = '${forgotten.id}'`);
    const again = await registerApp(fresh, { kind: "dynamic", fingerprint: "its metadata" });
    await fresh.app.db.write(async (tx) => {
      for (const { id: client } of [known, unknown, again])
        await blockRow(tx, client, { by: id, because: "ticket 4712" });
    });
    await restoreInto(fresh, { file: now });
    await fresh.app.feed.poll();
    await expectRefusal(fresh.signIn(bea), "INVALID_CREDENTIALS");
    const users = (await snapshot(fresh)).users!.map((row) => JSON.parse(row));
    expect(users.filter(({ operatorSince }) => operatorSince !== null)).toEqual([]);
    expect(await findAnyClient(fresh.app.db.reader, forgotten.id, fresh.app.clock.date())).toBeUndefined();
    for (const client of [known, unknown, again])
      expect(await findAnyClient(fresh.app.db.reader, client.id, fresh.app.clock.date())).toMatchObject({
        blockedAt: expect.any(Date),
        blockedBecause: "ticket 4712",
      });
  });
});
