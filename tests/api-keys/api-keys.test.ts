import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { permissions } from "../../src/access/permissions";
import { type KeysOfLeaver, reassignOrDisableKeys } from "../../src/api-keys/creators";
import { apiKeys, memberships, organizations } from "../../src/db/tables";
import { newId, type OrganizationId, type UserId } from "../../src/ids";
import { insertMembership } from "../../src/members/members.sql";
import type { Scope } from "../../src/sdk/client";
import { BaskError } from "../../src/sdk/client";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  await plan("pro");
});

const plan = (name: "free" | "pro") =>
  world.app.db.write(async (tx) => {
    await tx.update(organizations).set({ plan: name });
    await tx.invalidate({ topic: "organization", subject: organization });
  });
const create = (input: Omit<Parameters<Person["bask"]["apiKeys"]["create"]>[1], "name"> = {}) =>
  ada.bask.apiKeys.create(organization, { name: "Robot", ...input });
const refusal = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (error) => error,
  );
  if (!(error instanceof BaskError)) throw new Error("was not refused");
  return error;
};
const code = async (asked: Promise<unknown>) => (await refusal(asked)).code;

describe("a new key", () => {
  test("is shown once and stored as a hash", async () => {
    const { key, ...made } = await create({ description: "Builds", metadata: { team: "core" } });
    expect(key).toMatch(/^bsk_live_[0-9A-Za-z]{36}$/);
    expect(await ada.bask.apiKeys.get(organization, made.id)).toEqual(made);
    expect(made).toMatchObject({ description: "Builds", metadata: { team: "core" }, status: "active", allowedIps: [] });
    const stored = await world.app.db.reader.select().from(apiKeys);
    expect(JSON.stringify(stored)).not.toContain(key);
  });

  test("may only read by default", async () => {
    expect((await create()).scopes).toContain("members:read");
    expect((await create({ preset: "ci" })).scopes).not.toContain("members:read");
    expect((await create({ preset: "full-access" })).scopes).toContain("api-keys:create");
    expect((await refusal(create({ scopes: ["members:dance" as Scope] }))).details).toEqual([
      {
        path: "scopes.0",
        message: "is not a known permission; known are members:read, members:update, members:remove",
      },
    ]);
    expect(await code(create({ scopes: [] }))).toBe("VALIDATION_ERROR");
  });

  test("is refused beyond the plan's limit, also when fifty are created at once", async () => {
    await plan("free");
    const before = (await ada.bask.apiKeys.list(organization, { limit: 100 })).data.length;
    const made = await Promise.all(
      Array.from({ length: 50 }, () =>
        create().then(
          () => "made",
          (error: BaskError) => error.code,
        ),
      ),
    );
    expect(made.filter((outcome) => outcome === "made")).toHaveLength(10 - before);
    expect(new Set(made)).toEqual(new Set(["made", "PLAN_LIMIT_REACHED"]));
    await plan("pro");
  });

  test("created by a key is bounded by that key", async () => {
    const maker = world.machine(
      (await create({ environment: "test", scopes: ["api-keys:*"], expiresInDays: 2, allowedIps: ["127.0.0.1"] })).key,
    );
    const day = 86_400_000;
    const make = (input: object) =>
      maker.apiKeys.create(organization, { name: "Child", scopes: ["api-keys:read"], ...input });
    expect(await code(make({ environment: "live" }))).toBe("VALIDATION_ERROR");
    expect(await code(make({ environment: "test", scopes: ["members:read"] }))).toBe("VALIDATION_ERROR");
    expect(await code(make({ environment: "test", expiresInDays: 3 }))).toBe("VALIDATION_ERROR");
    expect(await code(make({ environment: "test", allowedIps: ["10.0.0.0/8"] }))).toBe("VALIDATION_ERROR");
    const child = await make({ environment: "test" });
    expect(child).toMatchObject({
      allowedIps: ["127.0.0.1"],
      expiresAt: new Date(world.time.now() + 2 * day).toISOString(),
    });
    expect(await code(world.machine((await create()).key).apiKeys.create(organization, { name: "No" }))).toBe(
      "INSUFFICIENT_SCOPE",
    );
  });

  test("is refused with what is wrong, never with what was sent", async () => {
    const wrong = await refusal(create({ metadata: { "a b": "x" }, allowedIps: ["300.1.1.1"], expiresInDays: 0 }));
    expect(wrong.details?.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "metadata.a b must be a letter, then letters, digits, dots, hyphens and underscores",
      "expiresInDays must be at least 1",
      "allowedIps.0 must be an IP address or a CIDR",
    ]);
    for (const scopes of [[], [""], ["member:read"], ["members:write"], ["members:read", "odd"]])
      expect([scopes, await code(create({ scopes: scopes as Scope[] }))]).toEqual([scopes, "VALIDATION_ERROR"]);
    expect(await code(create({ rateLimit: 1_001 }))).toBe("VALIDATION_ERROR");
    expect(await code(create({ expiresAt: "2020-01-01T00:00:00Z" }))).toBe("VALIDATION_ERROR");
  });
});

describe("the list of keys", () => {
  test("is filtered by environment, status, creator and words", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Filters" });
    const add = (name: string, input: object = {}) => ada.bask.apiKeys.create(id, { name, ...input });
    await add("Deploy 100%", { environment: "test" });
    await add("Nightly", { description: "Deploys at night" });
    await add("Short", { expiresInDays: 1 });
    const off = await add("Off");
    await ada.bask.apiKeys.disable(id, off.id);
    const gone = await add("Gone");
    await ada.bask.apiKeys.revoke(id, gone.id);
    world.time.pass({ days: 1 });
    ada.bask = await world.signIn(ada);

    const names = async (filter: Parameters<Person["bask"]["apiKeys"]["list"]>[1]) =>
      (await ada.bask.apiKeys.list(id, filter)).data.map(({ name }) => name).sort();
    expect(await names({})).toEqual(["Deploy 100%", "Nightly", "Off", "Short"]);
    expect(await names({ status: "active" })).toEqual(["Deploy 100%", "Nightly"]);
    expect(await names({ status: "expired" })).toEqual(["Short"]);
    expect(await names({ status: "disabled" })).toEqual(["Off"]);
    expect(await names({ status: "revoked" })).toEqual(["Gone"]);
    expect(await names({ environment: "test" })).toEqual(["Deploy 100%"]);
    expect(await names({ search: "DEPLOY" })).toEqual(["Deploy 100%", "Nightly"]);
    expect(await names({ search: "100%" })).toEqual(["Deploy 100%"]);
    expect(await names({ search: "bsk_test" })).toEqual(["Deploy 100%"]);
    expect(await names({ createdBy: (await ada.bask.me.get()).id, limit: 1 })).toHaveLength(1);
    expect(await names({ createdBy: "usr_somebody" })).toEqual([]);
  });
});

describe("a key", () => {
  test("is refused from the next request on when it is disabled, and works again when it is enabled", async () => {
    const { id, key } = await create();
    const robot = world.machine(key);
    await robot.whoami();
    expect(await ada.bask.apiKeys.disable(organization, id)).toMatchObject({
      status: "disabled",
      disabledBecause: "by_hand",
    });
    expect(await code(robot.whoami())).toBe("INVALID_API_KEY");
    expect(await ada.bask.apiKeys.enable(organization, id)).toMatchObject({ status: "active", disabledBecause: null });
    await robot.whoami();
    await ada.bask.apiKeys.revoke(organization, id);
    expect(await code(robot.whoami())).toBe("INVALID_API_KEY");
    expect(await code(ada.bask.apiKeys.enable(organization, id))).toBe("CONFLICT");
    expect(await code(ada.bask.apiKeys.update(organization, id, { expiresAt: null }))).toBe("CONFLICT");
    expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("revoked");
  });

  test("is refused by another process a second after it was revoked", async () => {
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const { id, key } = await create();
    const robot = other.machine(key);
    await robot.whoami();
    await ada.bask.apiKeys.revoke(organization, id);
    world.time.pass({ seconds: 1 });
    expect(await code(robot.whoami())).toBe("INVALID_API_KEY");
    await other.close();
  });

  test("is changed from the next request on", async () => {
    const { id, key } = await create();
    const robot = world.machine(key);
    await robot.members.list(organization);
    const changed = await ada.bask.apiKeys.update(organization, id, {
      name: "Narrow",
      scopes: ["organization:read"],
      rateLimit: 5,
      description: null,
      metadata: { a: "b" },
    });
    expect(changed).toMatchObject({
      name: "Narrow",
      scopes: ["organization:read"],
      rateLimit: 5,
      metadata: { a: "b" },
    });
    expect(await code(robot.members.list(organization))).toBe("INSUFFICIENT_SCOPE");
    expect(await code(ada.bask.apiKeys.update(organization, id, { rateLimit: 100_000 }))).toBe("VALIDATION_ERROR");
  });

  test("works only from its IP addresses", async () => {
    const { id, key } = await create({ allowedIps: ["10.0.0.0/8", "2001:db8::/32"] });
    const robot = world.machine(key);
    expect(await code(robot.whoami())).toBe("FORBIDDEN");
    await ada.bask.apiKeys.update(organization, id, { allowedIps: ["::ffff:127.0.0.0/104"] });
    await robot.whoami();
    await ada.bask.apiKeys.update(organization, id, { allowedIps: [] });
    await robot.whoami();
    await world.app.usage.save();
    expect((await ada.bask.apiKeys.getUsage(organization, id)).total).toEqual({ ok: 2, limited: 0, denied: 1 });
  });

  test("is not changed, disabled or revoked by a key that may do less", async () => {
    const strong = await create({ scopes: ["*"] });
    const weak = world.machine((await create({ scopes: ["api-keys:*"] })).key);
    expect(await code(weak.apiKeys.update(organization, strong.id, { allowedIps: [] }))).toBe("FORBIDDEN");
    expect(await code(weak.apiKeys.disable(organization, strong.id))).toBe("FORBIDDEN");
    expect(await code(weak.apiKeys.revoke(organization, strong.id))).toBe("FORBIDDEN");
    await ada.bask.apiKeys.disable(organization, strong.id);
    expect(await code(weak.apiKeys.enable(organization, strong.id))).toBe("FORBIDDEN");
  });

  test("is narrowed at once with the role of its creator, and follows it back", async () => {
    const { userId } = await member("Bob", "admin");
    const robot = world.machine((await bobs("Bob")).key);
    await robot.apiKeys.list(organization);
    await setRole(userId, "viewer");
    expect(await code(robot.apiKeys.list(organization))).toBe("INSUFFICIENT_SCOPE");
    await setRole(userId, "admin");
    await robot.apiKeys.list(organization);
  });

  test("is disabled or handed over when its creator leaves", async () => {
    const carol = await member("Carol", "admin");
    const dan = await member("Dan", "admin");
    const [first, second] = [await bobs("Carol"), await bobs("Dan")];
    const origin = { requestId: "test", ip: "127.0.0.1", userAgent: null };
    const actor = { kind: "user", userId: carol.userId, sessionId: "ses_x", origin } as const;
    const leave = (leaver: UserId, choice: KeysOfLeaver) =>
      world.app.db.write(async (tx) => {
        const leaving = { organizationId: organization as OrganizationId, userId: leaver, role: "admin", grants: null };
        await reassignOrDisableKeys(tx, actor, leaving, choice);
        await tx.delete(memberships).where(eq(memberships.userId, leaver));
      });
    await leave(dan.userId, { handOverTo: carol.userId, within: new Set(permissions) });
    await world.machine(second.key).apiKeys.list(organization);
    expect((await ada.bask.apiKeys.get(organization, second.id)).createdBy).toBe(carol.userId);
    await leave(carol.userId, "disable");
    for (const { id, key } of [first, second]) {
      expect(await code(world.machine(key).whoami())).toBe("INVALID_API_KEY");
      expect(await ada.bask.apiKeys.get(organization, id)).toMatchObject({ disabledBecause: "creator_left" });
    }
  });
});

const people = new Map<string, Person>();
async function member(name: string, role: "admin" | "viewer") {
  const person = await world.person(name);
  people.set(name, person);
  const userId = (await person.bask.me.get()).id as UserId;
  await world.app.db.write((tx) =>
    insertMembership(tx, {
      id: newId("mem", tx.now.getTime()),
      organizationId: organization as OrganizationId,
      userId,
      role,
      createdAt: tx.now,
    }),
  );
  return { userId };
}
const bobs = (name: string) =>
  people.get(name)!.bask.apiKeys.create(organization, { name: `${name}'s`, scopes: ["api-keys:*"] });
const setRole = (userId: UserId, role: "admin" | "viewer") =>
  world.app.db.write(async (tx) => {
    await tx.update(memberships).set({ role }).where(eq(memberships.userId, userId));
    await tx.invalidate({ topic: "organization", subject: organization });
  });
