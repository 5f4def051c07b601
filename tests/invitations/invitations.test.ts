import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { organizations } from "../../src/db/tables";
import { expectReason, expectRefusal, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { unverifiedPerson } from "../support/unverified";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let grace: Person;
let mallory: Person;
let organization: string;

beforeAll(async () => {
  world = await openWorld({ config: { emailVerification: "required" } });
  [olga, adam, grace] = (await Promise.all(["Olga", "Adam", "Grace"].map((name) => world.person(name)))) as [
    Person,
    Person,
    Person,
  ];
  mallory = await unverifiedPerson(world, "Mallory");
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  world.time.pass({ hours: 2 });
  for (const person of [olga, adam, grace, mallory]) await person.bask.auth.refresh();
});

const inviteGrace = (role = "member", by = olga) =>
  by.bask.invitations.create(organization, { email: grace.email, role });
const membersNow = async () => (await olga.bask.members.list(organization)).data.map(({ email }) => email);

describe("an invitation", () => {
  test("by email admits its recipient with the role it names", async () => {
    const { id } = await inviteGrace("viewer");
    const token = await world.tokenTo(grace.email, "invitation");
    const joined = await grace.bask.invitations.accept({ token });
    expect(joined).toMatchObject({ organizationId: organization, role: "viewer" });
    expect(await membersNow()).toEqual([olga.email, grace.email]);
    expect((await olga.bask.invitations.list(organization)).data).toMatchObject([{ id, status: "accepted" }]);
  });

  test("is listed for a user with a verified email, and is answered without its token", async () => {
    const { id } = await inviteGrace();
    expect((await grace.bask.me.listInvitations()).data).toMatchObject([
      { id, organization: { name: "Acme" }, role: "member", inviter: olga.email },
    ]);
    await grace.bask.invitations.decline({ invitationId: id });
    expect((await grace.bask.me.listInvitations()).data).toEqual([]);
    await grace.bask.invitations.decline({ invitationId: id });
    await expectReason(grace.bask.invitations.accept({ invitationId: id }), "invitation_closed");
    await inviteGrace();
  });

  test("admits no user without a verified email, with or without its token", async () => {
    const { id } = await olga.bask.invitations.create(organization, { email: mallory.email });
    const token = await world.tokenTo(mallory.email, "invitation");
    expect((await mallory.bask.me.listInvitations()).data).toEqual([]);
    await expectRefusal(mallory.bask.invitations.accept({ invitationId: id }), "EMAIL_NOT_VERIFIED");
    await expectRefusal(mallory.bask.invitations.accept({ token }), "EMAIL_NOT_VERIFIED");
    await expectRefusal(mallory.bask.invitations.decline({ invitationId: id }), "NOT_FOUND");
  });

  test("admits no one else, with its token or its id", async () => {
    const { id } = await inviteGrace();
    const token = await world.tokenTo(grace.email, "invitation");
    await expectRefusal(adam.bask.invitations.accept({ token }), "FORBIDDEN");
    await expectRefusal(adam.bask.invitations.accept({ invitationId: id }), "NOT_FOUND");
    await expectRefusal(adam.bask.invitations.decline({ token }), "FORBIDDEN");
    await expectRefusal(grace.bask.invitations.accept({ token: token.replace(/.$/, "-") }), "NOT_FOUND");
    await expectRefusal(grace.bask.invitations.accept({ token, invitationId: id }), "VALIDATION_ERROR");
    await expectRefusal(grace.bask.invitations.accept({}), "VALIDATION_ERROR");
    await grace.bask.invitations.accept({ token });
  });

  test("admits once when 50 accept at once, and gives all of them the same answer", async () => {
    const { id } = await inviteGrace();
    const token = await world.tokenTo(grace.email, "invitation");
    const accepted = await storm(50, (i) =>
      grace.bask.invitations.accept(i % 2 === 0 ? { token } : { invitationId: id }),
    );
    expect(accepted.lost).toEqual([]);
    expect(new Set(accepted.won.map(({ memberId }) => memberId)).size).toBe(1);
    expect(await membersNow()).toEqual([olga.email, grace.email]);
    const { data } = await olga.bask.auditLogs.list(organization, { action: "invitation.accepted" });
    expect(data).toHaveLength(1);
    await grace.bask.organizations.leave(organization);
    await expectReason(grace.bask.invitations.accept({ token }), "invitation_closed");
    await expectReason(grace.bask.invitations.decline({ token }), "invitation_closed");
  });

  test("ends after seven days, and when it is canceled", async () => {
    await inviteGrace();
    const token = await world.tokenTo(grace.email, "invitation");
    world.time.pass({ days: 7 });
    for (const person of [olga, grace]) person.bask = await world.signIn(person);
    await expectReason(grace.bask.invitations.accept({ token }), "invitation_expired");
    const expired = async () => (await olga.bask.invitations.list(organization, { status: "expired" })).data.length;
    expect(await expired()).toBe(1);

    const { id } = await inviteGrace();
    expect(await expired()).toBe(1);
    await olga.bask.invitations.cancel(organization, id);
    await expectReason(grace.bask.invitations.accept({ invitationId: id }), "invitation_closed");
    await expectRefusal(olga.bask.invitations.cancel(organization, id), "CONFLICT");
    expect((await olga.bask.invitations.list(organization, { status: "pending" })).data).toEqual([]);
    for (const person of [adam, mallory]) person.bask = await world.signIn(person);
  });

  test("that is sent again starts over, and its earlier token stops working", async () => {
    const { id } = await inviteGrace();
    const first = await world.tokenTo(grace.email, "invitation");
    await olga.bask.invitations.resend(organization, id);
    const second = await world.tokenTo(grace.email, "invitation");
    await expectReason(grace.bask.invitations.accept({ token: first }), "invitation_replaced");
    await olga.bask.invitations.resend(organization, id);
    await expectReason(grace.bask.invitations.accept({ token: second }), "invitation_replaced");
    await expectReason(olga.bask.invitations.resend(organization, id), "invitations");
    await grace.bask.invitations.accept({ token: await world.tokenTo(grace.email, "invitation") });
  });

  test("gives no role beyond the inviter's permissions", async () => {
    const adams = await admit(world, organization, adam, "admin");
    await expectRefusal(inviteGrace("owner", adam), "VALIDATION_ERROR");
    await expectRefusal(inviteGrace("unheard-of", adam), "VALIDATION_ERROR");
    await inviteGrace("admin", adam);
    await olga.bask.members.update(organization, adams, { role: "member" });
    await expectRefusal(inviteGrace("viewer", adam), "FORBIDDEN");
  });

  test("is created once for an email, and never for a member", async () => {
    const made = await storm(20, () => inviteGrace());
    expect(made.won).toHaveLength(1);
    expect(made.lost).toEqual(Array(19).fill("CONFLICT"));
    await expectRefusal(olga.bask.invitations.create(organization, { email: "OLGA@example.com" }), "CONFLICT");
  });

  test("takes a seat: of 30 at once, only as many are created as the plan has seats", async () => {
    const made = await storm(30, (i) => olga.bask.invitations.create(organization, { email: `guest${i}@example.com` }));
    expect(made.won).toHaveLength(4);
    expect(new Set(made.lost)).toEqual(new Set(["PLAN_LIMIT_REACHED"] as const));
    await olga.bask.invitations.cancel(organization, made.won[0]!.id);
    await inviteGrace();
    await expectRefusal(
      olga.bask.invitations.create(organization, { email: "late@example.com" }),
      "PLAN_LIMIT_REACHED",
    );
    await world.app.db.write(async (tx) => void (await tx.update(organizations).set({ plan: "pro" })));
    await olga.bask.invitations.create(organization, { email: "late@example.com" });
    await world.app.db.write(async (tx) => void (await tx.update(organizations).set({ plan: "free" })));
  });

  test("does not exist outside its organization", async () => {
    const { id } = await inviteGrace();
    await expectRefusal(adam.bask.invitations.list(organization), "NOT_FOUND");
    await expectRefusal(adam.bask.invitations.cancel(organization, id), "NOT_FOUND");
    const own = await adam.bask.organizations.create({ name: "Own" });
    await expectRefusal(adam.bask.invitations.cancel(own.id, id), "NOT_FOUND");
    await expectRefusal(adam.bask.invitations.resend(own.id, id), "NOT_FOUND");
  });
});

describe("an account that is made from an invitation", () => {
  let people = 0;
  let kim: { email: string; fullName: string; password: string };
  let token: string;
  let id: string;
  beforeEach(async () => {
    kim = { email: `kim${++people}@example.com`, fullName: "Kim", password: "Kim likes long passwords" };
    id = (await olga.bask.invitations.create(organization, { email: kim.email, role: "viewer" })).id;
    token = await world.tokenTo(kim.email, "invitation");
  });
  const create = (input: object = {}) => world.visitor.auth.register({ ...kim, invitationToken: token, ...input });

  test("is verified at once, because the token proves its email, and then accepts", async () => {
    await create();
    const { bask } = { bask: await world.signIn(kim) };
    expect(await bask.me.get()).toMatchObject({ email: kim.email, emailVerified: true });
    expect((await world.emailsTo(kim.email)).map(({ template }) => template)).toEqual(["invitation"]);
    expect(await bask.invitations.accept({ token })).toMatchObject({ role: "viewer" });
  });

  test("is made once, also of 20 at once, and never in place of one that exists", async () => {
    const { won, lost } = await storm(20, () => create());
    expect(won).toHaveLength(1);
    expect(lost).toEqual(Array(19).fill("CONFLICT"));
    await expectReason(create({ password: "someone else's password" }), "email_taken");
    await world.signIn(kim);
  });

  test("is for the email that was invited, with the latest token, while the invitation is open", async () => {
    await expectRefusal(create({ email: "mallory@example.com" }), "INVALID_TOKEN");
    await expectRefusal(create({ invitationToken: `bml_${"A".repeat(50)}` }), "INVALID_TOKEN");
    await olga.bask.invitations.resend(organization, id);
    await expectRefusal(create(), "INVALID_TOKEN");
    token = await world.tokenTo(kim.email, "invitation");
    await olga.bask.invitations.cancel(organization, id);
    await expectRefusal(create(), "INVALID_TOKEN");
    await olga.bask.invitations.create(organization, { email: kim.email });
    token = await world.tokenTo(kim.email, "invitation");
    world.time.pass({ days: 7 });
    await expectRefusal(create(), "INVALID_TOKEN");
  });
});
