import { beforeAll, describe, expect, test } from "bun:test";
import { prune } from "../../src/pruning";
import { expectRefusal, refusalOf, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
beforeAll(async () => {
  world = await openWorld();
  [olga, adam] = await Promise.all([world.person("Olga"), world.person("Adam")]);
});

describe("a slug", () => {
  test("is made from the name, with a number where it is taken", async () => {
    const slugs = [];
    for (let i = 0; i < 3; i++) slugs.push((await olga.bask.organizations.create({ name: "Ünïcorn & Söhne!" })).slug);
    expect(slugs).toEqual(["unicorn-sohne", "unicorn-sohne-2", "unicorn-sohne-3"]);
    expect((await olga.bask.organizations.create({ name: "日本" })).slug).toMatch(/^org-\d{10}$/);
  });

  test("that is taken is refused with a free one", async () => {
    await olga.bask.organizations.create({ name: "One", slug: "wanted" });
    const refusal = await refusalOf(adam.bask.organizations.create({ name: "Two", slug: "wanted" }));
    expect(refusal).toMatchObject({
      status: 409,
      details: [{ path: "slug", message: "is taken; wanted-2 is available" }],
    });
    const other = await adam.bask.organizations.create({ name: "Two", slug: "wanted-2" });
    const again = await refusalOf(adam.bask.organizations.update(other.id, { slug: "wanted" }));
    expect(again.details).toEqual([{ path: "slug", message: "is taken; wanted-3 is available" }]);
  });

  test("that is reserved is refused, and never made from a name", async () => {
    const { id, slug } = await olga.bask.organizations.create({ name: "Admin" });
    expect(slug).toBe("admin-2");
    for (const reserved of ["admin", "api", "www", "well-known"]) {
      const refusal = await refusalOf(olga.bask.organizations.update(id, { slug: reserved }));
      expect(refusal).toMatchObject({ status: 422, details: [{ path: "slug", message: "is reserved" }] });
      expect((await refusalOf(olga.bask.organizations.create({ name: "X", slug: reserved }))).status).toBe(422);
    }
  });

  test("goes to one of 20 concurrent requests", async () => {
    const asked = await storm(20, () => olga.bask.organizations.create({ name: "Race", slug: "race" }));
    expect(asked.won).toHaveLength(1);
    expect(asked.lost).toEqual(Array(19).fill("CONFLICT"));
  });
});

describe("a deleted organization", () => {
  test("is gone at once for members and keys, frees its slug, and is restored complete", async () => {
    const { id } = await olga.bask.organizations.create({ name: "Phoenix" });
    await admit(world, id, adam, "admin");
    const { key } = await adam.bask.apiKeys.create(id, { name: "Robot" });
    const robot = world.machine(key);
    await robot.organizations.get(id);

    await expectRefusal(adam.bask.organizations.delete(id), "FORBIDDEN");
    await olga.bask.organizations.delete(id);
    await expectRefusal(robot.organizations.get(id), "INVALID_API_KEY");
    await expectRefusal(olga.bask.organizations.get(id), "NOT_FOUND");
    await expectRefusal(olga.bask.organizations.delete(id), "NOT_FOUND");
    expect((await olga.bask.organizations.list()).data.map((one) => one.id)).not.toContain(id);
    expect((await olga.bask.organizations.list({ deleted: true })).data.map((one) => one.id)).toEqual([id]);
    expect((await adam.bask.organizations.list({ deleted: true })).data).toEqual([]);
    await adam.bask.organizations.create({ name: "New", slug: "phoenix" });

    await expectRefusal(adam.bask.organizations.restore(id), "NOT_FOUND");
    const back = await storm(10, () => olga.bask.organizations.restore(id));
    expect(back.won).toMatchObject([{ slug: "phoenix-2", name: "Phoenix" }]);
    await robot.organizations.get(id);
    expect((await olga.bask.members.list(id)).data).toHaveLength(2);
  });

  test("is purged after 14 days, except for its audit log", async () => {
    const { id } = await olga.bask.organizations.create({ name: "Gone" });
    await olga.bask.organizations.delete(id);
    world.time.pass({ days: 13, hours: 23 });
    await prune(world.app);
    olga.bask = await world.signIn(olga);
    expect((await olga.bask.organizations.list({ deleted: true })).data.map((one) => one.id)).toEqual([id]);
    world.time.pass({ hours: 1, seconds: 1 });
    await prune(world.app);
    olga.bask = await world.signIn(olga);
    await expectRefusal(olga.bask.organizations.restore(id), "NOT_FOUND");
    expect((await olga.bask.organizations.list({ deleted: true })).data).toEqual([]);
  });
});
