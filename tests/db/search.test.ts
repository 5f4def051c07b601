import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { fold } from "../../src/db/search";
import { apiKeys, organizations, users } from "../../src/db/tables";
import type { OrganizationId, UserId } from "../../src/ids";
import { importRecords } from "../support/imports";
import { openWorld, type Person, type World } from "../support/world";

const names = [
  "École",
  "Müller & Söhne",
  "MU\u0308LLER",
  "Ключ",
  "ΟΔΟΣ",
  "οδός",
  "Straße",
  "İstanbul",
  "Ｗｉｄｅ ﬁle",
  "東京タワー",
  "हिन्दी",
  "Đặng",
  "100% sure",
  "snake_case",
  "back\\slash",
  "plain",
];
const searches: [search: string, ...found: string[]][] = [
  ["ecole", "École"],
  ["ÉCOLE", "École"],
  ["e\u0301co", "École"],
  ["Éc", "École"],
  ["müller", "Müller & Söhne", "MU\u0308LLER"],
  ["MÜLLER", "Müller & Söhne", "MU\u0308LLER"],
  ["muller", "Müller & Söhne", "MU\u0308LLER"],
  ["ключ", "Ключ"],
  ["КЛЮ", "Ключ"],
  ["οδος", "ΟΔΟΣ", "οδός"],
  ["οδοσ", "ΟΔΟΣ", "οδός"],
  ["ΔΌΣ", "ΟΔΟΣ", "οδός"],
  ["STRASSE", "Straße"],
  ["straß", "Straße"],
  ["istanbul", "İstanbul"],
  ["wide FILE", "Ｗｉｄｅ ﬁle"],
  ["タワー", "東京タワー"],
  ["हिन्दी", "हिन्दी"],
  ["dang"],
  ["đang", "Đặng"],
  ["%", "100% sure"],
  ["_", "snake_case"],
  ["\\", "back\\slash"],
  ["PLAIN", "plain"],
];

let world: World;
let ada: Person;
let organization: OrganizationId;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  const { id } = await ada.bask.organizations.create({ name: "Analytical Engines" });
  organization = id as OrganizationId;
  await world.app.db.write(
    async (tx) =>
      void (await tx.update(organizations).set({ plan: "enterprise" }).where(eq(organizations.id, organization))),
  );
  for (const name of names) await ada.bask.apiKeys.create(organization, { name, description: `${name}.` });
});

const namesWith = async (search: string) =>
  (await ada.bask.apiKeys.list(organization, { search })).data.map(({ name }) => name).sort();

describe("a search", () => {
  for (const [search, ...found] of searches) {
    test(`for ${search} finds ${found.join(", ") || "nothing"}`, async () => {
      expect(await namesWith(search)).toEqual(found.map((name) => name.normalize("NFC")).sort());
    });
  }

  test("for the beginning of a key finds it in any case, and no other by a letter of it", async () => {
    const { name, prefix } = await ada.bask.apiKeys.create(organization, { name: "Xq" });
    for (const search of [prefix, prefix.toUpperCase(), prefix.slice(0, -1)])
      expect(await namesWith(search)).toContain(name);
    expect(await namesWith("xq")).toEqual([name]);
    const { id } = (await ada.bask.apiKeys.list(organization, { search: prefix })).data[0]!;
    await ada.bask.apiKeys.revoke(organization, id);
  });

  test("for any part of any name finds what contains it folded, on either database", async () => {
    const part = fc
      .tuple(fc.constantFrom(...names), fc.nat(8), fc.integer({ min: 1, max: 4 }))
      .map(([name, start, length]) => name.slice(start % name.length, (start % name.length) + length).trim());
    await fc.assert(
      fc.asyncProperty(part, async (search) => {
        fc.pre(/^[\p{L}\p{N}%_\\&]/u.test(search) && search.isWellFormed());
        const found = names.filter((name) => fold(name).includes(fold(search)));
        expect(await namesWith(search)).toEqual(found.map((name) => name.normalize("NFC")).sort());
      }),
      { numRuns: 100 },
    );
  });
});

describe("folding", () => {
  test("changes nothing that is folded, and nothing of ASCII but its capitals", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => expect(fold(fold(text))).toBe(fold(text))),
      // First a capital whose small letter is written as two capitals.
      { numRuns: 5_000, examples: [["\u1e9e"]] },
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => expect(fold(text)).toBe(text.toLowerCase())),
    );
  });

  test("is the same for every case and every normalization of a text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 10 }), (text) => {
        for (const form of ["NFC", "NFD", "NFKC", "NFKD"]) expect(fold(text.normalize(form))).toBe(fold(text));
      }),
      { numRuns: 2_000 },
    );
    for (const text of [...names, ...searches.flat()]) {
      expect(fold(text.toUpperCase())).toBe(fold(text));
      expect(fold(text.toLowerCase())).toBe(fold(text));
    }
  });

  test("is kept up to date by everything that writes a name", async () => {
    const { db } = world.app;
    const own = await world.person("Émilie");
    await own.bask.me.update({ fullName: "Zoë" });
    const { id } = await own.bask.organizations.create({ name: "Été" });
    await own.bask.organizations.update(id, { name: "Ñandú" });
    const key = await own.bask.apiKeys.create(id, { name: "Clé", description: "Où" });
    await own.bask.apiKeys.update(id, key.id, { name: "Schlüssel", description: "Für alles" });
    const next = await own.bask.apiKeys.rotate(id, key.id);
    await own.bask.apiKeys.update(id, next.id, { description: null });
    await own.bask.apiKeys.disable(id, next.id);
    await importRecords(world.app, [{ email: "import@example.com", fullName: "Ïmport" }]);
    const leaving = await world.person("Ötzi");
    await leaving.bask.me.delete({ password: leaving.password });

    for (const row of await db.reader.select().from(users)) expect(row.fullNameFolded).toBe(fold(row.fullName));
    for (const row of await db.reader.select().from(organizations)) expect(row.nameFolded).toBe(fold(row.name));
    for (const row of await db.reader.select().from(apiKeys)) {
      expect(row.nameFolded).toBe(fold(row.name));
      expect(row.descriptionFolded).toBe(row.description === null ? null : fold(row.description));
    }
    const me = (await own.bask.me.get()).id as UserId;
    const [row] = await db.reader.select().from(users).where(eq(users.id, me));
    expect(row!.fullNameFolded).toBe("zoe");
  });
});
