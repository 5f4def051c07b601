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
