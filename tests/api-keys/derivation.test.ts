import { beforeAll, describe, expect, test } from "bun:test";
import { expectReason, expectRefusal, refusalOf } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Engines" })).id;
});

let names = 0;
async function key(input: object = {}) {
  const created = await ada.bask.apiKeys.create(organization, { name: `Robot ${++names}`, scopes: ["*"], ...input });
  return {
    ...created,
    robot: world.machine(created.key),
    revoke: () => ada.bask.apiKeys.revoke(organization, created.id),
  };
}

describe("a derived token", () => {
  test("has the scopes it was derived for, of those its key has, and counts as its key", async () => {
    const { id, robot, revoke } = await key({ scopes: ["members:*", "usage:read"] });
    const { token, scopes } = await robot.apiKeys.derive({ scopes: ["members:read"], expiresIn: 60 });
    expect([token.startsWith("bsd_"), scopes]).toEqual([true, ["members:read"]]);
    const derived = world.machine(token);
    await derived.members.list(organization);
    await expectRefusal(derived.usage.get(organization), "INSUFFICIENT_SCOPE");
    expect(await derived.whoami()).toMatchObject({ keyId: id, permissions: ["members:read"] });
    for (const wider of [["*"], ["api-keys:read"], ["usage:*", "roles:read"]])
      await expectRefusal(robot.apiKeys.derive({ scopes: wider as never }), "VALIDATION_ERROR");
    await world.app.usage.save();
    expect((await ada.bask.apiKeys.get(organization, id)).usageCount).toBeGreaterThan(4);
    await revoke();
  });

  test("creates no credential, not even from all scopes of a key that may, and derives no other", async () => {
    const { id, robot, revoke } = await key();
    const { token } = await robot.apiKeys.derive({});
    const derived = world.machine(token);
    await expectRefusal(robot.apiKeys.derive({ scopes: ["api-keys:create"] }), "VALIDATION_ERROR");
    await expectRefusal(derived.apiKeys.create(organization, { name: "Child" }), "INSUFFICIENT_SCOPE");
    await expectRefusal(derived.apiKeys.rotate(organization, id, {}), "INSUFFICIENT_SCOPE");
    await expectRefusal(derived.apiKeys.update(organization, id, { scopes: ["*"] }), "INSUFFICIENT_SCOPE");
    await expectReason(derived.apiKeys.derive({}), "key_to_derive_from");
    await expectReason(ada.bask.apiKeys.derive({}), "key_to_derive_from");
    await expectRefusal(derived.me.get(), "UNAUTHORIZED");
    await revoke();
  });

  test("writes no more than it may, also where its key may", async () => {
    const { robot, revoke } = await key();
    const derived = world.machine((await robot.apiKeys.derive({ scopes: ["organization:read"] })).token);
    await expectRefusal(derived.organizations.update(organization, { name: "Mine" }), "INSUFFICIENT_SCOPE");
    await robot.organizations.update(organization, { name: "Analytical Engines" });
    // What it gives away is bounded by what it may do itself, not by what its parent may.
    const { token: laptop } = await ada.bask.personalTokens.create({ name: "Laptop", scopes: ["*"] });
    for (const parent of [robot, world.machine(laptop)]) {
      const narrow = world.machine((await parent.apiKeys.derive({ scopes: ["roles:create"] })).token);
      const role = { name: `role-${++names}`, permissions: ["members:remove"] } as const;
      await expectRefusal(
        narrow.roles.create(organization, { ...role, permissions: [...role.permissions] }),
        "VALIDATION_ERROR",
      );
    }
    await revoke();
  });

  test("expires as it says, within an hour, and never after its key", async () => {
    const { robot, revoke } = await key({ expiresAt: new Date(world.time.now() + 600_000).toISOString() });
    await expectRefusal(robot.apiKeys.derive({ expiresIn: 3_601 }), "VALIDATION_ERROR");
    const [short, long] = [
      await robot.apiKeys.derive({ expiresIn: 60 }),
      await robot.apiKeys.derive({ expiresIn: 3_600 }),
    ];
    expect(new Date(long.expiresAt).getTime()).toBeLessThanOrEqual(world.time.now() + 600_000);
    world.time.pass({ seconds: 61 });
    await expectReason(world.machine(short.token).whoami(), "derived_token_ended");
    await world.machine(long.token).whoami();
    world.time.pass({ minutes: 10 });
    await expectReason(world.machine(long.token).whoami(), "derived_token_ended");
    await revoke();
    ada.bask = await world.signIn(ada);
  });

  test("ends with its key: revoked, disabled, rotated and past the overlap, or with its user", async () => {
    const first = await key();
    const { token } = await first.robot.apiKeys.derive({ expiresIn: 3_600 });
    const derived = world.machine(token);
    await derived.whoami();
    await ada.bask.apiKeys.disable(organization, first.id);
    await expectReason(derived.whoami(), "disabled");
    await ada.bask.apiKeys.enable(organization, first.id);
    await derived.whoami();
    const next = await ada.bask.apiKeys.rotate(organization, first.id, { overlap: 0 });
    expect((await refusalOf(derived.whoami())).status).toBe(401);
    await ada.bask.apiKeys.revoke(organization, next.id);

    const personal = await ada.bask.personalTokens.create({ name: "Laptop", scopes: ["members:*"] });
    const narrow = world.machine(
      (await world.machine(personal.token).apiKeys.derive({ scopes: ["members:read"] })).token,
    );
    await narrow.members.list(organization);
    await ada.bask.personalTokens.update(personal.id, { scopes: ["usage:read"] });
    await expectRefusal(narrow.members.list(organization), "INSUFFICIENT_SCOPE");
    await expectRefusal(narrow.usage.get(organization), "INSUFFICIENT_SCOPE");
    await ada.bask.personalTokens.revoke(personal.id);
    await expectReason(narrow.whoami(), "token_revoked");
  });

  test("is used only from where its key can be used", async () => {
    const { robot, id, revoke } = await key({ allowedIps: ["127.0.0.0/8"] });
    const derived = world.machine((await robot.apiKeys.derive({})).token);
    await derived.whoami();
    await ada.bask.apiKeys.update(organization, id, { allowedIps: ["192.0.2.1"] });
    await expectReason(derived.whoami(), "key_ip_not_allowed");
    await revoke();
  });

  test("cannot be made up, changed or cut", async () => {
    const { robot, revoke } = await key({ scopes: ["members:read"] });
    const { token } = await robot.apiKeys.derive({});
    const body = Buffer.from(token.slice(4), "base64url");
    const wider = Buffer.concat([
      body.subarray(0, 20),
      Buffer.from(body.subarray(20).toString().replace("members:read", "members:*")),
    ]);
    for (const text of [
      token.slice(0, -1),
      `${token}A`,
      `bsd_${wider.toString("base64url")}`,
      "bsd_",
      `bsd_${"A".repeat(9_000)}`,
    ])
      await expectReason(world.machine(text).whoami(), "malformed_key");
    await revoke();
  });

  test("that is reported as leaked ends, with those that end before it; its key works on", async () => {
    const { robot, revoke } = await key();
    const [leaked, shorter] = [await robot.apiKeys.derive({ expiresIn: 1_800 }), await robot.apiKeys.derive({})];
    const longer = await robot.apiKeys.derive({ expiresIn: 3_600 });
    expect(await world.visitor.apiKeys.revokeLeaked({ key: `see ${leaked.token}.` })).toEqual({ revoked: true });
    for (const { token } of [leaked, shorter]) await expectReason(world.machine(token).whoami(), "derived_token_ended");
    await world.machine(longer.token).whoami();
    await robot.whoami();
    await revoke();
  });

  test("is verified for other services, with what it is bound to", async () => {
    const gateway = await key({ scopes: ["api-keys:verify"] });
    const { robot, id, revoke } = await key({ scopes: ["members:*"] });
    const { token } = await robot.apiKeys.derive({ scopes: ["members:read"] });
    expect(await gateway.robot.apiKeys.verify({ key: token })).toMatchObject({
      valid: true,
      keyId: id,
      permissions: ["members:read"],
      only: null,
    });
    await Promise.all([revoke(), gateway.revoke()]);
  });
});

test("where no kind of resource is declared, no key can be bound to one", async () => {
  const only = ["prj_01jngc4e00000000000000000a"];
  await expectRefusal(key({ only }), "VALIDATION_ERROR");
  await expectRefusal(ada.bask.personalTokens.create({ name: "Laptop", only }), "VALIDATION_ERROR");
  const { id, only: bound, revoke } = await key();
  expect(bound).toBeNull();
  await expectRefusal(ada.bask.apiKeys.update(organization, id, { only }), "VALIDATION_ERROR");
  await revoke();
});
