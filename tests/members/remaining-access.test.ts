import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { apiKeys } from "../../src/db/tables";
import { type ApiKeyId, newId, type UserId } from "../../src/ids";
import type { Scope } from "../../src/sdk/client";
import { expectReason, expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let hedy: Person;
let organization: string;
let adams: string;

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
  [olga, adam, hedy] = (await Promise.all(["Olga", "Adam", "Hedy"].map((name) => world.person(name)))) as [
    Person,
    Person,
    Person,
  ];
  await Promise.all([olga, adam].map((person) => world.verify(person)));
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  adams = await admit(world, organization, adam, "admin");
});

const trust = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };
const keyOf = (person: Person, name: string, scopes: Scope[] = ["api-keys:*", "organization:read"]) =>
  person.bask.apiKeys.create(organization, { name, scopes });
const works = (key: string) =>
  world
    .machine(key)
    .whoami()
    .then(
      () => true,
      () => false,
    );

/** Keys of Olga's: one that Adam rotated and saw, one that it created, one with a trust of Adam's, and one he knows nothing of. */
async function entangle() {
  const production = await keyOf(olga, "Production");
  const seen = await adam.bask.apiKeys.rotate(organization, production.id, { overlap: 0 });
  const child = await world
    .machine(seen.key)
    .apiKeys.create(organization, { name: "Child", scopes: ["organization:read"] });
  const deploy = await keyOf(olga, "Deploy", ["organization:read"]);
  await adam.bask.workloadIdentity.createTrust(organization, deploy.id, trust);
  const unknown = await keyOf(olga, "Unknown", ["organization:read"]);
  const own = await keyOf(adam, "Own");
  return { seen, child, deploy, unknown, own };
}

describe("what a member could still use after their removal", () => {
  test("is listed beforehand: keys they saw, keys these made, and trusts they created", async () => {
    const { seen, child, deploy, own } = await entangle();
    await adam.bask.invitations.create(organization, { email: "guest@example.com" });
    await adam.bask.personalTokens.create({ name: "Laptop" });
    const access = await olga.bask.members.getAccess(organization, adams);
    const ids = (keys: { id: string }[]) => keys.map(({ id }) => id).sort();
    expect(ids(access.ownKeys)).toEqual([own.id]);
    expect(ids(access.knownKeys)).toEqual(ids([seen, child]));
    expect(access.trusts).toMatchObject([{ keyId: deploy.id, keyName: "Deploy", claims: trust.claims }]);
    expect([access.pendingInvitations, access.personalTokens]).toEqual([1, 1]);
    const olgas = (await olga.bask.members.list(organization)).data[0]!.id;
    expect((await olga.bask.members.getAccess(organization, olgas)).knownKeys).toEqual([]);
  });

  test("must be decided on, and ends when it is to", async () => {
    const { seen, child, deploy, unknown } = await entangle();
    await expectReason(olga.bask.members.remove(organization, adams), "access_remains");
    expect(await works(seen.key)).toBe(true);
    await olga.bask.members.remove(organization, adams, { remainingAccess: "end" });
    expect(await Promise.all([seen, child, deploy, unknown].map(({ key }) => works(key)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect((await olga.bask.workloadIdentity.listTrusts(organization, deploy.id)).data).toEqual([]);
    expect(await olga.bask.apiKeys.get(organization, seen.id)).toMatchObject({
      disabledBecause: "secret_known_to_former_member",
    });
    const { data } = await olga.bask.auditLogs.list(organization);
    expect(data.map(({ action }) => action)).toContain("api_key.trust_removed");
    expect(data.find(({ action }) => action === "member.removed")!.details).toMatchObject({ remainingAccess: "end" });
  });

  test("is kept when it is to, and then listed in the audit log", async () => {
    const { seen, child, deploy } = await entangle();
    await olga.bask.members.remove(organization, adams, { remainingAccess: "keep" });
    expect(await Promise.all([seen, child, deploy].map(({ key }) => works(key)))).toEqual([true, true, true]);
    const [removed] = (await olga.bask.auditLogs.list(organization, { action: "member.removed" })).data;
    const { knownKeys, remainingAccess } = removed!.details as { knownKeys: string[]; remainingAccess: string };
    expect([knownKeys.toSorted(), remainingAccess]).toEqual([[seen.id, child.id].toSorted(), "keep"]);
  });

  test("needs no decision where there is none, and a permission to end it", async () => {
    await keyOf(adam, "Own");
    await olga.bask.members.remove(organization, adams);
    adams = await admit(world, organization, adam, "member");
    await olga.bask.roles.create(organization, { name: "people-team", permissions: ["members:*", "api-keys:read"] });
    await admit(world, organization, hedy, "people-team");
    await olga.bask.members.update(organization, adams, { role: "admin" });
    const production = await keyOf(olga, "Production");
    await adam.bask.apiKeys.rotate(organization, production.id);
    await olga.bask.members.update(organization, adams, { role: "viewer", remainingAccess: "keep" });
    await expectRefusal(hedy.bask.members.remove(organization, adams, { remainingAccess: "end" }), "FORBIDDEN");
    await hedy.bask.members.remove(organization, adams, { remainingAccess: "keep" });
  });

  test("is also a key that is disabled for now, and a trust that was created with a key they know", async () => {
    const production = await keyOf(olga, "Production", ["api-keys:*", "organization:read"]);
    const seen = await adam.bask.apiKeys.rotate(organization, production.id, { overlap: 0 });
    const deploy = await keyOf(olga, "Deploy", ["organization:read"]);
    await world.machine(seen.key).workloadIdentity.createTrust(organization, deploy.id, trust);
    await olga.bask.apiKeys.disable(organization, seen.id);
    const access = await olga.bask.members.getAccess(organization, adams);
    expect(access.knownKeys).toMatchObject([{ id: seen.id, disabled: true }]);
    expect(access.trusts).toMatchObject([{ keyId: deploy.id }]);
    await expectReason(olga.bask.members.remove(organization, adams), "access_remains");
    await olga.bask.members.remove(organization, adams, { remainingAccess: "end" });
    expect((await olga.bask.workloadIdentity.listTrusts(organization, deploy.id)).data).toEqual([]);
    expect(await olga.bask.apiKeys.get(organization, seen.id)).toMatchObject({
      disabledBecause: "secret_known_to_former_member",
    });
  });

  test("is also a webhook that sends to where they chose", async () => {
    const { id } = await adam.bask.webhooks.create(organization, { url: "http://127.0.0.2:1/adam", events: ["*"] });
    const access = await olga.bask.members.getAccess(organization, adams);
    expect(access.webhooks).toEqual([{ id, host: "127.0.0.2:1", disabled: false }]);
    await expectReason(olga.bask.members.remove(organization, adams), "access_remains");
    await olga.bask.members.remove(organization, adams, { remainingAccess: "end" });
    expect(await olga.bask.webhooks.get(organization, id)).toMatchObject({
      status: "disabled",
      disabledBecause: "set_up_by_former_member",
    });
    const { data } = await olga.bask.auditLogs.list(organization, { action: "webhook.disabled" });
    expect(data).toMatchObject([{ targetId: id, details: { because: "set_up_by_former_member" } }]);
    adams = await admit(world, organization, adam, "admin");
    await olga.bask.webhooks.update(organization, id, { url: "http://127.0.0.2:1/olga" });
    expect((await olga.bask.members.getAccess(organization, adams)).webhooks).toEqual([]);
  });

  test("ends only by who could manage the keys", async () => {
    const { seen } = await entangle();
    await olga.bask.roles.create(organization, {
      name: "people-team",
      permissions: ["members:*", "api-keys:read", "api-keys:update"],
    });
    await admit(world, organization, hedy, "people-team");
    await olga.bask.members.update(organization, adams, { role: "viewer", remainingAccess: "keep" });
    await expectRefusal(hedy.bask.members.remove(organization, adams, { remainingAccess: "end" }), "FORBIDDEN");
    expect(await works(seen.key)).toBe(true);
    await olga.bask.members.remove(organization, adams, { remainingAccess: "end" });
    expect(await works(seen.key)).toBe(false);
  });

  test("is found however many keys were created and revoked in between", async () => {
    const robot = await keyOf(adam, "Robot");
    const rows = await world.app.db.reader
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.id, robot.id as ApiKeyId));
    const now = world.time.now();
    const revoked = Array.from({ length: 33_000 }, (_, i) => ({
      ...rows[0]!,
      id: newId("key", now),
      hash: `${robot.id} ${i}`,
      createdByKeyId: robot.id as ApiKeyId,
      revokedAt: new Date(now),
    }));
    for (let i = 0; i < revoked.length; i += 1_000)
      await world.app.db.write(async (tx) => void (await tx.insert(apiKeys).values(revoked.slice(i, i + 1_000))));
    const last = { ...revoked.at(-1)!, id: newId("key", now), hash: robot.id, createdByKeyId: revoked.at(-1)!.id };
    const creatorId = (await olga.bask.me.get()).id as UserId;
    const kept = { ...last, revokedAt: null, createdById: creatorId, creatorId };
    await world.app.db.write(async (tx) => void (await tx.insert(apiKeys).values(kept)));
    expect((await olga.bask.members.getAccess(organization, adams)).knownKeys.map(({ id }) => id)).toEqual([kept.id]);
    await olga.bask.apiKeys.revoke(organization, robot.id, { descendants: true });
    expect((await olga.bask.apiKeys.get(organization, kept.id)).status).toBe("revoked");
    await olga.bask.members.remove(organization, adams);
  }, 180_000);

  test("of a member who leaves is told to those who run the organization, and listed in the audit log", async () => {
    const { seen } = await entangle();
    await adam.bask.organizations.leave(organization);
    const email = (await world.emailsTo(olga.email)).findLast(({ template }) => template === "member-left")!;
    expect(email.text).toContain(adam.email);
    expect(email.text).toContain("(2)");
    const [left] = (await olga.bask.auditLogs.list(organization, { action: "member.left" })).data;
    expect(left!.details.knownKeys).toContain(seen.id);
    expect((await world.emailsTo(adam.email)).map(({ template }) => template)).not.toContain("member-left");
  });
});
