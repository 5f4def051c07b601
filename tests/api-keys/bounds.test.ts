import { beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { intersectNetworks, isWithinNetworks, openNetworks } from "../../src/access/networks";
import { codeOf } from "../support/authenticator";
import { expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

const day = 86_400_000;

let world: World;
let ada: Person;
let organization: string;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

const create = (input: object = {}) =>
  ada.bask.apiKeys.create(organization, { name: "Robot", scopes: ["*"], ...input });
const inDays = (days: number) => new Date(world.time.now() + days * day).toISOString();
const update = (id: string, change: object) => ada.bask.apiKeys.update(organization, id, change);

describe("a key", () => {
  test("never changes its own rate limit, IP addresses or expiry, not even to less", async () => {
    const { id, key } = await create({ rateLimit: 50, allowedIps: ["127.0.0.0/8"], expiresInDays: 30 });
    const robot = world.machine(key);
    for (const change of [
      { rateLimit: 60 },
      { rateLimit: null },
      { rateLimit: 10 },
      { allowedIps: null },
      { allowedIps: ["127.0.0.1"] },
      { expiresAt: null },
      { expiresAt: inDays(1) },
    ]) {
      const { reason } = await expectRefusal(robot.apiKeys.update(organization, id, change), "FORBIDDEN");
      expect(reason).toBe("own_key_bounds");
    }
    expect(await robot.apiKeys.update(organization, id, { name: "Renamed" })).toMatchObject({
      name: "Renamed",
      rateLimit: 50,
      allowedIps: ["127.0.0.0/8"],
      expiresAt: inDays(30),
    });
  });

  test("never changes the policy of its organization", async () => {
    const robot = world.machine((await create()).key);
    await expectRefusal(robot.policy.update(organization, { require2fa: null }), "UNAUTHORIZED");
  });

  test("gives other keys no higher rate limit, no other networks and no later end than its own", async () => {
    const bounds = { rateLimit: 5, allowedIps: ["127.0.0.0/8"], expiresInDays: 10 };
    const { key, expiresAt } = await create(bounds);
    const robot = world.machine(key);
    const other = await create({ rateLimit: 1, allowedIps: ["127.0.0.1"], expiresInDays: 1 });
    const asked = [{ rateLimit: 6 }, { allowedIps: ["10.0.0.0/8"] }, { allowedIps: ["0.0.0.0/0"] }];
    for (const change of [...asked, { expiresAt: inDays(11) }]) {
      world.time.pass({ minutes: 1 });
      await expectRefusal(robot.apiKeys.update(organization, other.id, change), "VALIDATION_ERROR");
      await expectRefusal(
        robot.apiKeys.create(organization, { name: "Child", scopes: ["usage:read"], ...change }),
        "VALIDATION_ERROR",
      );
    }
    world.time.pass({ minutes: 1 });
    const lifted = { rateLimit: null, allowedIps: null, expiresAt: null };
    const ceiling = { rateLimit: 5, allowedIps: ["127.0.0.0/8"], expiresAt };
    expect(await robot.apiKeys.update(organization, other.id, lifted)).toMatchObject(ceiling);
    expect(await robot.apiKeys.create(organization, { name: "Child" })).toMatchObject(ceiling);
    world.time.pass({ minutes: 1 });
    const child = { name: "Narrow", rateLimit: 5, allowedIps: ["127.1.0.0/16", "::ffff:127.0.0.1"] };
    expect((await robot.apiKeys.create(organization, child)).allowedIps).toEqual(["127.1.0.0/16", "127.0.0.1"]);
  });

  test("rotates itself and others within its bounds, without being asked for fields it never sent", async () => {
    const own = await create({ rateLimit: 50, allowedIps: ["127.0.0.0/8"], expiresInDays: 30 });
    const robot = world.machine(own.key);
    world.time.pass({ days: 10 });
    ada.bask = await world.signIn(ada);
    const wide = await create();
    const far = await create({ allowedIps: ["10.0.0.0/8"] });
    const ceiling = { rateLimit: 50, allowedIps: ["127.0.0.0/8"], expiresAt: own.expiresAt };
    expect(await robot.apiKeys.rotate(organization, wide.id)).toMatchObject(ceiling);
    const { reason } = await expectRefusal(robot.apiKeys.rotate(organization, far.id), "FORBIDDEN");
    expect(reason).toBe("key_beyond_ips");
    expect(await robot.apiKeys.rotate(organization, own.id)).toMatchObject({ ...ceiling, parentKeyId: own.id });
  });

  test("of the test environment manages no live key", async () => {
    const live = await create();
    const robot = world.machine((await create({ environment: "test" })).key);
    for (const change of [
      () => robot.apiKeys.rotate(organization, live.id),
      () => robot.apiKeys.disable(organization, live.id),
      () => robot.apiKeys.revoke(organization, live.id),
      () => robot.apiKeys.update(organization, live.id, { name: "Mine" }),
    ]) {
      expect((await expectRefusal(change(), "FORBIDDEN")).reason).toBe("live_by_test_key");
    }
  });

  test("with only api-keys scopes neither disables, revokes, trusts nor distrusts for a key that may do more", async () => {
    const strong = await create();
    const trust = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };
    const { id: trustId } = await ada.bask.workloadIdentity.createTrust(organization, strong.id, trust);
    const robot = world.machine((await create({ scopes: ["api-keys:*"] })).key);
    for (const change of [
      () => robot.apiKeys.disable(organization, strong.id),
      () => robot.apiKeys.revoke(organization, strong.id),
      () => robot.workloadIdentity.createTrust(organization, strong.id, trust),
      () => robot.workloadIdentity.deleteTrust(organization, strong.id, trustId),
    ]) {
      expect((await expectRefusal(change(), "FORBIDDEN")).reason).toBe("key_beyond_permissions");
    }
    expect((await ada.bask.apiKeys.get(organization, strong.id)).status).toBe("active");
  });
});

describe("a replaced key", () => {
  test("ends with its overlap at the latest, whoever changes it", async () => {
    const old = await create();
    await ada.bask.apiKeys.rotate(organization, old.id, { overlap: 2 });
    for (const expiresAt of [null, inDays(3)]) {
      await expectRefusal(update(old.id, { expiresAt }), "VALIDATION_ERROR");
    }
    expect((await update(old.id, { expiresAt: inDays(1) })).expiresAt).toBe(inDays(1));
  });
});

describe("the policy's maximum lifetime", () => {
  test("is the end that every response shows, and that no change and no overlap exceeds", async () => {
    const { id } = await create();
    world.time.pass({ days: 9 });
    ada.bask = await world.signIn(ada);
    await ada.bask.policy.update(organization, { maxKeyLifetimeDays: 10 });
    const end = inDays(1);
    expect((await ada.bask.apiKeys.get(organization, id)).expiresAt).toBe(end);
    expect((await ada.bask.apiKeys.list(organization)).data[0]!.expiresAt).toBe(end);
    await expectRefusal(update(id, { expiresAt: inDays(2) }), "VALIDATION_ERROR");
    expect((await update(id, { expiresAt: null })).expiresAt).toBe(end);
    await ada.bask.apiKeys.rotate(organization, id, { overlap: 5 });
    expect((await ada.bask.apiKeys.get(organization, id)).expiresAt).toBe(end);
    world.time.pass({ days: 1 });
    ada.bask = await world.signIn(ada);
    expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("expired");
  });
});

describe("a rate limit", () => {
  test("beyond the plan is refused with the plan's number for the environment", async () => {
    const details = async (input: object) => (await expectRefusal(create(input), "VALIDATION_ERROR")).details;
    expect(await details({ environment: "test", rateLimit: 11 })).toEqual([
      { path: "rateLimit", message: "must be at most 10, which the plan allows test keys" },
    ]);
    expect(await details({ rateLimit: 101 })).toEqual([
      { path: "rateLimit", message: "must be at most 100, which the plan allows live keys" },
    ]);
    expect((await create({ environment: "test", rateLimit: 10 })).rateLimit).toBe(10);
  });
});

describe("a requirement of two-factor authentication", () => {
  test("binds the keys of members from its date on, until they turn it on, and says so", async () => {
    const bob = await world.person("Bob");
    await admit(world, organization, bob, "admin");
    const { id, key } = await bob.bask.apiKeys.create(organization, { name: "Bob's", scopes: ["members:read"] });
    const robot = world.machine(key);
    const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
    await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    ada.bask = await world.signIn(ada, codeOf(secret, world.time));
    await ada.bask.policy.update(organization, { require2fa: new Date(world.time.now() + 3_600_000).toISOString() });
    await robot.members.list(organization);
    world.time.pass({ hours: 1 });
    ada.bask = await world.signIn(ada, codeOf(secret, world.time));

    expect((await expectRefusal(robot.members.list(organization), "INVALID_API_KEY")).reason).toBe(
      "creator_without_two_factor",
    );
    expect(await ada.bask.apiKeys.get(organization, id)).toMatchObject({
      status: "blocked",
      blockedBecause: "creator_without_two_factor",
    });
    const { reason } = await expectRefusal(ada.bask.apiKeys.rotate(organization, id), "CONFLICT");
    expect(reason).toBe("key_creator_without_two_factor");

    bob.bask = await world.signIn(bob);
    const enrollment = await bob.bask.twoFactor.setup({ password: bob.password });
    await bob.bask.twoFactor.verify({ code: codeOf(enrollment.secret, world.time) });
    await robot.members.list(organization);
    expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("active");
  });
});

describe("networks", () => {
  const part = fc.integer({ min: 0, max: 3 });
  const network = fc
    .record({ a: part, b: part, bits: fc.constantFrom(8, 15, 16, 24, 32) })
    .map(({ a, b, bits }) => `${a}.${b}.0.0/${bits}`);
  const ip = fc.record({ a: part, b: part, c: part }).map(({ a, b, c }) => `${a}.${b}.${c}.0`);

  test("are compared by the addresses they contain", () => {
    expect(isWithinNetworks("10.1.0.0/16", ["10.0.0.0/8"])).toBe(true);
    expect(isWithinNetworks("10.0.0.0/8", ["10.1.0.0/16"])).toBe(false);
    expect(isWithinNetworks("::ffff:10.1.2.3", ["10.0.0.0/8"])).toBe(true);
    expect(isWithinNetworks("10.1.2.3", ["2001:db8::/32"])).toBe(false);
    fc.assert(
      fc.property(fc.array(network), fc.array(network), ip, (first, second, ip) => {
        const inBoth = openNetworks(first)(ip) && openNetworks(second)(ip);
        expect(openNetworks(intersectNetworks(first, second))(ip)).toBe(inBoth);
        for (const network of first)
          if (isWithinNetworks(network, second) && openNetworks([network])(ip))
            expect(openNetworks(second)(ip)).toBe(true);
      }),
    );
  });
});
