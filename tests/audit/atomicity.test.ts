import { afterAll, beforeAll, expect, test } from "bun:test";
import { listenToEvents } from "../../src/audit/audit";
import { grantOperator } from "../../src/operators/operators";
import { codeOf } from "../support/authenticator";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { snapshot } from "../support/snapshot";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
let keyId: string;
let bob: Person;
let bobs: string;
let invitation: string;
let webhook: string;
let trust: string;
let root: Person;
let adas: string;
let device: string;
let leaked: string;
let code: string;
const issuer = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };
const because = { reason: "Because a court asked for it" };

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
  [ada, bob, root] = await Promise.all([world.person("Ada"), world.person("Bob"), world.person("Root")]);
  await Promise.all([ada, bob, root].map((person) => world.verify(person)));
  await grantOperator(world.app, root.email);
  await world.signIn(ada);
  code = codeOf((await ada.bask.twoFactor.setup({ password: ada.password })).secret, world.time);
  const { secret } = await root.bask.twoFactor.setup({ password: root.password });
  await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  adas = (await ada.bask.me.get()).id;
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  bobs = await admit(world, organization, bob, "member");
  keyId = (await ada.bask.apiKeys.create(organization, { name: "Robot" })).id;
  leaked = (await ada.bask.apiKeys.create(organization, { name: "Leaked" })).key;
  trust = (await ada.bask.workloadIdentity.createTrust(organization, keyId, issuer)).id;
  invitation = (await ada.bask.invitations.create(organization, { email: "first@example.com" })).id;
  webhook = (await ada.bask.webhooks.create(organization, { url: "http://127.0.0.2:1/", events: ["*"] })).id;
  await ada.bask.roles.create(organization, { name: "reader", permissions: ["organization:read"] });
  device = (await bob.bask.sessions.list()).data[0]!.id;
});
afterAll(() => listenToEvents(undefined));

const acts: Record<string, () => Promise<unknown>> = {
  "a session": () => world.signIn(ada),
  "a password": () => ada.bask.me.changePassword({ currentPassword: ada.password, newPassword: "another long one" }),
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
  "a key's end": () => ada.bask.apiKeys.disable(organization, keyId),
  "a hand-over": () => ada.bask.apiKeys.handOver(organization, keyId, { memberId: bobs }),
  "a trust": () => ada.bask.workloadIdentity.createTrust(organization, keyId, { ...issuer, audience: "other" }),
  "a trust's end": () => ada.bask.workloadIdentity.deleteTrust(organization, keyId, trust),
  "a leak": () => world.visitor.apiKeys.revokeLeaked({ key: leaked }),
  "a role's permissions": () => ada.bask.roles.update(organization, "reader", { permissions: ["members:read"] }),
  "a role's end": () => ada.bask.roles.delete(organization, "reader"),
  "a member's role": () => ada.bask.members.update(organization, bobs, { role: "viewer" }),
  "a removal": () => ada.bask.members.remove(organization, bobs),
  "a departure": () => bob.bask.organizations.leave(organization),
  "a repeated invitation": () => ada.bask.invitations.resend(organization, invitation),
  "a canceled invitation": () => ada.bask.invitations.cancel(organization, invitation),
  "an offer of ownership": () => ada.bask.ownershipTransfer.create(organization, { memberId: bobs }),
  "a webhook": () => ada.bask.webhooks.update(organization, webhook, { events: ["role.*"] }),
  "a webhook's rest": () => ada.bask.webhooks.update(organization, webhook, { enabled: false }),
  "a webhook's secret": () => ada.bask.webhooks.rotateSecret(organization, webhook),
  "a webhook's end": () => ada.bask.webhooks.delete(organization, webhook),
  "a profile": () => ada.bask.me.update({ fullName: "Ada King" }),
  "an email": () => ada.bask.me.changeEmail({ email: "new@example.com", password: ada.password }),
  "a second factor": () => ada.bask.twoFactor.verify({ code }),
  "another session's end": () => bob.bask.sessions.revoke(device),
  "other sessions' end": () => ada.bask.sessions.revokeOthers(),
  "a sign-out": () => bob.bask.auth.logout(),
  "a user's suspension": () => root.bask.admin.users.suspend(adas, because),
  "all sessions' end": () => root.bask.admin.users.endSessions(adas, because),
  "an organization's suspension": () => root.bask.admin.organizations.suspend(organization, because),
  "a plan": () => root.bask.admin.organizations.setPlan(organization, { plan: "pro", ...because }),
  "a deletion": () => ada.bask.organizations.delete(organization),
  "an account's end": () => bob.bask.me.delete({ password: bob.password }),
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
