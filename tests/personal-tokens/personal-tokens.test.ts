import { beforeAll, describe, expect, test } from "bun:test";
import { expectReason, expectRefusal, refusalOf, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let bea: Person;
let engines: string;
let looms: string;
beforeAll(async () => {
  world = await openWorld();
  [ada, bea] = await Promise.all([world.person("Ada"), world.person("Bea")]);
  engines = (await ada.bask.organizations.create({ name: "Engines" })).id;
  looms = (await bea.bask.organizations.create({ name: "Looms" })).id;
});

let people = 0;
/** Someone new who belongs to an organization in a role. */
async function member(role: string, organization = engines): Promise<Person & { memberId: string }> {
  const person = await world.person(`Member${++people}`);
  return { ...person, memberId: await admit(world, organization, person, role) };
}

const create = (person: Person, input: object = {}) =>
  person.bask.personalTokens.create({ name: "Laptop", scopes: ["*"], ...input });
const isRefused = async (call: Promise<unknown>) => (await refusalOf(call)).code;

describe("a personal access token", () => {
  test("acts for its user where they belong, within its scopes and what they may do there", async () => {
    const carl = await member("viewer");
    await admit(world, looms, carl, "admin");
    const { token } = await create(carl, { scopes: ["members:*", "usage:read"] });
    expect(token).toMatch(/^bsp_[0-9A-Za-z]{36}$/);
    const laptop = world.machine(token);
    expect((await laptop.members.list(engines)).data.length).toBeGreaterThan(1);
    expect(await isRefused(laptop.usage.get(engines))).toBe("INSUFFICIENT_SCOPE"); // a viewer may not
    expect((await laptop.usage.get(looms)).total).toBeDefined();
    expect(await isRefused(laptop.organizations.get(looms))).toBe("INSUFFICIENT_SCOPE"); // not in its scopes
    const who = await laptop.whoami();
    expect(who).toMatchObject({ type: "personal_token", scopes: ["members:*", "usage:read"] });
    const { organizations } = who as Extract<typeof who, { type: "personal_token" }>;
    expect(new Set(organizations.map(({ organizationId }) => organizationId))).toEqual(new Set([engines, looms]));
  });

  test("of one organization reaches no other, and of all also one that is joined later", async () => {
    const carl = await member("admin");
    const one = world.machine((await create(carl, { organizationId: engines })).token);
    const all = world.machine((await create(carl)).token);
    await Promise.all([one, all].map((token) => token.members.list(engines)));
    for (const token of [one, all]) await expectRefusal(token.members.list(looms), "NOT_FOUND");
    await admit(world, looms, carl, "viewer");
    await all.members.list(looms);
    await expectRefusal(one.members.list(looms), "NOT_FOUND");
    await expectRefusal(create(carl, { organizationId: "org_00000000000000000000000000" }), "NOT_FOUND");
  });

  test("creates no credential and changes nothing about how its user signs in, whatever its scopes", async () => {
    const { id: keyId } = await ada.bask.apiKeys.create(engines, { name: "Robot" });
    const { id, token } = await create(ada);
    const laptop = world.machine(token);
    const denied = "INSUFFICIENT_SCOPE";
    expect(await isRefused(laptop.apiKeys.create(engines, { name: "Child" }))).toBe(denied);
    expect(await isRefused(laptop.apiKeys.rotate(engines, keyId, {}))).toBe(denied);
    expect(await isRefused(laptop.apiKeys.update(engines, keyId, { name: "Mine" }))).toBe(denied);
    const trust = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };
    expect(await isRefused(laptop.workloadIdentity.createTrust(engines, keyId, trust))).toBe(denied);
    for (const call of [
      () => laptop.personalTokens.create({ name: "Child" }),
      () => laptop.personalTokens.rotate(id, {}),
      () => laptop.personalTokens.update(id, { scopes: ["*"] }),
      () => laptop.memberTokens.approve(engines, id),
      () => laptop.me.get(),
      () => laptop.me.update({ fullName: "Eve" }),
      () => laptop.me.changePassword({ newPassword: "another long password" }),
      () => laptop.me.changeEmail({ email: "eve@example.com" }),
      () => laptop.me.delete({}),
      () => laptop.passkeys.getCreationOptions({}),
      () => laptop.sessions.list(),
      () => laptop.policy.update(engines, { maxSessionHours: null }),
    ])
      expect(await isRefused(call())).toBe("UNAUTHORIZED");
    await laptop.apiKeys.revoke(engines, keyId); // ending one is allowed
  });

  test("is refused scopes that it could never use, and unknown ones", async () => {
    for (const scopes of [
      ["api-keys:create"],
      ["members:read", "api-keys:update"],
      ["personal-tokens:approve"],
      ["x:y"],
      [],
    ])
      await expectRefusal(create(ada, { scopes }), "VALIDATION_ERROR");
    const { scopes } = await create(ada, { scopes: undefined, preset: "full-access" });
    expect(scopes).not.toContain("api-keys:create");
    expect(scopes).toContain("api-keys:delete");
  });

  test("can be narrowed, rotated and revoked by its user only, and each holds at the next request", async () => {
    const { id, token } = await create(ada, { expiresInDays: 10 });
    const laptop = world.machine(token);
    await laptop.members.list(engines);
    for (const call of [
      () => bea.bask.personalTokens.get(id),
      () => bea.bask.personalTokens.update(id, { name: "Mine" }),
      () => bea.bask.personalTokens.rotate(id, {}),
      () => bea.bask.personalTokens.revoke(id),
    ])
      await expectRefusal(call(), "NOT_FOUND");
    await ada.bask.personalTokens.update(id, { scopes: ["usage:read"] });
    expect(await isRefused(laptop.members.list(engines))).toBe("INSUFFICIENT_SCOPE");
    const next = await ada.bask.personalTokens.rotate(id, { overlap: 0.5 });
    expect(next).toMatchObject({ scopes: ["usage:read"], name: "Laptop" });
    await expectReason(ada.bask.personalTokens.rotate(id, {}), "token_rotated");
    await Promise.all([token, next.token].map((text) => world.machine(text).usage.get(engines)));
    world.time.pass({ hours: 13 });
    await expectReason(laptop.usage.get(engines), "token_expired");
    ada.bask = await world.signIn(ada);
    bea.bask = await world.signIn(bea);
    await ada.bask.personalTokens.revoke(next.id);
    await expectReason(world.machine(next.token).usage.get(engines), "token_revoked");
    await expectReason(ada.bask.personalTokens.update(next.id, { name: "Again" }), "token_ended");
  });

  test("asks for the identity of its user again, unless they have just signed in", async () => {
    const carl = await member("viewer");
    world.time.pass({ minutes: 11 });
    await expectRefusal(create(carl), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(create(carl, { password: "wrong password" }), "INVALID_CREDENTIALS");
    const { id } = await create(carl, { password: carl.password });
    await expectRefusal(carl.bask.personalTokens.rotate(id, {}), "REAUTHENTICATION_REQUIRED");
    await expectRefusal(carl.bask.personalTokens.update(id, { scopes: ["*"] }), "REAUTHENTICATION_REQUIRED");
    await carl.bask.personalTokens.revoke(id);
    ada.bask = await world.signIn(ada);
    bea.bask = await world.signIn(bea);
  });

  test("can be used only from its IP addresses, and its uses are counted", async () => {
    const elsewhere = await create(ada, { allowedIps: ["192.0.2.0/24"] });
    await expectReason(world.machine(elsewhere.token).whoami(), "key_ip_not_allowed");
    const here = await create(ada, { allowedIps: ["127.0.0.0/8"] });
    for (let i = 0; i < 3; i++) await world.machine(here.token).members.list(engines);
    await world.app.usage.save();
    expect(await ada.bask.personalTokens.get(here.id)).toMatchObject({ usageCount: 3, lastUsedIp: "127.0.0.1" });
  });

  test("shares the limit of one key with all other tokens of its user", async () => {
    const carl = await member("viewer");
    const tokens = [world.machine((await create(carl)).token), world.machine((await create(carl)).token)];
    const { won, lost } = await storm(130, (i) => tokens[i % 2]!.whoami());
    expect([won.length, new Set(lost)]).toEqual([100, new Set(["RATE_LIMITED"])]); // a minute of the free plan
    expect((await refusalOf(tokens[0]!.whoami())).reason as string).toBe("user");
  });

  test("shows its user, and no one else, what it was used for, by minute, hour and day", async () => {
    const carl = await member("viewer");
    const { id, token } = await create(carl, { scopes: ["members:read"] });
    const laptop = world.machine(token);
    const { token: derived } = await laptop.apiKeys.derive({ scopes: ["members:read"], expiresIn: 600 });
    await world.machine(derived).members.list(engines);
    await expectRefusal(laptop.roles.list(engines), "INSUFFICIENT_SCOPE");
    await world.app.usage.save();
    for (const step of ["minute", "hour", "day"] as const) {
      const usage = await carl.bask.personalTokens.getUsage(id, { step });
      expect([usage.total, usage.data.length]).toEqual([{ ok: 2, limited: 0, denied: 1 }, 1]);
    }
    await expectRefusal(bea.bask.personalTokens.getUsage(id), "NOT_FOUND");
  });

  test("expires after 90 days unless told otherwise, and its user hears of it before, once", async () => {
    const { announceExpiringTokens } = await import("../../src/personal-tokens/expiry");
    const carl = await member("viewer");
    const { expiresAt } = await create(carl);
    expect(new Date(expiresAt!).getTime() - world.time.now()).toBeGreaterThan(89 * 86_400_000);
    expect((await create(carl, { expiresAt: null })).expiresAt).toBeNull();
    world.time.pass({ days: 84 });
    await announceExpiringTokens(world.app);
    await announceExpiringTokens(world.app);
    const notices = (await world.emailsTo(carl.email)).filter(({ template }) => template === "personal-token-expires");
    expect(notices).toHaveLength(1);
    ada.bask = await world.signIn(ada);
    bea.bask = await world.signIn(bea);
  });

  test("at most fifty at once, also when they are asked for at once", async () => {
    const carl = await member("viewer");
    const { won, lost } = await storm(55, () => create(carl));
    expect([won.length, new Set(lost)]).toEqual([50, new Set(["PLAN_LIMIT_REACHED"])]);
  });
});

describe("an organization", () => {
  test("sees the tokens that reach it, not from where they are used, and ends their access there for good", async () => {
    const carl = await member("admin");
    await admit(world, looms, carl, "viewer");
    const { id, token } = await create(carl, { scopes: ["members:read"] });
    const seen = (await ada.bask.memberTokens.list(engines, { limit: 100 })).data.find((each) => each.id === id)!;
    expect(seen).toMatchObject({ name: "Laptop", email: carl.email, reachesAll: true, permissions: ["members:read"] });
    expect(Object.keys(seen)).not.toContain("lastUsedIp");
    await expectRefusal(bea.bask.memberTokens.end(engines, id), "NOT_FOUND");
    const dan = await member("member");
    await expectRefusal(dan.bask.memberTokens.list(engines), "FORBIDDEN");
    await expectRefusal(dan.bask.memberTokens.end(engines, id), "FORBIDDEN");
    const laptop = world.machine(token);
    await laptop.members.list(engines);
    await ada.bask.memberTokens.end(engines, id);
    await expectReason(laptop.members.list(engines), "token_ended");
    await laptop.members.list(looms);
    const next = await carl.bask.personalTokens.rotate(id, {});
    await expectReason(world.machine(next.token).members.list(engines), "token_ended");
    expect((await ada.bask.memberTokens.list(engines, { limit: 100 })).data.map(({ id }) => id)).not.toContain(next.id);
    expect((await world.emailsTo(carl.email)).at(-1)!.template).toBe("personal-token-ended");
  });

  test("refuses tokens, demands approval and bounds their life and networks by its policy", async () => {
    const owner = await world.person("Olga");
    const { id } = await owner.bask.organizations.create({ name: "Strict" });
    const eve = await member("admin", id);
    const token = await create(eve);
    const laptop = world.machine(token.token);
    await laptop.members.list(id);

    await owner.bask.policy.update(id, { personalTokens: "refused" });
    await expectReason(laptop.members.list(id), "token_refused");
    await expectReason(create(eve, { organizationId: id }), "token_refused");

    await owner.bask.policy.update(id, { personalTokens: "approval" });
    await expectReason(laptop.members.list(id), "token_awaits_approval");
    await owner.bask.memberTokens.approve(id, token.id);
    await laptop.members.list(id);
    await eve.bask.personalTokens.update(token.id, { scopes: ["members:read"] });
    await laptop.members.list(id); // narrower needs no new approval
    await eve.bask.personalTokens.update(token.id, { scopes: ["members:*"] });
    await expectReason(laptop.members.list(id), "token_awaits_approval");
    const asked = (await world.emailsTo(owner.email)).filter(({ template }) => template === "personal-token-requested");
    expect(asked).toHaveLength(1);

    await owner.bask.policy.update(id, { personalTokens: null, maxPersonalTokenDays: 1 });
    await laptop.members.list(id);
    await expectRefusal(create(eve, { organizationId: id, expiresInDays: 2 }), "VALIDATION_ERROR");
    await owner.bask.policy.update(id, { allowedIps: ["127.0.0.1"] });
    await laptop.members.list(id);
    world.time.pass({ hours: 25 });
    await expectReason(laptop.members.list(id), "token_too_old");
    ada.bask = await world.signIn(ada);
    bea.bask = await world.signIn(bea);
  });

  test("that does not allow a way of signing in does not allow the tokens that were created with it", async () => {
    const owner = await world.person("Oleg");
    const { id } = await owner.bask.organizations.create({ name: "Passkeys only" });
    const eve = await member("admin", id);
    const laptop = world.machine((await create(eve)).token);
    await owner.bask.policy.update(id, { allowedMethods: ["passkey"] });
    await expectReason(laptop.members.list(id), "token_method_not_allowed");
    await expectReason(create(eve, { organizationId: id }), "method_not_allowed");
  });

  test("has lost nothing to tokens of members who left, also when they come back", async () => {
    const carl = await member("admin");
    const laptop = world.machine((await create(carl)).token);
    await laptop.members.list(engines);
    await ada.bask.members.remove(engines, carl.memberId);
    await expectRefusal(laptop.members.list(engines), "NOT_FOUND");
    await admit(world, engines, carl, "viewer");
    await expectReason(laptop.members.list(engines), "token_ended");
    await world.machine((await create(carl)).token).members.list(engines);
  });

  test("reads in its audit log which token of whom did what", async () => {
    const { id, token } = await create(ada, { organizationId: engines });
    await world.machine(token).organizations.update(engines, { name: "Analytical Engines" });
    const { data } = await ada.bask.auditLogs.list(engines);
    const event = data.find(({ action }) => action === "organization.updated")!;
    expect(event).toMatchObject({
      actorType: "personal_token",
      actorId: id,
      actorName: "Laptop (Ada Example)",
      actorEmail: ada.email,
    });
    expect(data.some(({ action, targetId }) => action === "personal_token.created" && targetId === id)).toBe(true);
  });
});

describe("wherever keys are known", () => {
  test("a leaked token is revoked by whoever holds it, wherever it stands in a text, and its user hears of it", async () => {
    const carl = await member("viewer");
    const { token } = await create(carl);
    expect(await world.visitor.apiKeys.revokeLeaked({ key: `TOKEN="${token}"` })).toEqual({ revoked: true });
    expect(await world.visitor.apiKeys.revokeLeaked({ key: token })).toEqual({ revoked: false });
    await expectReason(world.machine(token).whoami(), "token_revoked");
    expect((await world.emailsTo(carl.email)).at(-1)!.template).toBe("personal-token-leaked");
    const log = await carl.bask.me.listAuditLogs();
    expect(log.data[0]!.action).toBe("personal_token.leaked");
  });

  test("another service that verifies one hears for whom it acts and what it may do where it asks", async () => {
    const gateway = world.machine(
      (await ada.bask.apiKeys.create(engines, { name: "Gateway", scopes: ["api-keys:verify"] })).key,
    );
    const carl = await member("viewer");
    const { id, token } = await create(carl, { scopes: ["members:*"] });
    const userId = (await carl.bask.me.get()).id;
    expect(await gateway.apiKeys.verify({ key: token })).toEqual({ valid: false, code: "ORGANIZATION_REQUIRED" });
    const asked = { key: token, organizationId: engines };
    expect(await gateway.apiKeys.verify(asked)).toMatchObject({
      valid: true,
      keyId: id,
      userId,
      organizationId: engines,
      permissions: ["members:read"],
    });
    const code = async (more: object) => (await gateway.apiKeys.verify({ ...asked, ...more })).code;
    expect(await code({ permission: "members:remove" })).toBe("INSUFFICIENT_SCOPE");
    expect(await code({ organizationId: looms })).toBe("ORGANIZATION_NOT_ALLOWED");
    const one = await create(carl, { organizationId: engines });
    expect(await gateway.apiKeys.verify({ key: one.token })).toMatchObject({ valid: true, organizationId: engines });
    await carl.bask.personalTokens.revoke(id);
    expect(await code({})).toBe("REVOKED");
  });

  test("a suspended or deleted user has no token that works", async () => {
    const [carl, dan] = [await world.person("Carl"), await world.person("Dan")];
    const [first, second] = [await create(carl), await create(dan)];
    await world.machine(first.token).whoami();
    await carl.bask.me.delete({});
    await expectReason(world.machine(first.token).whoami(), "unknown_token");
    const { setUserSuspended } = await import("../../src/operators/operators.sql");
    const danId = (await dan.bask.me.get()).id as never;
    await world.machine(second.token).whoami();
    await world.app.db.write((tx) => setUserSuspended(tx, danId, true));
    await expectReason(world.machine(second.token).whoami(), "token_owner_suspended");
  });
});
