import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { hash } from "@node-rs/argon2";
import { eq } from "drizzle-orm";
import { users } from "../../src/db/tables";
import { storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld({ fullPasswordCost: true });
  ada = await world.person("Ada");
});

const post = (path: string, body: object) =>
  world.fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const stored = async (email: string) =>
  (await world.app.db.reader.select().from(users).where(eq(users.email, email)))[0]!;

describe("signing in", () => {
  test("returns an access and a refresh token, their lifetime and the user", async () => {
    const response = await post("/api/v1/auth/login", { email: ada.email, password: ada.password });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: expect.stringMatching(/^bsr_[\w-]{60}$/),
      tokenType: "Bearer",
      expiresIn: 900,
      user: expect.objectContaining({ email: ada.email, twoFactorEnabled: false }),
    });
  });

  test("accepts the email in any case, and any Unicode form of the same password", async () => {
    const { email } = { email: "ÅSA@example.com" };
    await post("/auth/register", { email: "asa@example.com", password: "pässwörd mit Ångström", fullName: "Åsa" });
    expect(
      (await post("/auth/login", { email: " ASA@Example.com ", password: "pässwörd mit Ångström".normalize("NFD") }))
        .status,
    ).toBe(200);
    expect((await post("/auth/login", { email, password: "pässwörd mit Ångström" })).status).toBe(401);
  });

  test("fails in one way for an unknown email and a wrong password", async () => {
    const [unknown, wrong] = await Promise.all([
      post("/auth/login", { email: "nobody@example.com", password: "some password" }),
      post("/auth/login", { email: ada.email, password: "some password" }),
    ]);
    const shape = async (response: Response) => {
      const { error } = (await response.json()) as { error: Record<string, unknown> };
      return {
        status: response.status,
        headers: [...response.headers.keys()].sort(),
        error: { ...error, requestId: undefined },
      };
    };
    expect(await shape(unknown)).toEqual(await shape(wrong));
    expect(unknown.status).toBe(401);
  });

  test("replaces a weak hash by one of the current cost", async () => {
    const grace = await world.person("Grace");
    const weak = await hash(grace.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await world.app.db.write(
      async (tx) => void (await tx.update(users).set({ passwordHash: weak }).where(eq(users.email, grace.email))),
    );
    await world.signIn(grace);
    expect((await stored(grace.email)).passwordHash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    await world.signIn(grace);
  });
});

describe("registering", () => {
  test("gets the same response for an email that has an account, and does not change that account", async () => {
    const before = await stored(ada.email);
    const taken = await post("/auth/register", {
      email: "Ada@EXAMPLE.com",
      password: "another password",
      fullName: "Mallory",
    });
    const free = await post("/auth/register", {
      email: "new@example.com",
      password: "another password",
      fullName: "New",
    });
    expect([taken.status, await taken.json()]).toEqual([free.status, await free.json()]);
    expect(taken.status).toBe(201);
    expect(await stored(ada.email)).toEqual(before);
  });

  test("twenty times at once creates one account", async () => {
    const { won } = await storm(20, (i) =>
      world.visitor.auth.register({ email: "race@example.com", password: `password number ${i}`, fullName: "Race" }),
    );
    expect(won).toHaveLength(20);
    expect(await world.app.db.reader.$count(users, eq(users.email, "race@example.com"))).toBe(1);
  });

  test("stores passwords as argon2id with OWASP's cost", async () => {
    expect((await stored(ada.email)).passwordHash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
  });

  test("accepts passwords of any 8 to 128 characters, whole", async () => {
    const attempt = (password: string, i: number) =>
      post("/auth/register", { email: `length${i}@example.com`, password, fullName: "Length" });
    const emoji = "🔑".repeat(128);
    for (const [i, password] of [
      "1234567",
      "🔑".repeat(129),
      "x".repeat(10_000),
      "\ud800 lone surrogate",
      "nul \0 inside it",
    ].entries()) {
      expect([i, (await attempt(password, i)).status]).toEqual([i, 422]);
    }
    for (const [i, password] of ["🔑🔑🔑🔑🔑🔑🔑🔑", emoji, "  spaces at both ends  "].entries()) {
      expect((await attempt(password, 10 + i)).status).toBe(201);
      expect((await post("/auth/login", { email: `length${10 + i}@example.com`, password })).status).toBe(200);
    }
    expect((await post("/auth/login", { email: "length11@example.com", password: "🔑".repeat(127) })).status).toBe(401);
    expect((await post("/auth/login", { email: "length12@example.com", password: "spaces at both ends" })).status).toBe(
      401,
    );
  });

  test("refuses emails that could be read in two ways", async () => {
    const odd = [
      "a@b",
      "a b@example.com",
      "a@example.com, b@example.com",
      "a＠example.com",
      "a@b@example.com",
      "a@example.com\r\nBcc: x",
      "\u0000a@example.com",
      "<a@example.com>",
      "a@-example.com",
      `${"x".repeat(65)}@example.com`,
    ];
    for (const email of odd) {
      expect([
        email,
        (await post("/auth/register", { email, password: "long enough", fullName: "Odd" })).status,
      ]).toEqual([email, 422]);
    }
  });
});

describe("password hashing", () => {
  test("leaves room for other requests while 200 users sign in", async () => {
    const logins = storm(200, () => world.signIn({ ...ada, password: "wrong password" }));
    let finished = false;
    void logins.then(() => {
      finished = true;
    });
    for (let i = 0; i < 20; i++) expect((await world.fetch("/health")).status).toBe(200);
    expect(finished).toBe(false);
    expect((await logins).lost).toHaveLength(200);
  });

  test("leaves everyone their sign-in while one user sends 300 changes of password at once", async () => {
    const people = await Promise.all(Array.from({ length: 12 }, (_, i) => world.person(`Guest${i}`)));
    const change = (i: number) => {
      const passwords = { currentPassword: ada.password, newPassword: `another password ${i}` };
      return ada.bask.me.changePassword(passwords);
    };
    const [flood, ...signIns] = await Promise.all([
      storm(300, change),
      ...people.map((person) => world.signIn(person).then(() => true)),
    ]);
    expect(signIns).toEqual(people.map(() => true));
    expect(flood.lost).toContain("RATE_LIMITED");
    expect(flood.won).toHaveLength(1);
  });
});
