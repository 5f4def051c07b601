import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Scope } from "../../src/sdk/client";
import { codeOf } from "../support/authenticator";
import { expectReason, expectRefusal, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let organization: string;

beforeAll(async () => {
  world = await openWorld({ config: { trustedProxies: ["127.0.0.1"] } });
  [olga, adam] = await Promise.all([world.person("Olga"), world.person("Adam")]);
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  await admit(world, organization, adam, "admin");
});

const later = (time: { days?: number; hours?: number }) =>
  new Date(world.time.now() + ((time.days ?? 0) * 24 + (time.hours ?? 0)) * 3_600_000).toISOString();

describe("a policy", () => {
  test("requires nothing at first, and is changed by members who may update the organization", async () => {
    expect(await adam.bask.policy.get(organization)).toMatchObject({ require2fa: null, allowedIps: null });
    await olga.bask.members.update(organization, (await olga.bask.members.list(organization)).data[1]!.id, {
      role: "member",
    });
    await expectRefusal(adam.bask.policy.get(organization), "FORBIDDEN");
    await expectRefusal(adam.bask.policy.update(organization, { allowedIps: null }), "FORBIDDEN");
  });

  test("is not changed by a member who loses the permission meanwhile; its changes are in the audit log", async () => {
    const { id } = (await olga.bask.members.list(organization)).data[1]!;
    const { write } = world.app.db;
    world.app.db.write = async (unit) => {
      world.app.db.write = write;
      await olga.bask.members.update(organization, id, { role: "member" });
      return write(unit);
    };
    await expectRefusal(adam.bask.policy.update(organization, { maxKeyLifetimeDays: 1 }), "FORBIDDEN");
    expect((await olga.bask.policy.update(organization, { keyCreators: ["owner"] })).maxKeyLifetimeDays).toBeNull();
    const { data } = await olga.bask.auditLogs.list(organization, { action: "policy.*" });
    const actorId = (await olga.bask.me.get()).id;
    expect(data).toMatchObject([{ actorId, details: { from: { keyCreators: null }, to: { keyCreators: ["owner"] } } }]);
  });

  test("that two admins change at once loses nothing: who made the change from an older one is told so", async () => {
    const { etag } = await adam.bask.policy.get(organization);
    const block = (person: Person, clientId: string, seen: { etag: string; blockedClients: string[] | null }) =>
      person.bask.policy.update(organization, {
        etag: seen.etag,
        blockedClients: [...(seen.blockedClients ?? []), clientId],
      });
    const seen = await olga.bask.policy.get(organization);
    const { won, lost } = await storm(10, (i) => block(i % 2 === 0 ? olga : adam, `cli_${i}`, seen));
    expect([won.length, new Set(lost)]).toEqual([1, new Set(["CONFLICT"])]);
    const [{ blockedClients: first }] = won as [(typeof won)[0]];
    await expectReason(block(adam, "cli_late", seen), "policy_changed");
    const { blockedClients } = await block(adam, "cli_late", await adam.bask.policy.get(organization));
    expect(blockedClients).toEqual([...first!, "cli_late"]);

    await storm(2, (i) =>
      i === 0
        ? olga.bask.policy.update(organization, { maxKeyLifetimeDays: 90 })
        : adam.bask.policy.update(organization, { maxSessionHours: 12 }),
    );
    const both = await olga.bask.policy.update(organization, { blockedClients: null });
    expect(both).toMatchObject({ maxKeyLifetimeDays: 90, maxSessionHours: 12, blockedClients: null });
    const before = { maxKeyLifetimeDays: null, maxSessionHours: null };
    expect((await olga.bask.policy.update(organization, { ...before, etag: both.etag })).etag).toBe(etag);
  });

  test("binds those who change it: no key, no member whom it keeps out, and no one keeps themselves out", async () => {
    const { key } = await adam.bask.apiKeys.create(organization, { name: "Robot", scopes: ["organization:update"] });
    const robot = world.machine(key);
    await expectRefusal(robot.policy.update(organization, { require2fa: null }), "UNAUTHORIZED");
    const now = later({});
    await expectRefusal(olga.bask.policy.update(organization, { require2fa: now }), "TWO_FACTOR_SETUP_REQUIRED");
    expect((await olga.bask.policy.get(organization)).require2fa).toBeNull();
    await olga.bask.policy.update(organization, { require2fa: later({ hours: 1 }) });
    world.time.pass({ hours: 1 });
    for (const person of [olga, adam]) person.bask = await world.signIn(person);
    await expectRefusal(adam.bask.policy.update(organization, { require2fa: null }), "TWO_FACTOR_SETUP_REQUIRED");
    await expectRefusal(robot.policy.update(organization, { require2fa: null }), "UNAUTHORIZED");
  });

  test("refuses members without two-factor authentication from its date on, and lists them before", async () => {
    const policy = await olga.bask.policy.update(organization, { require2fa: later({ hours: 1 }) });
    expect(policy.membersWithoutTwoFactor.map(({ email }) => email)).toEqual([olga.email, adam.email]);
    await adam.bask.organizations.get(organization);
    world.time.pass({ hours: 1 });
    for (const person of [olga, adam]) person.bask = await world.signIn(person);
    await expectRefusal(adam.bask.organizations.get(organization), "TWO_FACTOR_SETUP_REQUIRED");
    await adam.bask.organizations.list();

    const secret = (await adam.bask.twoFactor.setup({ password: adam.password })).secret;
    await adam.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    await adam.bask.organizations.get(organization);
    expect((await adam.bask.policy.get(organization)).membersWithoutTwoFactor.map(({ email }) => email)).toEqual([
      olga.email,
    ]);
  });

  test("accepts members and keys from its IP addresses only, and the owner from anywhere", async () => {
    const { key } = await olga.bask.apiKeys.create(organization, { name: "Robot" });
    await expectRefusal(adam.bask.policy.update(organization, { allowedIps: ["10.0.0.0/8"] }), "VALIDATION_ERROR");
    await adam.bask.policy.update(organization, { allowedIps: ["127.0.0.0/8"] });
    const statusFrom = async (ip: string, headers: Record<string, string>) =>
      (await world.fetch(`/organizations/${organization}`, { headers: { ...headers, "X-Forwarded-For": ip } })).status;
    const bearer = ({ bask }: Person) => ({ Authorization: `Bearer ${bask.tokens()!.accessToken}` });
    const everybody = [bearer(olga), bearer(adam), { "X-API-Key": key }];
    expect(await Promise.all(everybody.map((who) => statusFrom("127.0.0.9", who)))).toEqual([200, 200, 200]);
    expect(await Promise.all(everybody.map((who) => statusFrom("192.0.2.7", who)))).toEqual([200, 403, 403]);
  });

  test("limits which roles create keys", async () => {
    const maker = await olga.bask.apiKeys.create(organization, { name: "Maker", preset: "full-access" });
    await expectRefusal(olga.bask.policy.update(organization, { keyCreators: ["ownr"] }), "VALIDATION_ERROR");
    await olga.bask.policy.update(organization, { keyCreators: ["owner"] });
    await olga.bask.apiKeys.create(organization, { name: "Allowed" });
    await expectRefusal(adam.bask.apiKeys.create(organization, { name: "No" }), "FORBIDDEN");
    await expectRefusal(world.machine(maker.key).apiKeys.create(organization, { name: "No" }), "FORBIDDEN");
  });

  test("bounds the scopes and lifetime of keys, existing ones included", async () => {
    const { id, key } = await olga.bask.apiKeys.create(organization, {
      name: "Robot",
      scopes: ["members:read", "organization:read"],
    });
    const robot = world.machine(key);
    await robot.members.list(organization);
    await olga.bask.policy.update(organization, { allowedScopes: ["organization:*"], maxKeyLifetimeDays: 30 });
    await expectRefusal(robot.members.list(organization), "INSUFFICIENT_SCOPE");
    await robot.organizations.get(organization);
    const create = (input: object) => olga.bask.apiKeys.create(organization, { name: "New", ...input });
    const give = (scopes: Scope[]) => olga.bask.apiKeys.update(organization, id, { scopes });
    await expectRefusal(create({ scopes: ["members:read"] }), "VALIDATION_ERROR");
    await expectRefusal(give(["members:read"]), "VALIDATION_ERROR");
    await expectRefusal(give(["*"]), "VALIDATION_ERROR");
    expect((await give(["organization:read", "organization:update"])).scopes).toHaveLength(2);
    await expectRefusal(create({ scopes: ["organization:read"], expiresInDays: 31 }), "VALIDATION_ERROR");
    expect((await create({ scopes: ["organization:read"] })).expiresAt).toBe(later({ days: 30 }));
    await expectRefusal(olga.bask.policy.update(organization, { allowedScopes: ["odd" as Scope] }), "VALIDATION_ERROR");

    world.time.pass({ days: 30 });
    await expectRefusal(robot.organizations.get(organization), "INVALID_API_KEY");
    olga.bask = await world.signIn(olga);
    await olga.bask.policy.update(organization, { maxKeyLifetimeDays: null });
    await robot.organizations.get(organization);
  });
});
