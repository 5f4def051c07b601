import { beforeAll, describe, expect, test } from "bun:test";
import { hashSync } from "@node-rs/bcrypt";
import { newId } from "../../src/ids";
import { undoImport } from "../../src/imports/imports";
import { externalIdsOf } from "../../src/imports/imports.sql";
import { findUserByEmail } from "../../src/users/users.sql";
import { expectRefusal } from "../support/expect";
import { importRecords } from "../support/imports";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

const password = "a password from elsewhere";
const row = (email: string, more: object = {}) => ({
  email,
  fullName: "Ada Lovelace",
  passwordHash: hashSync(password, 4),
  ...more,
});
const run = () => newId("imp", world.time.now());
const account = (email: string) => findUserByEmail(world.app.db.reader, email);

describe("imported users", () => {
  test("sign in with the password they have, which is hashed by argon2id from then on", async () => {
    await importRecords(world.app, [row("Ada@Example.com", { emailVerified: true })]);
    const ada = { email: "ada@example.com", password } as Person;
    await expectRefusal(world.signIn({ ...ada, password: "another password" }), "INVALID_CREDENTIALS");
    expect((await account(ada.email))!.passwordHash).toStartWith("$2");
    expect(await (await world.signIn(ada)).me.get()).toMatchObject({ fullName: "Ada Lovelace", emailVerified: true });
    expect((await account(ada.email))!.passwordHash).toStartWith("$argon2id$");
    await world.signIn(ada);
  });

  test("without a password set one by email", async () => {
    await importRecords(world.app, [row("bea@example.com", { passwordHash: undefined })]);
    await world.visitor.auth.forgotPassword({ email: "bea@example.com" });
    const token = await world.tokenTo("bea@example.com", "reset-password");
    await world.visitor.auth.resetPassword({ token, password });
    await world.signIn({ email: "bea@example.com", password } as Person);
  });
});

describe("an import", () => {
  test("reports each record, does not change existing accounts, and can be repeated", async () => {
    const cleo = await world.person("Cleo");
    const records = [
      row("dora@example.com", { externalId: "1" }),
      row(cleo.email, { fullName: "Not Cleo", externalId: "2" }),
      row("DORA@example.com", { externalId: "3" }),
      row("no address"),
      row("elsa@example.com", { passwordHash: "md5:1234" }),
      row("fay@example.com", { isAdmin: true }),
      row("gus@example.com", { passwordHash: hashSync(password, 4).replace("$04$", "$31$") }),
    ];
    const report = async (dryRun: boolean) => {
      const reports = await importRecords(world.app, records, { dryRun });
      return reports.map(({ line, outcome, reason }) => [line, outcome, reason]);
    };
    const same =
      "another record with this email was imported; this id now leads to the same account, its password does not";
    const invalid = [
      [4, "invalid", "email must be an email address"],
      [5, "invalid", "has a password hash in a format that cannot be verified"],
      [6, "invalid", "isAdmin is not a known field"],
      [7, "invalid", "has a password hash that takes too long to verify"],
    ];
    const first = [
      [1, "imported", undefined],
      [2, "exists", "the email has an account here, which is not changed"],
      [3, "exists", same],
      ...invalid,
    ];
    expect(await report(true)).toEqual(first);
    expect(await account("dora@example.com")).toBeUndefined();
    expect(await report(false)).toEqual(first);
    expect(await report(false)).toEqual([
      [1, "exists", "was imported before"],
      first[1]!,
      [3, "exists", "was imported before"],
      ...invalid,
    ]);
    expect((await cleo.bask.me.get()).fullName).toBe(cleo.fullName);
    const dora = (await account("dora@example.com"))!;
    expect(await externalIdsOf(world.app.db.reader, dora.id)).toEqual([
      { source: "bask", externalId: "1" },
      { source: "bask", externalId: "3" },
    ]);
    expect(await externalIdsOf(world.app.db.reader, (await account(cleo.email))!.id)).toEqual([]);
  });

  test("finds users who have another email by now, and not those who deleted their account", async () => {
    const records = [row("ida@example.com", { externalId: "ida" })];
    await importRecords(world.app, records);
    const ida = await world.signIn({ email: "ida@example.com", password } as Person);
    await ida.me.changeEmail({ email: "ida@new.example" });
    await ida.auth.verifyEmail({ token: await world.tokenTo("ida@new.example", "change-email") });
    expect(await importRecords(world.app, records)).toMatchObject([{ outcome: "exists" }]);
    await ida.me.delete({ password });
    expect(await importRecords(world.app, [row("ida2@example.com", { externalId: "ida" })])).toMatchObject([
      { outcome: "imported" },
    ]);
  });

  test("takes everyone else along when a hash cannot be verified, if that is wanted", async () => {
    const records = [row("jo@example.com", { passwordHash: "md5:1234" })];
    expect(await importRecords(world.app, records, { dropUnsupportedHashes: true })).toMatchObject([
      {
        outcome: "imported",
        hasPassword: false,
        reason: "has a password hash in a format that cannot be verified: imported without a password",
      },
    ]);
    await expectRefusal(world.signIn({ email: "jo@example.com", password } as Person), "INVALID_CREDENTIALS");
  });

  test("of two that run at the same moment imports everyone once", async () => {
    const records = Array.from({ length: 60 }, (_, i) =>
      row(`many${i}@example.com`, { externalId: `many ${i}`, passwordHash: undefined }),
    );
    const reports = (await Promise.all([importRecords(world.app, records), importRecords(world.app, records)])).flat();
    expect(reports.filter(({ outcome }) => outcome === "imported")).toHaveLength(60);
    expect(reports.filter(({ outcome }) => outcome === "exists")).toHaveLength(60);
  });

  test("is undone, except for users who have used their account", async () => {
    const name = run();
    await importRecords(world.app, [row("gil@example.com"), row("hana@example.com", { externalId: "hana" })], {
      run: name,
    });
    await world.signIn({ email: "gil@example.com", password } as Person);
    expect(await undoImport(world.app, run())).toEqual({ removed: 0, kept: 0 });
    expect(await undoImport(world.app, name)).toEqual({ removed: 1, kept: 1 });
    expect(await account("hana@example.com")).toBeUndefined();
    expect(await importRecords(world.app, [row("hana@example.com", { externalId: "hana" })])).toMatchObject([
      { outcome: "imported" },
    ]);
    await world.signIn({ email: "gil@example.com", password } as Person);
  });
});
