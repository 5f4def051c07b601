import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { users } from "../../src/db/tables";
import { getUser } from "../../src/operators/users";
import { findUserByEmail } from "../../src/users/users.sql";
import { expectRefusal } from "../support/expect";
import { temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";
import { openWorld, type Person, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

const password = "tulip-Harbor-42";
const nora = "nora.lind@example.com";
const sam = "sam.ode@example.com";
const quint = "m.quint@example.com";
const file = (name: string) => join(import.meta.dir, "files", name);

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

interface Export {
  options: string[];
  /** Each record: where it begins, what becomes of it, and whose it is. */
  records: [line: number, outcome: string, oldId: string, email: string | undefined, reason?: string][];
  verified: string[];
  suspended?: string[];
  /** Who has the password; everyone else has none. */
  withPassword: string[];
  names: Record<string, string>;
  /** When Nora's account was created there. */
  createdAt: string;
}

/** The exports in `files/`, and what is known about the people in them. */
const exports: Record<string, Export> = {
  "auth0-users.ndjson": {
    options: ["--from", "auth0", "--hashes", file("auth0-password-hashes.ndjson")],
    records: [
      [1, "imported", "auth0|65a4f0c2aa10", nora],
      [2, "imported", "google-oauth2|1056", sam],
      [3, "imported", "auth0|65a4f0c2aa11", quint],
    ],
    verified: [nora, sam],
    withPassword: [nora],
    names: { [nora]: "Nora Lind", [sam]: "Sam Ode", [quint]: "m.quint" },
    createdAt: "2024-01-15T10:30:00.000Z",
  },
  "auth0-password-hashes.ndjson": {
    options: ["--from", "auth0"],
    records: [[1, "imported", "auth0|65a4f0c2aa10", nora]],
    verified: [nora],
    withPassword: [nora],
    names: { [nora]: "nora.lind" },
    createdAt: "",
  },
  "clerk.csv": {
    options: ["--from", "clerk"],
    records: [
      [2, "imported", "user_2a1", nora],
      [3, "imported", "user_2a2", sam],
      [4, "skipped", "user_2a3", undefined, "has a phone number and no email"],
    ],
    verified: [nora, sam],
    withPassword: [nora],
    names: { [nora]: "Nora Lind", [sam]: "Sam" },
    createdAt: "",
  },
  "supabase-auth-users.csv": {
    options: ["--from", "supabase"],
    records: [
      [2, "imported", "6f1c8f1e-0a41-4f5e-9d6c-1b2f5a7c9e01", nora],
      [3, "imported", "6f1c8f1e-0a41-4f5e-9d6c-1b2f5a7c9e02", sam],
    ],
    verified: [nora],
    suspended: [sam],
    withPassword: [nora],
    names: { [nora]: "Nora Lind", [sam]: "Sam Ode" },
    createdAt: "2024-01-15T10:30:00.000Z",
  },
  "firebase-auth-export.json": {
    options: ["--from", "firebase", "--hash-config", file("firebase-hash-config.txt")],
    records: [
      [3, "imported", "k3JvQ1", nora],
      [15, "imported", "k3JvQ2", sam],
      [30, "skipped", "k3JvQ3", undefined, "has a phone number and no email"],
    ],
    verified: [nora, sam],
    suspended: [sam],
    withPassword: [nora],
    names: { [nora]: "Nora Lind", [sam]: "Sam Ode" },
    createdAt: "2024-01-01T00:00:00.000Z",
  },
  "keycloak-realm.json": {
    options: ["--from", "keycloak"],
    records: [
      [4, "imported", "0b8e", nora],
      [21, "imported", "0b8f", sam, "not taken: authenticator app"],
      [43, "imported", "0b90", quint],
    ],
    verified: [nora, quint],
    suspended: [sam],
    withPassword: [nora, sam, quint],
    names: { [nora]: "Nora Lind", [sam]: "Sam Ode", [quint]: "m.quint" },
    createdAt: "2024-01-01T00:00:00.000Z",
  },
  "django-auth-user.json": {
    options: ["--from", "django"],
    records: [
      [2, "imported", "1", nora],
      [17, "imported", "2", sam],
    ],
    verified: [],
    suspended: [sam],
    withPassword: [nora],
    names: { [nora]: "Nora Lind", [sam]: "sam" },
    createdAt: "2024-01-15T10:30:00.123Z",
  },
  "better-auth.json": {
    options: ["--from", "better-auth", "--hashes", file("better-auth.json")],
    records: [
      [3, "imported", "Zt4hJ1", nora, "not taken: authenticator app"],
      [16, "imported", "Zt4hJ2", sam],
      [29, "skipped", "Zt4hJ3", "temp-x1@example.com", "is an anonymous user"],
    ],
    verified: [nora],
    suspended: [sam],
    withPassword: [nora],
    names: { [nora]: "Nora Lind", [sam]: "Sam Ode" },
    createdAt: "2024-01-15T10:30:00.000Z",
  },
  "better-auth-user.csv": {
    options: ["--from", "better-auth", "--assume-verified"],
    records: [
      [
        2,
        "imported",
        "Zt4hJ1",
        nora,
        "the name is not one line of at most 100 visible characters: the part of the email before the @ is used",
      ],
      [4, "imported", "Zt4hJ2", sam],
    ],
    verified: [nora],
    withPassword: [nora],
    names: { [nora]: "nora.lind", [sam]: "Sam Ode" },
    createdAt: "2024-01-15T10:30:00.000Z",
  },
};

describe.each(Object.entries(exports))("the export %s", (name, expected) => {
  let world: World;
  const environment = () => ({
    DATABASE_URL: world.app.config.database.url,
    SECRET_KEY: testSecret.toString("base64url"),
    PUBLIC_URL: "https://bask.test",
  });
  const bask = (...args: string[]) => runScript(folder.path, ["bask", ...args], { environment: environment() });
  const importIt = async (...more: string[]) => {
    const { stdout, stderr, exitCode } = await bask(
      "import",
      "users",
      file(name),
      ...expected.options,
      "--json",
      ...more,
    );
    const begun = /^This is import imp_\w+\..*\n$/;
    expect({ stderr, exitCode }).toEqual({
      stderr: more.includes("--dry-run") ? "" : expect.stringMatching(begun),
      exitCode: 0,
    });
    return JSON.parse(stdout) as { reports: Record<string, unknown>[] };
  };
  const account = async (email: string) => (await findUserByEmail(world.app.db.reader, email))!;
  const login = (email: string, word = password) => world.signIn({ email, password: word } as Person);
  const emails = expected.records.flatMap(([, outcome, , email]) => (outcome === "imported" ? [email!] : []));

  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  test("is counted, then imported, and nothing changes when that is repeated", async () => {
    const dry = await importIt("--dry-run");
    expect(await world.app.db.reader.select().from(users)).toEqual([]);
    const report = `${name}.report.csv`;
    const { reports } = await importIt("--report", report);
    expect(reports.map(({ line, outcome, oldId, email, reason }) => [line, outcome, oldId, email, reason])).toEqual(
      expected.records.map(([line, outcome, oldId, email, reason]) => [line, outcome, oldId, email, reason]),
    );
    expect(reports.map(({ newId, ...rest }) => rest)).toEqual(dry.reports);

    const rows = readFileSync(join(folder.path, report), "utf8").trimEnd().split("\r\n");
    expect(rows[0]).toBe("line,outcome,oldId,email,newId,hasPassword,reason");
    expect(rows.slice(1).map((row) => row.split(",").slice(0, 5))).toEqual(
      reports.map((row) => ["line", "outcome", "oldId", "email", "newId"].map((column) => String(row[column] ?? ""))),
    );

    const before = await world.app.db.reader.select().from(users);
    const again = await importIt();
    expect(again.reports.map(({ outcome, newId }) => ({ outcome, newId }))).toEqual(
      reports.map(({ outcome, newId }) => ({ outcome: outcome === "imported" ? "exists" : outcome, newId })),
    );
    expect(await world.app.db.reader.select().from(users)).toEqual(before);
  });

  test("keeps names, times, verified emails, suspensions and ids", async () => {
    for (const email of emails) {
      const { id, fullName, emailVerifiedAt, suspendedAt, createdAt } = await account(email);
      expect({
        email,
        fullName,
        verified: emailVerifiedAt !== null,
        suspended: suspendedAt !== null,
      }).toEqual({
        email,
        fullName: expected.names[email]!,
        verified: expected.verified.includes(email),
        suspended: expected.suspended?.includes(email) ?? false,
      });
      if (email === nora && expected.createdAt !== "") expect(createdAt.toISOString()).toBe(expected.createdAt);
      const oldId = expected.records.find((record) => record[3] === email)![2];
      const { externalIds } = await getUser(world.app, { kind: "system" }, id);
      expect(externalIds).toEqual([{ source: expected.options[1]!, externalId: oldId }]);
    }
  });

  test("lets everyone in with the password they had, which is hashed by argon2id from then on, and with no other", async () => {
    for (const email of expected.suspended ?? []) {
      await expectRefusal(login(email), "INVALID_CREDENTIALS");
      expect((await bask("user", "restore", email, "--reason", "test")).exitCode).toBe(0);
    }
    for (const email of emails) {
      await expectRefusal(login(email, `${password}!`), "INVALID_CREDENTIALS");
      if (!expected.withPassword.includes(email)) {
        await expectRefusal(login(email), "INVALID_CREDENTIALS");
        continue;
      }
      expect((await account(email)).passwordHash).not.toStartWith("$argon2id$");
      await login(email);
      expect((await account(email)).passwordHash).toStartWith("$argon2id$");
      await login(email);
      await expectRefusal(login(email, `${password}!`), "INVALID_CREDENTIALS");
    }
  });
});
