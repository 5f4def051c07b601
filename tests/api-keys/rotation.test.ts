import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { endOfOverlap } from "../../src/api-keys/rotation";
import type { BaskError } from "../../src/sdk/client";
import { beforeNextWrite } from "../support/interleave";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

const create = (input: object = {}) => ada.bask.apiKeys.create(organization, { name: "Robot", ...input });
const rotate = (id: string, input = {}) => ada.bask.apiKeys.rotate(organization, id, input);
const works = (key: string) =>
  world
    .machine(key)
    .whoami()
    .then(
      () => true,
      () => false,
    );
const code = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (error: BaskError) => error.code,
  );

describe("a rotated key", () => {
  test("works beside its successor, which inherits everything, until the end of the overlap", async () => {
    const old = await create({
      scopes: ["members:read"],
      rateLimit: 9,
      metadata: { team: "core" },
      allowedIps: ["127.0.0.1"],
      expiresInDays: 90,
    });
    world.time.pass({ days: 10 });
    ada.bask = await world.signIn(ada);
    const fresh = await rotate(old.id, { overlap: 2 });
    const inherited = ({ name, scopes, rateLimit, metadata, allowedIps, createdBy }: typeof fresh) => ({
      name,
      scopes,
      rateLimit,
      metadata,
      allowedIps,
      createdBy,
    });
    expect(inherited(fresh)).toEqual(inherited(old));
    expect(fresh.expiresAt).toBe(new Date(world.time.now() + 90 * 86_400_000).toISOString());
    expect([await works(old.key), await works(fresh.key)]).toEqual([true, true]);
    expect(await ada.bask.apiKeys.get(organization, old.id)).toMatchObject({
      replacedBy: fresh.id,
      expiresAt: new Date(world.time.now() + 2 * 86_400_000).toISOString(),
      lastUsedAt: new Date(world.time.now()).toISOString(),
    });
    world.time.pass({ days: 2, milliseconds: -1 });
    expect(await works(old.key)).toBe(true);
    world.time.pass({ milliseconds: 1 });
    expect([await works(old.key), await works(fresh.key)]).toEqual([false, true]);
    ada.bask = await world.signIn(ada);
    expect((await world.emailsTo(ada.email)).at(-1)!.text).toContain(old.prefix);
  });

  test("ends at once without an overlap, and before the end of its overlap when it is revoked", async () => {
    const [first, second] = [await create(), await create()];
    await rotate(first.id, { overlap: 0 });
    expect(await works(first.key)).toBe(false);
    await rotate(second.id, { overlap: 30 });
    await ada.bask.apiKeys.revoke(organization, second.id);
    expect(await works(second.key)).toBe(false);
  });

  test("has one successor under fifty requests, which is not rotated before its predecessor has ended", async () => {
    const old = await create();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => code(rotate(old.id))));
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(["done", "CONFLICT"]));
    const { replacedBy } = await ada.bask.apiKeys.get(organization, old.id);
    expect(await code(rotate(replacedBy!))).toBe("CONFLICT");
    await ada.bask.apiKeys.revoke(organization, old.id);
    expect(await code(rotate(replacedBy!))).toBe("done");
  });

  test("was active: one that is disabled or has ended gets no successor", async () => {
    const off = await create();
    await ada.bask.apiKeys.disable(organization, off.id);
    expect(await code(rotate(off.id))).toBe("CONFLICT");
    await ada.bask.apiKeys.revoke(organization, off.id);
    expect(await code(rotate(off.id))).toBe("CONFLICT");
    expect(await code(rotate(off.id, { overlap: 31 }))).toBe("VALIDATION_ERROR");
  });

  test("is rotated by a key only within the permissions and the end of that key", async () => {
    for (const { id } of (await ada.bask.apiKeys.list(organization)).data)
      await ada.bask.apiKeys.revoke(organization, id);
    const strong = await create({ scopes: ["*"] });
    const weak = await create({ scopes: ["api-keys:*"], expiresInDays: 1 });
    const machine = world.machine(weak.key);
    expect(await code(machine.apiKeys.rotate(organization, strong.id))).toBe("FORBIDDEN");
    world.time.pass({ hours: 1 });
    ada.bask = await world.signIn(ada);
    const beyond = new Date(Date.parse(weak.expiresAt!) + 1).toISOString();
    expect(await code(machine.apiKeys.rotate(organization, weak.id, { expiresAt: beyond }))).toBe("VALIDATION_ERROR");
    expect((await machine.apiKeys.rotate(organization, weak.id)).expiresAt).toBe(weak.expiresAt);
  });
});

describe("a successor takes over what its predecessor is at the moment of the rotation:", () => {
  const rotateAfter = async (id: string, change: object) => {
    beforeNextWrite(world, () => ada.bask.apiKeys.update(organization, id, change));
    return rotate(id, { overlap: 30 });
  };

  test("IP addresses, scopes and end", async () => {
    const old = await create({ expiresInDays: 90 });
    const narrow = {
      scopes: ["members:read"],
      allowedIps: ["10.0.0.0/8"],
      expiresAt: new Date(world.time.now() + 86_400_000).toISOString(),
    };
    expect(await rotateAfter(old.id, narrow)).toMatchObject(narrow);
    expect((await ada.bask.apiKeys.get(organization, old.id)).expiresAt).toBe(narrow.expiresAt);
  });

  test("the policy, and permissions that the actor does not have", async () => {
    const weak = await create({ scopes: ["api-keys:*"] });
    const old = await create({ scopes: ["api-keys:read"] });
    const rotatedByWeak = () => code(world.machine(weak.key).apiKeys.rotate(organization, old.id));
    beforeNextWrite(world, () => ada.bask.apiKeys.update(organization, old.id, { scopes: ["*"] }));
    expect(await rotatedByWeak()).toBe("FORBIDDEN");
    await ada.bask.apiKeys.update(organization, old.id, { scopes: ["api-keys:read"] });
    beforeNextWrite(world, () => ada.bask.policy.update(organization, { keyCreators: ["owner"] }));
    expect(await rotatedByWeak()).toBe("FORBIDDEN");
    await ada.bask.policy.update(organization, { keyCreators: null });
    expect(await rotatedByWeak()).toBe("done");
  });
});

test("a successor is within the policy: who may create keys, and for how long", async () => {
  const { id } = await ada.bask.organizations.create({ name: "Strict" });
  const old = await ada.bask.apiKeys.create(id, { name: "Robot", expiresInDays: 90, scopes: ["api-keys:*"] });
  const machine = world.machine(old.key);
  await ada.bask.policy.update(id, { maxKeyLifetimeDays: 30, keyCreators: ["owner"] });
  expect(await code(machine.apiKeys.rotate(id, old.id, { expiresInDays: 1 }))).toBe("FORBIDDEN");
  expect(await code(ada.bask.apiKeys.rotate(id, old.id, { expiresInDays: 31 }))).toBe("VALIDATION_ERROR");
  const fresh = await ada.bask.apiKeys.rotate(id, old.id);
  expect(fresh.expiresAt).toBe(new Date(world.time.now() + 30 * 86_400_000).toISOString());
});

test("a successor of a key that ends with the year 9999 ends then too", async () => {
  const expiresAt = "9999-12-31T23:59:59.999Z";
  const { id } = await ada.bask.organizations.create({ name: "Long-lived" });
  const old = await ada.bask.apiKeys.create(id, { name: "Robot", expiresAt });
  world.time.pass({ hours: 1 });
  ada.bask = await world.signIn(ada);
  expect((await ada.bask.apiKeys.rotate(id, old.id)).expiresAt).toBe(expiresAt);
});

test("an overlap never extends the life of a key, and never ends before it begins", () => {
  const time = fc.integer({ min: 1, max: 4e12 });
  fc.assert(
    fc.property(fc.option(time), time, fc.double({ min: 0, max: 30, noNaN: true }), (expires, now, overlap) => {
      const ownEnd = expires === null ? Number.POSITIVE_INFINITY : Math.max(expires, now + 1);
      const end = endOfOverlap(ownEnd, new Date(now), overlap).getTime();
      expect(end).toBeGreaterThanOrEqual(now);
      expect(end).toBeLessThanOrEqual(now + 30 * 86_400_000);
      expect(end).toBeLessThanOrEqual(ownEnd);
    }),
  );
});
