import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Scope } from "../../src/sdk/client";
import { expectReason, expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let organization: string;
let adams: string;

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
  olga = await world.person("Olga");
  adam = await world.person("Adam");
  await world.verify(olga);
  await world.verify(adam);
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  adams = await admit(world, organization, adam, "admin");
});

const trust = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };
const keyOf = (name: string, scopes: Scope[]) => olga.bask.apiKeys.create(organization, { name, scopes });
const ids = (listed: { id: string }[]) => listed.map(({ id }) => id).sort();

/** What Adam knows as an admin: Olga's keys, one within what a viewer may do, and a trust and a webhook of his. */
async function learn() {
  const deploy = await keyOf("Deploy", ["api-keys:*", "organization:read"]);
  const seen = await adam.bask.apiKeys.rotate(organization, deploy.id, { overlap: 0 });
  const reader = await keyOf("Reader", ["organization:read"]);
  const small = await adam.bask.apiKeys.rotate(organization, reader.id, { overlap: 0 });
  const pipeline = await keyOf("Pipeline", ["members:read", "usage:read"]);
  const { id: trustId } = await adam.bask.workloadIdentity.createTrust(organization, pipeline.id, trust);
  const hook = await adam.bask.webhooks.create(organization, { url: "http://127.0.0.2:1/adam", events: ["*"] });
  return { seen, small, pipeline, trustId, hook };
}

const act = (key: string) => world.machine(key).organizations.get(organization);
const demote = (role: string, remainingAccess?: "end" | "keep") =>
  olga.bask.members.update(organization, adams, { role, ...(remainingAccess && { remainingAccess }) });

describe("what a member could use beyond a lower role", () => {
  test("is listed beforehand: keys that can do more, trusts on them, and webhooks", async () => {
    const { seen, trustId, hook } = await learn();
    await adam.bask.invitations.create(organization, { email: "guest@example.com" });
    const asViewer = await olga.bask.members.getAccess(organization, adams, { role: "viewer" });
    expect([ids(asViewer.knownKeys), ids(asViewer.trusts), ids(asViewer.webhooks)]).toEqual([
      [seen.id],
      [trustId],
      [hook.id],
    ]);
    expect(asViewer.pendingInvitations).toBe(1);
    const asMember = await olga.bask.members.getAccess(organization, adams, { role: "member" });
    expect([ids(asMember.knownKeys), ids(asMember.trusts)]).toEqual([[seen.id], []]);
    const asAdmin = await olga.bask.members.getAccess(organization, adams, { role: "admin" });
    expect(asAdmin).toMatchObject({ knownKeys: [], trusts: [], webhooks: [], pendingInvitations: 0 });
  });

  test("must be decided on, and ends when it is to; what the role allows goes on", async () => {
    const { seen, small, pipeline, hook } = await learn();
    await expectReason(demote("viewer"), "access_remains");
    await act(seen.key);
    expect((await demote("viewer", "end")).role).toBe("viewer");
    await expectReason(act(seen.key), "disabled");
    await act(small.key);
    expect((await olga.bask.workloadIdentity.listTrusts(organization, pipeline.id)).data).toEqual([]);
    expect(await olga.bask.apiKeys.get(organization, seen.id)).toMatchObject({
      disabledBecause: "secret_known_to_demoted_member",
    });
    expect(await olga.bask.webhooks.get(organization, hook.id)).toMatchObject({
      disabledBecause: "set_up_by_demoted_member",
    });
    const [changed] = (await olga.bask.auditLogs.list(organization, { action: "member.role_changed" })).data;
    expect(changed!.details).toMatchObject({ to: "viewer", knownKeys: [seen.id], remainingAccess: "end" });
  });

  test("is kept when it is to, and then listed in the audit log", async () => {
    const { seen } = await learn();
    await demote("viewer", "keep");
    await act(seen.key);
    const [changed] = (await olga.bask.auditLogs.list(organization, { action: "member.role_changed" })).data;
    expect(changed!.details).toMatchObject({ knownKeys: [seen.id], remainingAccess: "keep" });
  });

  test("needs no decision at a higher role, or where they know nothing more", async () => {
    await learn();
    await demote("viewer", "keep");
    await demote("member");
    await demote("admin");
    const bob = await world.person("Bob");
    const bobs = await admit(world, organization, bob, "admin");
    await bob.bask.apiKeys.create(organization, { name: "Own" });
    await olga.bask.members.update(organization, bobs, { role: "viewer" });
  });

  test("is told to those who run the organization when members lower their own role", async () => {
    const { seen } = await learn();
    await adam.bask.members.update(organization, adams, { role: "member" });
    const email = (await world.emailsTo(olga.email)).findLast(({ template }) => template === "member-demoted")!;
    expect(email.text).toContain(adam.email);
    const [changed] = (await olga.bask.auditLogs.list(organization, { action: "member.role_changed" })).data;
    expect(changed!.details).toMatchObject({ to: "member", knownKeys: [seen.id] });
  });

  test("is shown to who may change the role, and not to others", async () => {
    const mary = await world.person("Mary");
    await admit(world, organization, mary, "member");
    await expectRefusal(mary.bask.members.getAccess(organization, adams, { role: "viewer" }), "FORBIDDEN");
    await olga.bask.roles.create(organization, {
      name: "people-team",
      permissions: ["members:update", "members:read", "organization:read"],
    });
    const hedy = await world.person("Hedy");
    await admit(world, organization, hedy, "people-team");
    await hedy.bask.members.getAccess(organization, adams, { role: "viewer" });
    await expectRefusal(hedy.bask.members.getAccess(organization, adams), "FORBIDDEN");
    await expectRefusal(hedy.bask.members.getAccess(organization, adams, { role: "admin" }), "VALIDATION_ERROR");
  });
});

describe("what members could use beyond fewer permissions of their role", () => {
  const full: Scope[] = ["api-keys:*", "organization:read", "members:read", "usage:read", "webhooks:*"];
  const fewer: Scope[] = ["organization:read", "members:read"];
  let mary: Person;
  const accessAt = (permissions: Scope[]) =>
    olga.bask.roles.getAccess(organization, "deployer", { permissions: permissions.join() });
  const narrow = (remainingAccess?: "end" | "keep") =>
    olga.bask.roles.update(organization, "deployer", {
      permissions: fewer,
      ...(remainingAccess && { remainingAccess }),
    });

  beforeAll(async () => {
    mary = await world.person("Mary");
  });
  beforeEach(async () => {
    await olga.bask.roles.create(organization, { name: "deployer", permissions: full });
    await demote("deployer");
    await admit(world, organization, mary, "deployer");
  });

  test("is listed beforehand, for all who have the role", async () => {
    const { seen, trustId, hook } = await learn();
    const own = await adam.bask.apiKeys.create(organization, { name: "Own", scopes: ["usage:read"] });
    await adam.bask.workloadIdentity.createTrust(organization, own.id, trust);
    const marys = await mary.bask.apiKeys.create(organization, { name: "Mary's", scopes: ["usage:read"] });
    const colleagues = await adam.bask.apiKeys.rotate(organization, marys.id, { overlap: 0 });
    const access = await accessAt(fewer);
    expect([ids(access.knownKeys), ids(access.trusts), ids(access.webhooks)]).toEqual([
      [seen.id, colleagues.id].sort(),
      [trustId],
      [hook.id],
    ]);
    expect((await accessAt(["organization:read", "members:read", "usage:read"])).trusts).toEqual([]);
    expect(await accessAt([...full, "roles:read"])).toMatchObject({ knownKeys: [], trusts: [], webhooks: [] });
  });

  test("must be decided on, and ends for all who have the role", async () => {
    const { seen, small, pipeline, hook } = await learn();
    await expectReason(narrow(), "access_remains");
    await act(seen.key);
    expect((await olga.bask.roles.list(organization)).data.at(-1)!.permissions).toEqual(full);
    expect((await narrow("end")).permissions).toEqual(fewer);
    await expectReason(act(seen.key), "disabled");
    await act(small.key);
    expect((await olga.bask.workloadIdentity.listTrusts(organization, pipeline.id)).data).toEqual([]);
    expect(await olga.bask.webhooks.get(organization, hook.id)).toMatchObject({
      disabledBecause: "set_up_by_demoted_member",
    });
    const [updated] = (await olga.bask.auditLogs.list(organization, { action: "role.updated" })).data;
    expect(updated!.details).toMatchObject({ to: fewer, knownKeys: [seen.id], remainingAccess: "end" });
  });

  test("is kept when it is to; and nothing is asked of who takes nothing away, or of a role that no one has", async () => {
    const { seen } = await learn();
    await olga.bask.roles.update(organization, "deployer", {
      description: "Deploys.",
      permissions: ["api-keys:*", ...full],
    });
    await narrow("keep");
    await act(seen.key);
    await olga.bask.roles.create(organization, { name: "unused", permissions: full });
    await olga.bask.roles.update(organization, "unused", { permissions: fewer });
  });

  test("is shown to who may change the role, and not to others", async () => {
    await expectRefusal(
      mary.bask.roles.getAccess(organization, "deployer", { permissions: "organization:read" }),
      "FORBIDDEN",
    );
    await expectRefusal(accessAt(["organization:fly" as Scope]), "VALIDATION_ERROR");
    await expectReason(
      olga.bask.roles.getAccess(organization, "admin", { permissions: "organization:read" }),
      "role_built_in",
    );
  });
});

describe("what an owner could use beyond the role of an admin", () => {
  /** A key that can delete the organization, which the owner made and gave to whom they offer ownership. */
  async function offer() {
    const all = await keyOf("Everything", ["organization:*", "members:*"]);
    await olga.bask.apiKeys.handOver(organization, all.id, { memberId: adams });
    await olga.bask.ownershipTransfer.create(organization, { memberId: adams });
    return all;
  }
  const accept = (remainingAccess?: "end" | "keep") =>
    adam.bask.ownershipTransfer.accept(organization, remainingAccess && { remainingAccess });

  test("is listed beforehand to whom ownership is offered, and to no one else", async () => {
    const all = await offer();
    const { knownKeys } = await adam.bask.ownershipTransfer.getAccess(organization);
    expect(ids(knownKeys)).toEqual([all.id]);
    await expectRefusal(olga.bask.ownershipTransfer.getAccess(organization), "NOT_FOUND");
    await adam.bask.ownershipTransfer.decline(organization);
    await expectRefusal(adam.bask.ownershipTransfer.getAccess(organization), "NOT_FOUND");
  });

  test("must be decided on by the new owner, and ends when it is to", async () => {
    const all = await offer();
    await expectReason(accept(), "access_remains");
    await olga.bask.ownershipTransfer.get(organization);
    await accept("end");
    await expectReason(act(all.key), "disabled");
    const [transferred] = (await adam.bask.auditLogs.list(organization, { action: "ownership.transferred" })).data;
    expect(transferred!.details).toMatchObject({ knownKeys: [all.id], remainingAccess: "end" });
  });

  test("is kept when it is to, and not asked about where an admin could do the same", async () => {
    const all = await offer();
    await accept("keep");
    await act(all.key);
    organization = (await olga.bask.organizations.create({ name: "Small" })).id;
    adams = await admit(world, organization, adam, "member");
    const small = await keyOf("Small", ["organization:read"]);
    await olga.bask.apiKeys.handOver(organization, small.id, { memberId: adams });
    await olga.bask.ownershipTransfer.create(organization, { memberId: adams });
    await accept();
    await act(small.key);
  });
});
