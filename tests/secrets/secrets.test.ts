import { beforeEach, describe, expect, test } from "bun:test";
import { createHmac, randomBytes } from "node:crypto";
import { eq, getTableColumns, is, Table } from "drizzle-orm";
import { openKeyring } from "../../src/crypto/keyring";
import * as tables from "../../src/db/tables";
import type { UserId } from "../../src/ids";
import { openPresence } from "../../src/secrets/presence";
import { reseal } from "../../src/secrets/reseal";
import { sealedColumns } from "../../src/secrets/sealed.sql";
import { forgetSecret, secretStatus } from "../../src/secrets/secrets";
import { codeOf } from "../support/authenticator";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, testSecret, type World } from "../support/world";

const fresh = randomBytes(32);
const [oldId] = openKeyring([testSecret]).ids;

let world: World;
let ada: Person;
let backupCodes: string[];
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
  backupCodes = (await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) })).backupCodes;
});

/** The same installation with other secrets. */
const restarted = (...secretKeys: Buffer[]) =>
  openWorld({ databaseUrl: world.app.config.database.url, time: world.time, config: { secretKeys } });
const refusal = (...secretKeys: Buffer[]) => restarted(...secretKeys).then(() => "it started", String);
const signIn = (where: World, twoFactorCode: string) =>
  where.visitor.auth.login({ email: ada.email, password: ada.password, twoFactorCode });

describe("a secret", () => {
  test("that is replaced takes every sealed column with it", () => {
    const sealed = Object.values(tables)
      .flatMap((value) => (is(value, Table) ? [value as Table] : []))
      .flatMap((table) => Object.values(getTableColumns(table)).filter(({ name }) => name.includes("sealed")));
    expect(sealed.length).toBeGreaterThan(3);
    expect(sealed.filter((column) => !sealedColumns.some(({ value }) => value === column))).toEqual([]);
  });

  test("is needed until what it sealed is sealed again, and what it computed has ended", async () => {
    const both = await restarted(fresh, testSecret);
    expect(await refusal(fresh)).toMatch(/lacks the secret \w{8}.*1 authenticator apps, 10 backup codes, 1 sessions/);
    await reseal(both.app);
    expect(await refusal(fresh)).toMatch(/cease to work: 1 sessions.*until \d{4}-/);
    world.time.pass({ days: 7 });
    const alone = await restarted(fresh);
    await signIn(alone, backupCodes[0]!);
    const [status, ...others] = await secretStatus(
      alone.app.db.reader,
      openKeyring([fresh]),
      new Date(world.time.now()),
    );
    expect(others).toEqual([]);
    expect(status).toMatchObject({
      role: "signs",
      needs: expect.arrayContaining([expect.objectContaining({ count: 9 })]),
    });
  });

  test("that is let go takes what needs it along, counted, and no code that is dead is shown as left", async () => {
    const both = await restarted(fresh, testSecret);
    await forgetSecret(both.app, oldId);
    const alone = await restarted(fresh);
    await expectRefusal(signIn(alone, backupCodes[0]!), "INVALID_TWO_FACTOR_CODE");
    const left = await alone.app.db.reader.$count(tables.backupCodes);
    expect(left).toBe(0);
  });

  test("is not signed with while a running process does not have it", async () => {
    const presence = openPresence(world.app);
    await presence.beat();
    expect(await refusal(fresh, testSecret)).toContain("1 running process does not have");
    await (await restarted(testSecret, fresh)).close();
    world.time.pass({ seconds: 61 });
    await (await restarted(fresh, testSecret)).close();
  });

  test("of a process that disappeared may have signed until it would have been seen again", async () => {
    const { db } = world.app;
    await openPresence(world.app).beat();
    const seenAt = world.time.now();
    world.time.pass({ minutes: 5 });
    const both = await restarted(fresh, testSecret);
    await openPresence(both.app).beat();
    const [old] = await db.reader.select().from(tables.secrets).where(eq(tables.secrets.id, oldId));
    expect(old!.signedAt!.getTime()).toBe(seenAt + 20_000);
    expect(await db.reader.$count(tables.processes)).toBe(1);
  });

  test("still opens backup codes that were stored as keyed hashes", async () => {
    const { id } = await ada.bask.me.get();
    const [key] = openKeyring([testSecret]).derive("backup-code");
    const hash = createHmac("sha256", key).update("0123456789abcdef".replaceAll("-", "")).digest("base64url");
    await world.app.db.write((tx) =>
      tx
        .insert(tables.backupCodes)
        .values({ id: "bck_legacy" as never, userId: id as UserId, hash, createdAt: tx.now }),
    );
    const both = await restarted(fresh, testSecret);
    await reseal(both.app);
    expect(await refusal(fresh)).toContain("1 backup codes");
    await signIn(both, "0123-4567-89ab-cdef");
    await expectRefusal(signIn(both, "0123-4567-89ab-cdef"), "INVALID_TWO_FACTOR_CODE");
  });
});
