import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { expectRefusal, storm } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

const names = ["Olga", "Adam", "Anna", "Mary", "Vera", "Hedy", "Mallory"] as const;
type Name = (typeof names)[number];

type Member = Exclude<Name, "Mallory">;

let world: World;
let people: Record<Name, Person>;
/** Olga owns it, Adam and Anna are admins, Mary a member, Vera a viewer, Hedy manages members; Mallory does not belong. */
let organization: string;
let memberships: Record<Member, string>;

beforeAll(async () => {
  world = await openWorld();
  const entries = await Promise.all(names.map(async (name) => [name, await world.person(name)] as const));
  people = Object.fromEntries(entries) as typeof people;
});

beforeEach(async () => {
  organization = (await people.Olga.bask.organizations.create({ name: "Acme" })).id;
  await people.Olga.bask.roles.create(organization, {
    name: "people-team",
    permissions: ["members:*", "organization:read"],
  });
  const roles = { Adam: "admin", Anna: "admin", Mary: "member", Vera: "viewer", Hedy: "people-team" };
  for (const [name, role] of Object.entries(roles)) await admit(world, organization, people[name as Name], role);
  const { data } = await people.Olga.bask.members.list(organization);
  memberships = Object.fromEntries(data.map(({ fullName, id }) => [fullName.split(" ")[0], id])) as typeof memberships;
});

const roleOf = async (name: Member) =>
  (await people.Olga.bask.members.list(organization)).data.find(({ id }) => id === memberships[name])!.role;

const statusOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 200,
    (error) => error.status as number,
  );

describe("the members of an organization", () => {
  test("are listed in the order they joined, and found by part of a name or email", async () => {
    const list = async (search: string) =>
      (await people.Vera.bask.members.list(organization, { search })).data.map(({ email }) => email);
    expect(await list("MARY exa")).toEqual(["mary@example.com"]);
    expect(await list("a@example")).toEqual(["olga@example.com", "anna@example.com", "vera@example.com"]);
    expect(await list("%")).toEqual([]);
    expect(await list("_dam")).toEqual([]);
    const page = await people.Vera.bask.members.list(organization, { limit: 4, search: "example" });
    const rest = await people.Vera.bask.members.list(organization, {
      limit: 4,
      search: "example",
      cursor: page.nextCursor!,
    });
    expect([page.data.length, rest.data.length]).toEqual([4, 2]);
  });

  test("are found by the ids of their users, and no one outside is", async () => {
    const idOf = async (name: Name) => (await people[name].bask.me.get()).id;
    const [adam, vera, outside] = [await idOf("Adam"), await idOf("Vera"), await idOf("Mallory")];
    const list = async (query: { users: string; search?: string }) =>
      (await people.Mary.bask.members.list(organization, query)).data.map(({ userId }) => userId);
    expect(await list({ users: [vera, outside, adam].join(",") })).toEqual([adam, vera]);
    expect(await list({ users: [vera, adam].join(","), search: "vera" })).toEqual([vera]);
    expect(await list({ users: outside })).toEqual([]);
    for (const users of ["usr_1", `${vera},`, Array(101).fill(vera).join(",")])
      expect([users.length, await statusOf(list({ users }))]).toEqual([users.length, 422]);
  });

  test("are changed and removed only by members with a higher role", async () => {
    const mayTouch: Record<Member, Member[]> = {
      Olga: ["Adam", "Anna", "Mary", "Vera", "Hedy"],
      Adam: ["Mary", "Vera", "Hedy"],
      Anna: ["Mary", "Vera", "Hedy"],
      Hedy: ["Mary", "Vera"],
      Mary: [],
      Vera: [],
    };
    for (const [actor, targets] of Object.entries(mayTouch)) {
      const { bask } = people[actor as Member];
      for (const target of Object.keys(mayTouch) as Member[]) {
        if (actor === target) continue;
        const isAllowed = targets.includes(target);
        const role = await roleOf(target);
        const change = statusOf(bask.members.update(organization, memberships[target], { role: "viewer" }));
        expect(`${actor} changes ${target}: ${await change}`).toBe(
          `${actor} changes ${target}: ${isAllowed ? 200 : 403}`,
        );
        if (isAllowed) await people.Olga.bask.members.update(organization, memberships[target], { role });
        else expect(await statusOf(bask.members.remove(organization, memberships[target]))).toBe(403);
      }
    }
    for (const [actor, target] of [
      ["Hedy", "Vera"],
      ["Adam", "Hedy"],
      ["Olga", "Adam"],
    ] as const) {
      await people[actor].bask.members.remove(organization, memberships[target]);
      await expectRefusal(people[target].bask.organizations.get(organization), "NOT_FOUND");
    }
    await expectRefusal(people.Olga.bask.members.remove(organization, memberships.Adam), "NOT_FOUND");
    await expectRefusal(people.Mallory.bask.members.remove(organization, memberships.Mary), "NOT_FOUND");
  });

  test("are given no role beyond the permissions of the actor, and never ownership", async () => {
    const give = (actor: Name, role: string) =>
      statusOf(people[actor].bask.members.update(organization, memberships.Vera, { role }));
    expect(await give("Hedy", "admin")).toBe(422);
    expect(await give("Hedy", "member")).toBe(422);
    expect(await give("Adam", "owner")).toBe(422);
    expect(await give("Olga", "owner")).toBe(422);
    expect(await give("Olga", "unheard-of")).toBe(422);
    expect(await give("Adam", "admin")).toBe(200);
  });

  test("step down by themselves, but never up, and not as the owner", async () => {
    const own = (name: Member, role: string) =>
      people[name].bask.members.update(organization, memberships[name], { role });
    await expectRefusal(own("Hedy", "admin"), "VALIDATION_ERROR");
    await expectRefusal(own("Olga", "admin"), "FORBIDDEN");
    await expectRefusal(own("Mary", "viewer"), "FORBIDDEN");
    expect(await own("Adam", "member")).toMatchObject({ role: "member" });
    await expectRefusal(own("Adam", "admin"), "FORBIDDEN");
    await people.Anna.bask.members.remove(organization, memberships.Anna, { handKeysTo: memberships.Olga });
    await expectRefusal(people.Anna.bask.organizations.get(organization), "NOT_FOUND");
    await expectRefusal(people.Olga.bask.members.remove(organization, memberships.Olga), "FORBIDDEN");
  });

  test("can leave, except the owner", async () => {
    await people.Mary.bask.organizations.leave(organization);
    await expectRefusal(people.Mary.bask.organizations.get(organization), "NOT_FOUND");
    await expectRefusal(people.Mary.bask.organizations.leave(organization), "NOT_FOUND");
    await expectRefusal(people.Olga.bask.organizations.leave(organization), "CONFLICT");
  });

  test("who are removed at the same moment change no one afterwards", async () => {
    const removals = await storm<unknown>(20, (i) =>
      i % 2 === 0
        ? people.Hedy.bask.members.update(organization, memberships.Mary, { role: "viewer" })
        : people.Adam.bask.members.remove(organization, memberships.Hedy),
    );
    expect(removals.lost.every((code) => code === "NOT_FOUND")).toBe(true);
    const { id: hedy } = await people.Hedy.bask.me.get();
    const { data } = await people.Olga.bask.auditLogs.list(organization, { action: "member.*" });
    expect(data[0]).toMatchObject({ action: "member.removed", targetId: hedy });
    expect(data.filter(({ action }) => action === "member.removed")).toHaveLength(1);
  });
});

describe("a key", () => {
  test("is narrowed at once when its creator gets a lower role, and refused when they are removed", async () => {
    const { key } = await people.Adam.bask.apiKeys.create(organization, { name: "Robot", preset: "full-access" });
    const robot = world.machine(key);
    await robot.organizations.update(organization, { name: "By robot" });
    await people.Olga.bask.members.update(organization, memberships.Adam, { role: "viewer" });
    await expectRefusal(robot.organizations.update(organization, { name: "Again" }), "INSUFFICIENT_SCOPE");
    await robot.organizations.get(organization);
    await people.Olga.bask.members.remove(organization, memberships.Adam);
    await expectRefusal(robot.organizations.get(organization), "INVALID_API_KEY");
  });

  test("is disabled when its creator leaves, or works on under the member it is handed over to", async () => {
    const make = async (name: "Mary" | "Adam") =>
      world.machine((await people[name].bask.apiKeys.create(organization, { name, scopes: ["members:read"] })).key);
    await people.Olga.bask.members.update(organization, memberships.Mary, { role: "admin" });
    const [marys, adams] = [await make("Mary"), await make("Adam")];
    await people.Mary.bask.organizations.leave(organization);
    await expectRefusal(marys.members.list(organization), "INVALID_API_KEY");
    await admit(world, organization, people.Mary, "admin");
    await expectRefusal(marys.members.list(organization), "INVALID_API_KEY");

    const { bask } = people.Olga;
    const stranger = { handKeysTo: memberships.Adam };
    await expectRefusal(bask.members.remove(organization, memberships.Adam, stranger), "VALIDATION_ERROR");
    await bask.members.remove(organization, memberships.Adam, { handKeysTo: memberships.Vera });
    await adams.members.list(organization);
    await bask.members.remove(organization, memberships.Vera);
    await expectRefusal(adams.members.list(organization), "INVALID_API_KEY");
  });

  test("that was narrowed with its creator regains nothing by being handed over, nor more than the actor may do", async () => {
    const keyOf = (name: Member) => people[name].bask.apiKeys.create(organization, { name, preset: "full-access" });
    await people.Olga.bask.members.update(organization, memberships.Mary, { role: "admin" });
    const [marys, adams] = [await keyOf("Mary"), await keyOf("Adam")];
    const list = { name: "Read only", scopes: ["audit-logs:read"] } as const;
    const lost = await people.Mary.bask.apiKeys.create(organization, list);
    await people.Olga.bask.members.update(organization, memberships.Mary, { role: "member" });
    await people.Adam.bask.members.remove(organization, memberships.Mary, { handKeysTo: memberships.Olga });
    const robot = world.machine(marys.key);
    await robot.members.list(organization);
    await expectRefusal(robot.organizations.update(organization, { name: "Taken" }), "INSUFFICIENT_SCOPE");
    await expectRefusal(world.machine(lost.key).whoami(), "INVALID_API_KEY");
    const { data } = await people.Olga.bask.auditLogs.list(organization, { action: "api_key.*" });
    expect(data.map(({ action, targetId }) => [action, targetId])).toContainEqual(["api_key.disabled", lost.id]);

    await people.Olga.bask.roles.create(organization, {
      name: "closer",
      permissions: ["members:*", "organization:update", "organization:read", "api-keys:update"],
    });
    await people.Olga.bask.members.update(organization, memberships.Anna, { role: "closer" });
    await people.Olga.bask.members.update(organization, memberships.Adam, { role: "people-team" });
    await people.Olga.bask.roles.update(organization, "people-team", { permissions: ["members:*", "usage:read"] });
    await people.Anna.bask.members.remove(organization, memberships.Adam, { handKeysTo: memberships.Olga });
    expect((await people.Olga.bask.apiKeys.get(organization, adams.id)).scopes.toSorted()).toEqual([
      "members:read",
      "members:remove",
      "members:update",
    ]);
  });

  test("that loses its permissions during its request changes nothing", async () => {
    const { bask } = people.Olga;
    const { id, key } = await people.Adam.bask.apiKeys.create(organization, { name: "HR", preset: "full-access" });
    const removal = () => world.machine(key).members.remove(organization, memberships.Mary);
    beforeNextWrite(world, () => bask.members.update(organization, memberships.Adam, { role: "viewer" }));
    await expectRefusal(removal(), "INSUFFICIENT_SCOPE");
    await bask.members.update(organization, memberships.Adam, { role: "admin" });
    beforeNextWrite(world, () => bask.apiKeys.revoke(organization, id));
    await expectRefusal(removal(), "INVALID_API_KEY");
    expect(await roleOf("Mary")).toBe("member");
  });

  test("manages only members with fewer permissions than itself", async () => {
    const { key } = await people.Olga.bask.apiKeys.create(organization, { name: "HR", scopes: ["members:*"] });
    const robot = world.machine(key);
    await expectRefusal(robot.members.remove(organization, memberships.Adam), "FORBIDDEN");
    await robot.members.remove(organization, memberships.Mary);
  });
});
