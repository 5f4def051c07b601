import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { declare } from "../../src/extensions/declare";
import type { Scope } from "../../src/sdk/client";
import { expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let mary: Person;
let organization: string;
let marysId: string;

beforeAll(async () => {
  world = await openWorld();
  [olga, adam, mary] = await Promise.all([world.person("Olga"), world.person("Adam"), world.person("Mary")]);
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  await admit(world, organization, adam, "admin");
  marysId = await admit(world, organization, mary, "member");
});

describe("a custom role", () => {
  test("grants exactly what it names, and changes at once for all who have it", async () => {
    await olga.bask.roles.create(organization, {
      name: "key-keeper",
      permissions: ["api-keys:*", "organization:read"],
    });
    await olga.bask.members.update(organization, marysId, { role: "key-keeper" });
    const { key } = await mary.bask.apiKeys.create(organization, { name: "K", scopes: ["api-keys:read"] });
    await expectRefusal(mary.bask.members.list(organization), "FORBIDDEN");
    const robot = world.machine(key);
    await robot.apiKeys.list(organization);

    await olga.bask.roles.update(organization, "key-keeper", { permissions: ["members:read"] });
    await mary.bask.members.list(organization);
    await expectRefusal(mary.bask.apiKeys.list(organization), "FORBIDDEN");
    await expectRefusal(robot.apiKeys.list(organization), "INSUFFICIENT_SCOPE");
  });

  test("never goes beyond its editor", async () => {
    const beyond = { name: "boss", permissions: ["organization:delete"] } as const;
    await expectRefusal(adam.bask.roles.create(organization, beyond), "VALIDATION_ERROR");
    await expectRefusal(adam.bask.roles.create(organization, { name: "boss", permissions: ["*"] }), "VALIDATION_ERROR");
    await olga.bask.roles.create(organization, beyond);
    await expectRefusal(adam.bask.roles.update(organization, "boss", { permissions: ["members:read"] }), "FORBIDDEN");
    await expectRefusal(adam.bask.roles.delete(organization, "boss"), "FORBIDDEN");
    await expectRefusal(
      mary.bask.roles.create(organization, { name: "x-role", permissions: ["members:read"] }),
      "FORBIDDEN",
    );
  });

  test("is not created twice, under the name of a built-in role, or with unknown permissions", async () => {
    const role = { name: "twice", permissions: ["members:read"] } as const;
    await olga.bask.roles.create(organization, role);
    await expectRefusal(olga.bask.roles.create(organization, role), "CONFLICT");
    await expectRefusal(olga.bask.roles.create(organization, { ...role, name: "admin" }), "CONFLICT");
    await expect(
      olga.bask.roles.create(organization, { name: "odd", permissions: ["members:read", "members:fly" as Scope] }),
    ).rejects.toMatchObject({
      status: 422,
      details: [{ path: "permissions.1" }],
    });
  });

  test("is deleted only while no member has it, and exists in its organization only", async () => {
    await olga.bask.roles.create(organization, { name: "helper", permissions: ["members:read"] });
    await olga.bask.members.update(organization, marysId, { role: "helper" });
    await expectRefusal(olga.bask.roles.delete(organization, "helper"), "CONFLICT");
    const other = await mary.bask.organizations.create({ name: "Other" });
    await expectRefusal(mary.bask.roles.delete(other.id, "helper"), "NOT_FOUND");
    await expectRefusal(mary.bask.members.update(other.id, marysId, { role: "viewer" }), "NOT_FOUND");
    await olga.bask.members.update(organization, marysId, { role: "member" });
    await olga.bask.roles.delete(organization, "helper");
    expect((await olga.bask.roles.list(organization)).data.map(({ name }) => name)).toEqual([
      "owner",
      "admin",
      "member",
      "viewer",
    ]);
  });
});

test("a product that misspells a permission does not compile", () => {
  const rest = { events: {}, problems: {}, emails: {} };
  declare({
    permissions: { invoices: ["read", "send"] },
    roles: { member: ["invoices:send"], viewer: [] },
    presets: { billing: ["invoices:*", "organization:read"] },
    ...rest,
  });
  declare({
    permissions: { invoices: ["read", "send"] },
    // @ts-expect-error
    roles: { member: ["invoices:sned"], viewer: [] },
    // @ts-expect-error
    presets: { billing: ["invoices:*", "organisation:read"] },
    ...rest,
  });
});
