import { beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

const bearer = () => ({ Authorization: `Bearer ${ada.bask.tokens()!.accessToken}` });

describe("SQL in a request", () => {
  const texts = [
    "' or '1'='1",
    "'; drop table users; --",
    '" or ""="',
    "\\' or 1=1 --",
    "%' union select 1 --",
    "$1 ? :name",
  ];

  test("is data in every field and query that reaches the database", async () => {
    for (const text of texts) {
      const { name } = await ada.bask.organizations.create({ name: text });
      expect(name).toBe(text);
      const { id } = await ada.bask.apiKeys.create(organization, { name: text, metadata: { note: text } });
      expect(await ada.bask.apiKeys.get(organization, id)).toMatchObject({ name: text, metadata: { note: text } });
      await ada.bask.apiKeys.revoke(organization, id);
      for (const query of [
        "members?search",
        "api-keys?search",
        "audit-logs?action",
        "audit-logs?target",
        "api-keys?createdBy",
      ]) {
        const path = `/organizations/${organization}/${query}=${encodeURIComponent(text)}`;
        const response = await world.fetch(path, { headers: bearer() });
        const found = response.ok ? ((await response.json()) as { data: { name?: string }[] }).data : [];
        expect([query, text, response.status]).toEqual([query, text, response.ok ? 200 : 422]);
        expect(found.filter(({ name }) => name !== text)).toEqual([]);
      }
    }
    expect((await ada.bask.me.get()).email).toBe(ada.email);
  });
});

describe("a line end in a request", () => {
  test("makes no line of its own in the log", async () => {
    const forged = '\n{"level":"info","message":"forged"}\r\n';
    for (const path of [
      `/${encodeURIComponent(forged)}`,
      `/organizations/${encodeURIComponent(forged)}?x=${encodeURIComponent(forged)}`,
    ])
      await world.fetch(path, { headers: { ...bearer(), "User-Agent": encodeURIComponent(forged) } });
    await ada.bask.apiKeys.create(organization, { name: forged }).catch(() => {});
    const lines = world.log.join("").split(/\r?\n/).filter(Boolean);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => JSON.parse(line).message === "forged")).toEqual([]);
  });
});
