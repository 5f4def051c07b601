import { beforeAll, describe, expect, test } from "bun:test";
import { alertAboutUse } from "../../src/api-keys/alerts";
import { pruneAudit } from "../../src/audit/retention";
import { grantConfiguredOperators, grantOperator, revokeOperator } from "../../src/operators/operators";
import { prune } from "../../src/pruning";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let root: Person;
let rootSecret: string;
let mary: Person;
let marysId: string;
let organization: string;
const reason = { reason: "Because a court asked for it" };

beforeAll(async () => {
  world = await openWorld({ config: { operatorEmails: ["root@example.com", "missing@example.com"] } });
  [root, mary] = await Promise.all([world.person("Root"), world.person("Mary")]);
  await world.verify(root);
  await grantConfiguredOperators(world.app);
  rootSecret = (await root.bask.twoFactor.setup({ password: root.password })).secret;
  await root.bask.twoFactor.verify({ code: codeOf(rootSecret, world.time) });
  marysId = (await mary.bask.me.get()).id;
  organization = (await mary.bask.organizations.create({ name: "Acme" })).id;
});

describe("an operator", () => {
  test("is granted on the machine to a user with a verified email, until it is revoked", async () => {
    await expectRefusal(mary.bask.admin.users.list(), "FORBIDDEN");
    expect(await grantOperator(world.app, mary.email)).toBe("email not verified");
    await world.verify(mary);
    expect(await grantOperator(world.app, mary.email)).toBe("granted");
    expect(await grantOperator(world.app, mary.email)).toBe("already an operator");
    await expectRefusal(mary.bask.admin.users.list(), "TWO_FACTOR_SETUP_REQUIRED");
    expect(await revokeOperator(world.app, mary.email)).toBe(true);
    await expectRefusal(mary.bask.admin.users.list(), "FORBIDDEN");
    await expectRefusal(world.visitor.admin.users.list(), "UNAUTHORIZED");
    expect((await mary.bask.me.listAuditLogs({ action: "operator.*" })).data).toHaveLength(2);
  });

  test("is never a user who only registered the email, even where emails are not verified", async () => {
    const quiet = await openWorld({ config: { emailVerification: "off", operatorEmails: ["root@example.com"] } });
    const squatter = await quiet.person("Root");
    await grantConfiguredOperators(quiet.app);
    await expectRefusal(squatter.bask.admin.users.list(), "FORBIDDEN");
    const email = "elsewhere@example.com";
    await squatter.bask.me.changeEmail({ email });
    await squatter.bask.auth.verifyEmail({ token: await quiet.tokenTo(email, "change-email") });
    await quiet.visitor.auth.undoEmailChange({ token: await quiet.tokenTo("root@example.com", "email-changed") });
    expect(await grantOperator(quiet.app, "root@example.com")).toBe("email not verified");
    await quiet.close();
  });

  test("acts only in a session that used two-factor authentication", async () => {
    const tim = await world.person("Tim");
    await world.verify(tim);
    await grantOperator(world.app, tim.email);
    const before = await world.signIn(tim);
    const { secret } = await tim.bask.twoFactor.setup({ password: tim.password });
    await tim.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    await expectRefusal(before.admin.users.list(), "UNAUTHORIZED");
    await tim.bask.admin.users.list();
    await revokeOperator(world.app, tim.email);
  });

  test("finds users and organizations, and sees none of their secrets", async () => {
    const { data } = await root.bask.admin.users.list({ search: "mary@" });
    expect(data).toMatchObject([{ email: mary.email, suspendedAt: null }]);
    expect(JSON.stringify(data)).not.toMatch(/argon2|hash|secret/i);
    expect(await root.bask.admin.users.get(marysId)).toMatchObject({
      organizations: [{ id: organization, role: "owner" }],
    });
    expect((await root.bask.admin.organizations.list({ search: "acm" })).data.map(({ id }) => id)).toEqual([
      organization,
    ]);
    expect(await root.bask.admin.organizations.get(organization)).toMatchObject({ members: 1, apiKeys: 0 });
    expect((await root.bask.admin.organizations.listAuditLogs(organization)).data).not.toEqual([]);
    await expectRefusal(root.bask.admin.users.get("usr_missing"), "NOT_FOUND");
  });

  test("suspends a user: sessions and keys are refused at once, and work again when restored", async () => {
    const { key } = await mary.bask.apiKeys.create(organization, { name: "Robot" });
    const robot = world.machine(key);
    await robot.whoami();
    const phone = await world.signIn(mary);
    const tokens = phone.tokens()!;
    await root.bask.admin.users.suspend(marysId, reason);
    await expectRefusal(phone.me.get(), "UNAUTHORIZED");
    await expectRefusal(mary.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(mary.bask.auth.refresh(), "INVALID_REFRESH_TOKEN");
    await expectRefusal(world.signIn(mary), "INVALID_CREDENTIALS");
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    await expectRefusal(root.bask.admin.users.suspend((await root.bask.me.get()).id, reason), "CONFLICT");
    await root.bask.admin.users.restore(marysId, { reason: "A mistake" });
    const resumed = createClient({ url: world.url, tokens });
    await resumed.me.get();
    await resumed.auth.refresh();
    await robot.whoami();
    mary.bask = await world.signIn(mary);
    const { data } = await mary.bask.me.listAuditLogs({ action: "user.*" });
    expect(data.slice(0, 2)).toMatchObject([
      { action: "user.restored", details: { reason: "A mistake" } },
      { action: "user.suspended", details: reason },
    ]);
  });

  test("suspends an organization for all of its members and keys, and restores it as it was", async () => {
    const adam = await world.person("Adam");
    await admit(world, organization, adam, "admin");
    const { key } = await adam.bask.apiKeys.create(organization, { name: "Robot" });
    const robot = world.machine(key);
    await robot.whoami();
    await root.bask.admin.organizations.suspend(organization, reason);
    for (const person of [mary, adam]) {
      await expectRefusal(person.bask.organizations.get(organization), "ORGANIZATION_SUSPENDED");
      await expectRefusal(person.bask.organizations.update(organization, { name: "New" }), "ORGANIZATION_SUSPENDED");
    }
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    await adam.bask.organizations.list();
    await root.bask.admin.organizations.restore(organization, reason);
    await robot.organizations.get(organization);
    const { data } = await mary.bask.auditLogs.list(organization, { action: "organization.*" });
    expect(data[1]).toMatchObject({ action: "organization.suspended", details: reason });
  });

  test("leaves no trace of where they work in the logs of others, and all of it in their own", async () => {
    await root.bask.admin.users.endSessions(marysId, reason);
    mary.bask = await world.signIn(mary);
    await root.bask.admin.organizations.setPlan(organization, { ...reason, plan: "free" });
    const operator = { actorType: "operator", actorId: (await root.bask.me.get()).id, ip: null, userAgent: null };
    const [ended] = (await mary.bask.me.listAuditLogs({ action: "session.all_ended" })).data;
    const [changed] = (await mary.bask.auditLogs.list(organization, { action: "organization.plan_changed" })).data;
    expect([ended, changed]).toMatchObject([operator, operator]);
    const own = (await root.bask.me.listAuditLogs({ action: "operator.acted" })).data;
    expect(own.slice(0, 2)).toMatchObject([
      { ip: "127.0.0.1", targetId: organization, details: { ...reason, action: "organization.plan_changed" } },
      { ip: "127.0.0.1", targetId: marysId, details: { ...reason, action: "session.all_ended" } },
    ]);
  });

  test("ends sessions, resets a lost second factor, and sets an organization's plan", async () => {
    await root.bask.admin.users.endSessions(marysId, reason);
    await expectRefusal(mary.bask.me.get(), "UNAUTHORIZED");
    mary.bask = await world.signIn(mary);
    const { secret } = await mary.bask.twoFactor.setup({ password: mary.password });
    await mary.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    await root.bask.admin.users.resetTwoFactor(marysId, reason);
    expect((await world.emailsTo(mary.email)).at(-1)!.template).toBe("two-factor-off");
    await expectRefusal(mary.bask.me.get(), "UNAUTHORIZED");
    mary.bask = await world.signIn(mary);
    expect((await mary.bask.me.get()).twoFactorEnabled).toBe(false);
    expect(await root.bask.admin.organizations.setPlan(organization, { ...reason, plan: "pro" })).toMatchObject({
      plan: "pro",
    });
    expect((await mary.bask.organizations.get(organization)).plan).toBe("pro");
  });

  test("gives an organization limits of its own in place of its plan's, from the next request on", async () => {
    const { id } = await mary.bask.organizations.create({ name: "Bespoke" });
    const { key, id: keyId } = await mary.bask.apiKeys.create(id, { name: "Robot", environment: "test" });
    const policy = async (of: string) =>
      (await world.fetch("/api/v1/whoami", { headers: { "X-API-Key": of } })).headers.get("ratelimit-policy");
    const setPlan = (plan: "pro" | "enterprise", overrides?: object) =>
      root.bask.admin.organizations.setPlan(id, { ...reason, plan, ...(overrides && { overrides }) });
    expect(await policy(key)).toBe('"minute";q=10;w=60, "hour";q=200;w=3600, "day";q=1000;w=86400');

    const overrides = { perKey: { minute: 55 }, activeKeys: 1, members: 1, sessions: 2, usageHistory: 1 };
    expect(await setPlan("enterprise", overrides)).toMatchObject({ plan: "enterprise", planOverrides: overrides });
    expect(await policy(key)).toBe('"minute";q=6;w=60, "hour";q=20000;w=3600, "day";q=200000;w=86400');
    expect(await mary.bask.plan.get(id)).toEqual({
      plan: "enterprise",
      perKey: { minute: 55, hour: 200_000, day: 2_000_000 },
      perOrganization: { minute: 55, hour: 200_000, day: 2_000_000 },
      verifications: 600_000,
      activeKeys: { limit: 1, used: 1 },
      members: { limit: 1, used: 1 },
      sessions: 2,
      usageHistory: 1,
      auditHistory: 2_555,
      webhooks: { limit: 100, used: 0 },
    });
    await expectRefusal(mary.bask.apiKeys.create(id, { name: "Second" }), "PLAN_LIMIT_REACHED");
    await expectRefusal(mary.bask.apiKeys.update(id, keyId, { rateLimit: 56 }), "VALIDATION_ERROR");
    const invite = mary.bask.invitations.create(id, { email: "guest@example.com", role: "viewer" });
    await expectRefusal(invite, "PLAN_LIMIT_REACHED");
    const [event] = (await mary.bask.auditLogs.list(id, { action: "organization.plan_changed" })).data;
    expect(event!.details).toEqual({ ...reason, plan: "enterprise", overrides });

    await setPlan("pro", { perKey: { minute: 2_000 }, activeKeys: 60 });
    expect(await mary.bask.plan.get(id)).toMatchObject({
      perKey: { minute: 2_000, hour: 20_000 },
      activeKeys: { limit: 60 },
    });
    expect(await policy(key)).toStartWith('"minute";q=200;');
    await setPlan("pro");
    expect(await mary.bask.plan.get(id)).toMatchObject({ perKey: { minute: 1_000 }, activeKeys: { limit: 50 } });
    expect(await setPlan("enterprise")).toMatchObject({ planOverrides: null });
    expect((await mary.bask.plan.get(id)).perKey.minute).toBe(10_000);
  });

  test("cannot set limits that are not valid", async () => {
    for (const overrides of [
      { members: 0 },
      { sessions: 1.5 },
      { auditHistory: 4_000 },
      { perKey: { week: 1 } },
      { seats: 5 },
    ]) {
      const input = { ...reason, plan: "enterprise" as const, overrides: overrides as object };
      await expectRefusal(root.bask.admin.organizations.setPlan(organization, input), "VALIDATION_ERROR");
    }
  });

  test("bounds sessions and history by an organization's own limits", async () => {
    const olga = await world.person("Olga");
    const { id } = await olga.bask.organizations.create({ name: "Short memory" });
    const { key, id: keyId } = await olga.bask.apiKeys.create(id, { name: "Robot", environment: "test" });
    const setPlan = (overrides: object) =>
      root.bask.admin.organizations.setPlan(id, { ...reason, plan: "enterprise", overrides });
    await root.bask.admin.organizations.setPlan(organization, { ...reason, plan: "enterprise" });
    await setPlan({ sessions: 11, perKey: { day: 10 }, usageHistory: 3, auditHistory: 3 });
    for (let i = 0; i < 11; i++) olga.bask = await world.signIn(olga);
    expect((await olga.bask.sessions.list()).data).toHaveLength(11);

    await world.machine(key).whoami();
    await world.app.usage.save();
    await alertAboutUse(world.app);
    expect((await world.emailsTo(olga.email)).map(({ template }) => template)).toContain("key-near-limit");

    world.time.pass({ days: 5 });
    await prune(world.app);
    await pruneAudit(world.app);
    olga.bask = await world.signIn(olga);
    const from = new Date(world.time.now() - 9 * 86_400_000).toISOString();
    expect((await olga.bask.apiKeys.getUsage(id, keyId, { step: "day", from })).data).toEqual([]);
    expect((await olga.bask.auditLogs.list(id)).data).toEqual([]);
    mary.bask = await world.signIn(mary);
    expect((await mary.bask.auditLogs.list(organization)).data).not.toEqual([]);
  });
});
