import { describe, expect, test } from "bun:test";
import { toCandidate } from "../../src/imports/candidates";
import type { Fields } from "../../src/imports/files/import-file";
import type { SourceName } from "../../src/imports/sources/names";
import type { SourceContext } from "../../src/imports/sources/source";
import { recognize, sources } from "../../src/imports/sources/sources";

const now = new Date("2026-01-01T00:00:00Z");
const bcrypt = "$2y$10$.neaMvgvn0WG7VDFheXuGODpqxRCM1hOywRTJY5aiu2WfVqI/JPVy";

/** What a record comes to. */
function read(name: SourceName, fields: Fields, context: Partial<SourceContext> = {}) {
  return toCandidate(sources[name], { line: 1, fields }, { now, ...context });
}

/** Records in the other shapes that these systems export, and what is made of them. */
const shapes: [what: string, source: SourceName, record: Fields, expected: object | undefined][] = [
  [
    "a user of Auth0's Management API",
    "auth0",
    {
      user_id: "auth0|1",
      email: "ada@example.com",
      email_verified: true,
      name: "ada@example.com",
      given_name: "Ada",
      family_name: "Lovelace",
      blocked: true,
      created_at: "2024-01-15T10:30:00.000Z",
      multifactor: ["guardian"],
      identities: [],
    },
    {
      externalId: "auth0|1",
      user: {
        fullName: "Ada Lovelace",
        suspended: true,
        emailVerified: true,
        createdAt: new Date("2024-01-15T10:30:00Z"),
      },
      reason: "not taken: second factor",
    },
  ],
  [
    "a user of Auth0 who has only a phone",
    "auth0",
    { user_id: "sms|1", phone_number: "+15555550100", identities: [] },
    { outcome: "skipped", externalId: "sms|1", reason: "has a phone number and no email" },
  ],
  [
    "a user of Clerk's API",
    "clerk",
    {
      id: "user_1",
      first_name: "Ada",
      last_name: null,
      banned: true,
      created_at: 1705314600000,
      two_factor_enabled: true,
      primary_email_address_id: "idn_2",
      email_addresses: [
        { id: "idn_1", email_address: "old@example.com", verification: { status: "verified" } },
        { id: "idn_2", email_address: "ada@example.com", verification: { status: "unverified" } },
      ],
    },
    {
      email: "ada@example.com",
      user: { fullName: "Ada", suspended: true, emailVerified: false, createdAt: new Date("2024-01-15T10:30:00Z") },
      reason: "not taken: authenticator app",
    },
  ],
  [
    "a row of Clerk whose primary email is missing",
    "clerk",
    {
      id: "user_1",
      primary_email_address: "",
      verified_email_addresses: "ada@example.com|b@example.com",
      password_digest: bcrypt,
    },
    { email: "ada@example.com", user: { emailVerified: true, passwordHash: bcrypt } },
  ],
  [
    "a row of Supabase as JSON",
    "supabase",
    {
      id: "1",
      email: "ada@example.com",
      encrypted_password: "",
      email_confirmed_at: null,
      raw_user_meta_data: { name: "Ada" },
      banned_until: "2025-01-01 00:00:00+00",
      created_at: "2024-01-15 12:30:00.123456+02",
      deleted_at: null,
    },
    {
      user: {
        fullName: "Ada",
        suspended: false,
        emailVerified: false,
        createdAt: new Date("2024-01-15T10:30:00.123Z"),
        passwordHash: undefined,
      },
    },
  ],
  [
    "a user of Supabase who was deleted",
    "supabase",
    { id: "1", email: "a@example.com", encrypted_password: "", deleted_at: "2025-01-01" },
    { outcome: "skipped", reason: "was deleted there" },
  ],
  [
    "an anonymous user of Supabase",
    "supabase",
    { id: "1", encrypted_password: "", is_anonymous: "t" },
    { outcome: "skipped", reason: "is an anonymous user" },
  ],
  [
    "a user of Supabase who has only a phone",
    "supabase",
    { id: "1", encrypted_password: "", phone: "15555550100" },
    { outcome: "skipped", reason: "has a phone number and no email" },
  ],
  [
    "a user of Firebase whose hash needs parameters",
    "firebase",
    { localId: "1", email: "ada@example.com", passwordHash: "AAAA", salt: "AAAA" },
    { outcome: "invalid", email: "ada@example.com", reason: "has a password hash, which needs --hash-config" },
  ],
  [
    "a user of an old Keycloak",
    "keycloak",
    {
      username: "ada",
      email: "ada@example.com",
      createdTimestamp: 1705314600000,
      credentials: [
        {
          type: "password",
          hashedSaltedValue: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
          salt: "c2FsdA==",
          hashIterations: 27500,
          algorithm: "pbkdf2-sha256",
        },
        { type: "totp", value: "x" },
      ],
    },
    {
      user: {
        fullName: "ada",
        passwordHash: `$pbkdf2-sha256$i=27500,l=32$c2FsdA$${"A".repeat(43)}`,
        createdAt: new Date("2024-01-15T10:30:00Z"),
      },
      reason: "not taken: authenticator app",
    },
  ],
  [
    "a user of Keycloak whose hash is of an extension",
    "keycloak",
    {
      username: "ada",
      email: "ada@example.com",
      credentials: [
        { type: "password", secretData: "{}", credentialData: '{"algorithm":"phpass","hashIterations":1}' },
      ],
    },
    { outcome: "invalid", reason: "has a password hash in a format that cannot be verified" },
  ],
  [
    "a service account of Keycloak",
    "keycloak",
    { username: "service-account-ci", email: "ci@example.com", serviceAccountClientId: "ci", credentials: [] },
    { outcome: "skipped", reason: "is a service account" },
  ],
  [
    "a row of Django's table, as PostgreSQL writes CSV",
    "django",
    {
      id: "7",
      password: bcrypt.replace(/^/, "bcrypt$"),
      is_active: "t",
      email: "ada@example.com",
      first_name: "Ada",
      last_name: "Lovelace",
      date_joined: "2024-01-15 10:30:00.123+00",
    },
    {
      externalId: "7",
      user: {
        fullName: "Ada Lovelace",
        passwordHash: `bcrypt$${bcrypt}`,
        createdAt: new Date("2024-01-15T10:30:00.123Z"),
      },
    },
  ],
  [
    "a user of Django without an email",
    "django",
    { model: "auth.user", pk: 1, fields: { username: "ada", password: "!", is_active: true, email: "" } },
    { outcome: "skipped", externalId: "1", reason: "has no email" },
  ],
  ["another record of Django's dump", "django", { model: "auth.group", pk: 1, fields: { name: "staff" } }, undefined],
  [
    "a row of better-auth with times as numbers, and a ban that has ended",
    "better-auth",
    {
      id: "1",
      name: "Ada",
      email: "ada@example.com",
      email_verified: 1,
      created_at: 1705314600,
      updated_at: 1705314600,
      banned: 1,
      ban_expires: 1705314600000,
    },
    { user: { fullName: "Ada", emailVerified: true, suspended: false, createdAt: new Date("2024-01-15T10:30:00Z") } },
  ],
  [
    "an account of better-auth",
    "better-auth",
    { id: "a", userId: "1", providerId: "google", accountId: "2", createdAt: "", updatedAt: "" },
    undefined,
  ],
];

describe("a record is understood:", () => {
  test.each(shapes)("%s", (_, source, record, expected) => {
    if (expected === undefined) expect(read(source, record)).toBeUndefined();
    else expect(read(source, record)).toMatchObject(expected);
    expect(recognize(record)).toBe(source);
  });

  test("the rows of Firebase's CSV, which have no names", () => {
    expect(sources.firebase.columns).toHaveLength(27);
    expect(sources.firebase.columns!.indexOf("createdAt")).toBe(23);
  });
});

describe("what is wrong with a part of a record", () => {
  const ada = { id: "user_1", primary_email_address: "ada@example.com" };

  test("does not keep a user from being imported when it is a name or a time", () => {
    for (const name of ["", " ", "a\u0000b", "\u200b", "x".repeat(101), "two\nlines"]) {
      expect(read("clerk", { ...ada, first_name: name })!.user!.fullName).toBe("ada");
    }
    for (const created_at of ["yesterday", "0000-00-00", "2027-01-01T00:00:00Z", "99999999999999", -5, "", {}, []]) {
      expect(read("clerk", { ...ada, created_at })!.user!.createdAt).toBeUndefined();
    }
  });

  test("does when it is the email or the id", () => {
    for (const email of [
      "ada",
      "ada@localhost",
      "a\u200bda@example.com",
      `${"a".repeat(400)}@example.com`,
      "a@b.c, d@e.f",
    ]) {
      expect(read("clerk", { ...ada, primary_email_address: email })).toMatchObject({
        outcome: "invalid",
        reason: "has an email that is not valid",
      });
    }
    for (const id of ["a\u0000b", "\ud800", "x".repeat(256), "a\nb"]) {
      expect(read("clerk", { ...ada, id })).toMatchObject({ outcome: "invalid" });
    }
    for (const record of [{}, { id: {}, primary_email_address: [] }, { primary_email_address: true }]) {
      expect(read("clerk", record)).toMatchObject({ outcome: "skipped", reason: "has no email" });
    }
  });

  test("never makes a source throw", () => {
    const values = [
      null,
      undefined,
      "",
      "x",
      "{}",
      "[",
      0,
      -1,
      1e300,
      Number.NaN,
      true,
      [],
      [null],
      [1],
      {},
      { a: [] },
      "\u0000",
    ];
    for (const [name, source] of Object.entries(sources)) {
      const known = shapes.filter(([, of]) => of === name).flatMap(([, , record]) => Object.entries(record));
      for (const [field] of known) {
        for (const value of values) {
          const record = { ...Object.fromEntries(known), [field]: value };
          expect(() => toCandidate(source, { line: 1, fields: record }, { now })).not.toThrow();
          expect(() => recognize(record)).not.toThrow();
        }
      }
    }
  });
});
