import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { OrganizationId, UserId } from "../../src/ids";
import { setEntitlements, setUserSuspended } from "../../src/operators/operators.sql";
import { expectReason, expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let grace: Person;
let organization: OrganizationId;
let adams: string;

beforeAll(async () => {
  world = await openWorld();
  [olga, adam, grace] = (await Promise.all(["Olga", "Adam", "Grace"].map((name) => world.person(name)))) as [
    Person,
    Person,
    Person,
  ];
  await world.verify(grace);
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id as OrganizationId;
  adams = await admit(world, organization, adam, "admin");
  world.time.pass({ hours: 2 });
  for (const person of [olga, adam, grace]) await person.bask.auth.refresh();
});

const inviteGrace = (by: Person, role = "admin") =>
  by.bask.invitations.create(organization, { email: grace.email, role });
const tokenOfGrace = () => world.tokenTo(grace.email, "invitation");
const accept = async (token?: string) =>
  (await grace.bask.invitations.accept({ token: token ?? (await tokenOfGrace()) })).role;
const statuses = async () =>
  (await olga.bask.invitations.list(organization)).data.map(({ role, status }) => `${role} ${status}`).sort();

describe("an invitation", () => {
  test("is canceled when its inviter is removed or leaves: it frees its seat, and another one is sent", async () => {
    await inviteGrace(adam);
    const token = await tokenOfGrace();
    const seats = (await olga.bask.plan.get(organization)).members.used;
    await olga.bask.members.remove(organization, adams);
    expect((await olga.bask.plan.get(organization)).members.used).toBe(seats - 2);
    await expectReason(accept(token), "invitation_closed");
    expect(await statuses()).toEqual(["admin canceled"]);
    expect((await grace.bask.me.listInvitations()).data).toEqual([]);
    await inviteGrace(olga);
    expect(await accept()).toBe("admin");

    await grace.bask.invitations.create(organization, { email: "guest@example.com" });
    await grace.bask.organizations.leave(organization);
    expect(await statuses()).toEqual(["admin accepted", "admin canceled", "member canceled"]);
    const { data } = await olga.bask.auditLogs.list(organization, { action: "invitation.canceled" });
    expect(data.map(({ details }) => details.reason)).toEqual(Array(2).fill("inviter_lost_permission"));
  });

  test("is canceled when its inviter may no longer give its role, and only then", async () => {
    await olga.bask.roles.create(organization, {
      name: "recruiter",
      permissions: ["invitations:*", "organization:read"],
    });
    await olga.bask.roles.create(organization, { name: "reader", permissions: ["organization:read"] });
    await inviteGrace(adam, "admin");
    await adam.bask.invitations.create(organization, { email: "reader@example.com", role: "reader" });
    await olga.bask.members.update(organization, adams, { role: "recruiter" });
    expect(await statuses()).toEqual(["admin canceled", "reader pending"]);
    await olga.bask.roles.update(organization, "reader", { permissions: ["members:read"] });
    expect(await statuses()).toEqual(["admin canceled", "reader canceled"]);

    await olga.bask.ownershipTransfer.create(organization, {
      memberId: await admit(world, organization, grace, "member"),
    });
    await olga.bask.roles.create(organization, { name: "closer", permissions: ["organization:delete"] });
    await olga.bask.invitations.create(organization, { email: "closer@example.com", role: "closer" });
    await grace.bask.ownershipTransfer.accept(organization);
    expect(await statuses()).toContain("closer canceled");
  });

  test("belongs to the member who sent it again", async () => {
    const { id } = await inviteGrace(adam);
    const resent = await olga.bask.invitations.resend(organization, id);
    expect(resent.inviterId).toBe((await olga.bask.me.get()).id);
    await olga.bask.members.remove(organization, adams);
    expect(await accept()).toBe("admin");
  });

  test("is sent again only by members who may give its role", async () => {
    const { id } = await inviteGrace(olga);
    await olga.bask.roles.create(organization, { name: "recruiter", permissions: ["invitations:*"] });
    await olga.bask.members.update(organization, adams, { role: "recruiter" });
    await expectReason(adam.bask.invitations.resend(organization, id), "role_beyond_permissions");
  });

  test("admits no one while its inviter is suspended, until another member sends it again", async () => {
    const { id } = await inviteGrace(adam);
    const userId = (await adam.bask.me.get()).id as UserId;
    await world.app.db.write((tx) => setUserSuspended(tx, userId, true));
    await expectReason(accept(), "inviter_lost_permission");
    await olga.bask.invitations.resend(organization, id);
    expect(await accept()).toBe("admin");
    await world.app.db.write((tx) => setUserSuspended(tx, userId, false));
  });
});

describe("a custom role", () => {
  const helper = { name: "helper", permissions: ["organization:read"] } as const;

  test("is not deleted while a pending invitation gives it, or the policy names it", async () => {
    await olga.bask.roles.create(organization, helper);
    const { id } = await inviteGrace(olga, "helper");
    await expectReason(olga.bask.roles.delete(organization, "helper"), "role_invited");
    await olga.bask.invitations.cancel(organization, id);
    await olga.bask.policy.update(organization, { keyCreators: ["helper"] });
    await expectReason(olga.bask.roles.delete(organization, "helper"), "role_in_policy");
    await olga.bask.policy.update(organization, { keyCreators: null });
    await olga.bask.roles.delete(organization, "helper");
  });

  test("that is deleted and created anew is another one: what named the old one does not give the new one", async () => {
    await olga.bask.roles.create(organization, helper);
    const { id } = await inviteGrace(olga, "helper");
    world.time.pass({ days: 8 });
    for (const person of [olga, adam, grace]) person.bask = await world.signIn(person);
    await olga.bask.roles.delete(organization, "helper");
    await olga.bask.roles.create(organization, { ...helper, permissions: ["members:remove"] });
    await expectReason(olga.bask.invitations.resend(organization, id), "role_deleted");
    await inviteGrace(olga, "helper");
    expect(await accept()).toBe("helper");
  });
});

test("an invitation is accepted only while the plan has a seat, and later when one is free", async () => {
  const setPlan = (plan: "free" | "pro") =>
    world.app.db.write((tx) => setEntitlements(tx, organization, { plan, planOverrides: null }));
  await setPlan("pro");
  await inviteGrace(olga);
  for (let i = 0; i < 7; i++) await olga.bask.invitations.create(organization, { email: `seat${i}@example.com` });
  const more = await Promise.all(["Ann", "Ben", "Cat"].map((name) => world.person(name)));
  await setPlan("free");
  for (const person of more) await admit(world, organization, person, "member");
  await expectReason(accept(), "no_free_seat");
  await more[0]!.bask.organizations.leave(organization);
  expect(await accept()).toBe("admin");
  await expectRefusal(olga.bask.invitations.create(organization, { email: "more@example.com" }), "PLAN_LIMIT_REACHED");
});
