import { beforeAll, describe, expect, test } from "bun:test";
import { hashSync } from "@node-rs/bcrypt";
import { newId } from "../../src/ids";
import { importUsers, undoImport } from "../../src/users/import";
import { findUserByEmail } from "../../src/users/users.sql";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

const password = "a password from elsewhere";
const row = (email: string, more: object = {}) =>
  JSON.stringify({ email, fullName: "Ada Lovelace", passwordHash: hashSync(password, 4), ...more });
const run = () => newId("imp", world.time.now());
const account = (email: string) => findUserByEmail(world.app.db.reader, email);

describe("imported users", () => {
  test("sign in with the password they have, which is hashed by argon2id from then on", async () => {
    await importUsers(world.app, [row("Ada@Example.com", { emailVerified: true })], { run: run() });
    const ada = { email: "ada@example.com", password } as Person;
    await expectRefusal(world.signIn({ ...ada, password: "another password" }), "INVALID_CREDENTIALS");
    expect((await account(ada.email))!.passwordHash).toStartWith("$2");
    expect(await (await world.signIn(ada)).me.get()).toMatchObject({ fullName: "Ada Lovelace", emailVerified: true });
    expect((await account(ada.email))!.passwordHash).toStartWith("$argon2id$");
    await world.signIn(ada);
  });

  test("without a password set one by email", async () => {
    await importUsers(world.app, [row("bea@example.com", { passwordHash: undefined })], { run: run() });
    await world.visitor.auth.forgotPassword({ email: "bea@example.com" });
    const token = await world.tokenTo("bea@example.com", "reset-password");
    await world.visitor.auth.resetPassword({ token, password });
    await world.signIn({ email: "bea@example.com", password } as Person);
  });
});

describe("an import", () => {
  test("reports each line, does not change existing accounts, and can be repeated", async () => {
    const cleo = await world.person("Cleo");
    const lines = [
      row("dora@example.com"),
      row(cleo.email, { fullName: "Not Cleo" }),
      row("DORA@example.com"),
      "{not json",
      row("no address"),
      row("elsa@example.com", { passwordHash: "md5:1234" }),
      row("fay@example.com", { isAdmin: true }),
    ];
    const outcomes = async (dryRun: boolean) =>
      (await importUsers(world.app, lines, { run: run(), dryRun })).map(({ outcome }) => outcome);
    const expected = ["imported", "exists", "exists", "invalid", "invalid", "invalid", "invalid"] as const;
    expect(await outcomes(true)).toEqual([...expected]);
    expect(await account("dora@example.com")).toBeUndefined();
    expect(await outcomes(false)).toEqual([...expected]);
    expect(await outcomes(false)).toEqual(["exists", ...expected.slice(1)]);
    expect((await cleo.bask.me.get()).fullName).toBe(cleo.fullName);
  });

  test("is undone, except for users who have used their account", async () => {
    const name = run();
    await importUsers(world.app, [row("gil@example.com"), row("hana@example.com")], { run: name });
    await world.signIn({ email: "gil@example.com", password } as Person);
    expect(await undoImport(world.app, run())).toEqual({ removed: 0, kept: 0 });
    expect(await undoImport(world.app, name)).toEqual({ removed: 1, kept: 1 });
    expect(await account("hana@example.com")).toBeUndefined();
    await world.signIn({ email: "gil@example.com", password } as Person);
  });
});
