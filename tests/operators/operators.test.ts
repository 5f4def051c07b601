import { beforeAll, describe, expect, test } from "bun:test";
import { appoint, appointConfigured, dismiss } from "../../src/operators/appointment";
import { codeOf } from "../support/authenticator";
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
  world = await openWorld({ config: { operatorEmails: ["root@example.com", "nobody@example.com"] } });
  [root, mary] = await Promise.all([world.person("Root"), world.person("Mary")]);
  await world.verify(root);
  await appointConfigured(world.app);
  rootSecret = (await root.bask.twoFactor.setUp({ password: root.password })).secret;
  await root.bask.twoFactor.verify({ code: codeOf(rootSecret, world.time) });
  marysId = (await mary.bask.users.me()).id;
  organization = (await mary.bask.organizations.create({ name: "Acme" })).id;
});

describe("an operator", () => {
  test("is made on the machine, of somebody whose address is confirmed, and is one until dismissed", async () => {
    await expectRefusal(mary.bask.admin.users(), "FORBIDDEN");
    expect(await appoint(world.app, mary.email)).toBe("has not confirmed the address");
    await world.verify(mary);
    expect(await appoint(world.app, mary.email)).toBe("appointed");
    expect(await appoint(world.app, mary.email)).toBe("was one already");
    await expectRefusal(mary.bask.admin.users(), "TWO_FACTOR_SETUP_REQUIRED");
    expect(await dismiss(world.app, mary.email)).toBe(true);
    await expectRefusal(mary.bask.admin.users(), "FORBIDDEN");
    await expectRefusal(world.visitor.admin.users(), "UNAUTHORIZED");
    expect((await mary.bask.auditLogs.mine({ action: "operator.*" })).data).toHaveLength(2);
  });

  test("acts only in a session that used the second factor", async () => {
    const tim = await world.person("Tim");
    await world.verify(tim);
    await appoint(world.app, tim.email);
    const before = await world.signIn(tim);
    const { secret } = await tim.bask.twoFactor.setUp({ password: tim.password });
    await tim.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    await expectRefusal(before.admin.users(), "UNAUTHORIZED");
    await tim.bask.admin.users();
    await dismiss(world.app, tim.email);
  });

  test("finds people and organizations, and sees no secret of theirs", async () => {
    const { data } = await root.bask.admin.users({ search: "mary@" });
    expect(data).toMatchObject([{ email: mary.email, suspendedAt: null }]);
    expect(JSON.stringify(data)).not.toMatch(/argon2|hash|secret/i);
    expect(await root.bask.admin.user(marysId)).toMatchObject({ organizations: [{ id: organization, role: "owner" }] });
    expect((await root.bask.admin.organizations({ search: "acm" })).data.map(({ id }) => id)).toEqual([organization]);
    expect(await root.bask.admin.organization(organization)).toMatchObject({ members: 1, apiKeys: 0 });
    expect((await root.bask.admin.auditLogs(organization)).data).not.toEqual([]);
    await expectRefusal(root.bask.admin.user("usr_nobody"), "NOT_FOUND");
  });

  test("suspends a person, whose sessions and keys are refused at once and come back whole", async () => {
    const { key } = await mary.bask.apiKeys.create(organization, { name: "Robot" });
    const robot = world.machine(key);
    await robot.whoami();
    const phone = await world.signIn(mary);
    await root.bask.admin.suspendUser(marysId, reason);
    await expectRefusal(phone.users.me(), "UNAUTHORIZED");
    await expectRefusal(mary.bask.users.me(), "UNAUTHORIZED");
    await expectRefusal(mary.bask.auth.refresh(), "INVALID_REFRESH_TOKEN");
    await expectRefusal(world.signIn(mary), "INVALID_CREDENTIALS");
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    await expectRefusal(root.bask.admin.suspendUser((await root.bask.users.me()).id, reason), "CONFLICT");
    await root.bask.admin.restoreUser(marysId, { reason: "A mistake" });
    await phone.users.me();
    await phone.auth.refresh();
    await robot.whoami();
    mary.bask = await world.signIn(mary);
    const { data } = await mary.bask.auditLogs.mine({ action: "user.*" });
    expect(data.slice(0, 2)).toMatchObject([
      { action: "user.restored", details: { reason: "A mistake" } },
      { action: "user.suspended", details: reason },
    ]);
  });

  test("suspends an organization for everybody in it, and lets it go on as it was", async () => {
    const adam = await world.person("Adam");
    await admit(world, organization, adam, "admin");
    const { key } = await adam.bask.apiKeys.create(organization, { name: "Robot" });
    const robot = world.machine(key);
    await robot.whoami();
    await root.bask.admin.suspendOrganization(organization, reason);
    for (const person of [mary, adam]) {
      await expectRefusal(person.bask.organizations.get(organization), "ORGANIZATION_SUSPENDED");
      await expectRefusal(person.bask.organizations.update(organization, { name: "New" }), "ORGANIZATION_SUSPENDED");
    }
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    await adam.bask.organizations.list();
    await root.bask.admin.restoreOrganization(organization, reason);
    await robot.organizations.get(organization);
    const { data } = await mary.bask.auditLogs.list(organization, { action: "organization.*" });
    expect(data[1]).toMatchObject({ action: "organization.suspended", details: reason });
  });

  test("ends sessions, resets a lost second factor, and puts an organization on a plan", async () => {
    await root.bask.admin.endSessions(marysId, reason);
    await expectRefusal(mary.bask.users.me(), "UNAUTHORIZED");
    mary.bask = await world.signIn(mary);
    const { secret } = await mary.bask.twoFactor.setUp({ password: mary.password });
    await mary.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    await root.bask.admin.resetTwoFactor(marysId, reason);
    await expectRefusal(mary.bask.users.me(), "UNAUTHORIZED");
    mary.bask = await world.signIn(mary);
    expect((await mary.bask.users.me()).twoFactorEnabled).toBe(false);
    expect(await root.bask.admin.setPlan(organization, { ...reason, plan: "pro" })).toMatchObject({ plan: "pro" });
    expect((await mary.bask.organizations.get(organization)).plan).toBe("pro");
  });
});
