import { beforeAll, describe, expect, test } from "bun:test";
import { users } from "../../src/db/tables";
import { createClient } from "../support/client";
import { refusalOf } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const password = "likes long passwords";
const register = (email: string, fullName = "Jo Example") => world.visitor.auth.register({ email, password, fullName });
const signIn = (email: string) => createClient({ url: world.url }).auth.login({ email, password });
const accounts = async () =>
  (await world.app.db.reader.select({ email: users.email }).from(users)).map(({ email }) => email);

describe("an email", () => {
  const spellings = [
    ["J\u030co@example.com", "ǰo@example.com", " j\u030cO@EXAMPLE.com\n"],
    ["jo@münchen.example", "JO@xn--mnchen-3ya.example", "jo@MU\u0308NCHEN.example"],
    ["ｊｏ@example.org", "jo@example.org"],
  ];

  test("has one account, however it is spelled when it is registered and when it signs in", async () => {
    const before = (await accounts()).length;
    for (const all of spellings) {
      for (const spelling of all) await register(spelling);
      const ids = await Promise.all(all.map(async (spelling) => (await signIn(spelling)).user.id));
      expect(new Set(ids).size).toBe(1);
    }
    expect(await accounts()).toHaveLength(before + spellings.length);
  });

  test("that looks like another one is refused, and gets no account", async () => {
    const before = await accounts();
    const lookalikes = [
      "a\u200bda@example.com",
      "a\u00adda@example.com",
      "ada\u200e@example.com",
      "ada\u3164@example.com",
      "ada\u2800@example.com",
      "ada\ufe0f@example.com",
      "ada\u{e0061}@example.com",
      "ada@example.com\u202e",
      ".ada@example.com",
      "ada..b@example.com",
      "ada@192.0.2.1",
      "ada@example.123",
    ];
    for (const email of lookalikes)
      expect((await refusalOf(register(email))).details).toEqual([
        { path: "email", message: "must be an email address" },
      ]);
    expect(await accounts()).toEqual(before);
  });
});

describe("a name", () => {
  test("that shows nothing is refused for users, organizations and API keys", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Analytical Engines" });
    for (const name of ["\u200b", "\u3164", "\u2800", "\u00ad", "\u0301", "Ada\u200b", "A\u202eda"]) {
      const calls = [
        register("new@example.com", name),
        ada.bask.me.update({ fullName: name }),
        ada.bask.organizations.create({ name }),
        ada.bask.organizations.update(id, { name }),
        ada.bask.apiKeys.create(id, { name }),
      ];
      for (const { code } of await Promise.all(calls.map(refusalOf))) expect(code).toBe("VALIDATION_ERROR");
    }
  });

  test("is kept in one form of Unicode, without white space around it", async () => {
    expect((await ada.bask.me.update({ fullName: " Zoe\u0308 \u{1f469}\u200d\u{1f680}\n" })).fullName).toBe("Zoë 👩‍🚀");
  });
});
