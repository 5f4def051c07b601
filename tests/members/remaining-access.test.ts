import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Scope } from "../../src/sdk/client";
import { expectReason, expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let hedy: Person;
let organization: string;
let adams: string;

beforeAll(async () => {
  world = await openWorld();
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
    const access = await olga.bask.members.getAccess(organization, adams);
    const ids = (keys: { id: string }[]) => keys.map(({ id }) => id).sort();
    expect(ids(access.ownKeys)).toEqual([own.id]);
    expect(ids(access.knownKeys)).toEqual(ids([seen, child]));
    expect(access.trusts).toMatchObject([{ keyId: deploy.id, keyName: "Deploy", claims: trust.claims }]);
    expect(access.pendingInvitations).toBe(1);
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
    await olga.bask.members.update(organization, adams, { role: "viewer" });
    await expectRefusal(hedy.bask.members.remove(organization, adams, { remainingAccess: "end" }), "FORBIDDEN");
    await hedy.bask.members.remove(organization, adams, { remainingAccess: "keep" });
  });

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
