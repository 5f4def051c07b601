import { afterAll, beforeAll, expect, test } from "bun:test";
import { listenToEvents } from "../../src/audit/audit";
import { snapshot } from "../support/snapshot";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
let keyId: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  keyId = (await ada.bask.apiKeys.create(organization, { name: "Robot" })).id;
});
afterAll(() => listenToEvents(undefined));

const acts: Record<string, () => Promise<unknown>> = {
  "a session": () => world.signIn(ada),
  "a password": () => ada.bask.users.changePassword({ currentPassword: ada.password, newPassword: "another long one" }),
  "an account": () =>
    world.visitor.auth.register({ email: "bea@example.com", password: "long enough", fullName: "Bea" }),
  "an organization": () => ada.bask.organizations.create({ name: "Another" }),
  "a name": () => ada.bask.organizations.update(organization, { name: "Renamed" }),
  "a policy": () => ada.bask.policy.update(organization, { maxKeyLifetimeDays: 30 }),
  "a role": () => ada.bask.roles.create(organization, { name: "helper", permissions: ["organization:read"] }),
  "an invitation": () => ada.bask.invitations.create(organization, { email: "guest@example.com" }),
  "a key": () => ada.bask.apiKeys.create(organization, { name: "New" }),
  "a key's scopes": () => ada.bask.apiKeys.update(organization, keyId, { scopes: ["members:read"] }),
  "a rotation": () => ada.bask.apiKeys.rotate(organization, keyId),
  "a revocation": () => ada.bask.apiKeys.revoke(organization, keyId),
  "a deletion": () => ada.bask.organizations.delete(organization),
};

for (const [what, act] of Object.entries(acts)) {
  test(`${what}: there is no change where its event cannot be written`, async () => {
    const before = await snapshot(world);
    let events = 0;
    listenToEvents(async () => {
      events++;
      throw new Error("the event cannot be written");
    });
    await act().catch(() => {});
    listenToEvents(undefined);
    expect(events).toBeGreaterThan(0);
    expect(await snapshot(world)).toEqual(before);
  });
}
