import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectReason, expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { type Authenticator, assertion, enroll, newAuthenticator } from "../support/passkeys";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let device: Authenticator;
let organization: string;
beforeEach(async () => {
  world = await openWorld();
  [olga, adam] = [await world.person("Olga"), await world.person("Adam")];
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  await admit(world, organization, adam, "admin");
  device = newAuthenticator();
  await enroll(adam.bask, device);
});
afterEach(() => world.close());

/** Signs Adam in with his passkey. */
async function byPasskey() {
  const passkey = await assertion(world.visitor, device);
  return createClient({
    url: world.url,
    tokens: await world.visitor.request("POST", "/auth/passkeys/login", { body: { passkey } }),
  });
}
const soon = () => new Date(world.time.now() + 60_000).toISOString();

describe("a policy that requires two factors", () => {
  beforeEach(async () => {
    await olga.bask.policy.update(organization, { require2fa: soon() });
    world.time.pass({ minutes: 1 });
  });

  test("is met by who signed in with a passkey, and not by the same person with a password alone", async () => {
    await (await byPasskey()).members.list(organization);
    await expectRefusal((await world.signIn(adam)).members.list(organization), "TWO_FACTOR_SETUP_REQUIRED");
  });

  test("is met once the passkey is used in the session, and from then on", async () => {
    await expectRefusal(adam.bask.members.list(organization), "TWO_FACTOR_SETUP_REQUIRED");
    await adam.bask.auth.reauthenticate({ passkey: await assertion(adam.bask, device) });
    const { membersWithoutTwoFactor } = await adam.bask.policy.get(organization);
    expect(membersWithoutTwoFactor.map(({ email }) => email)).toEqual([olga.email]);
  });

  test("leaves the API keys of a passkey's user working until the last passkey is removed", async () => {
    const bask = await byPasskey();
    const { key, id } = await bask.apiKeys.create(organization, { name: "Robot", scopes: ["organization:read"] });
    await world.machine(key).whoami();
    const [passkey] = (await bask.passkeys.list()).data;
    await bask.passkeys.remove(passkey!.id);
    await expectReason(world.machine(key).whoami(), "creator_without_two_factor");
    const { secret } = await olga.bask.twoFactor.setup({ password: olga.password });
    await olga.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    expect((await olga.bask.apiKeys.get(organization, id)).status).toBe("blocked");
  });
});

describe("a policy that names ways of signing in", () => {
  test("keeps out members who signed in otherwise, and not the owner", async () => {
    await olga.bask.policy.update(organization, { allowedMethods: ["passkey"] });
    await expectReason(adam.bask.members.list(organization), "method_not_allowed");
    await (await byPasskey()).members.list(organization);
    await olga.bask.members.list(organization);
  });

  test("keeps no one out who sets it", async () => {
    await expectReason(adam.bask.policy.update(organization, { allowedMethods: ["passkey"] }), "method_not_allowed");
    expect((await olga.bask.policy.get(organization)).allowedMethods).toBeNull();
  });

  test("names only ways there are", async () => {
    for (const allowedMethods of [[], ["pasword"], ["email-link", "carrier pigeon"]])
      await expectRefusal(olga.bask.policy.update(organization, { allowedMethods }), "VALIDATION_ERROR");
  });
});

describe("a policy that bounds the age of sessions", () => {
  test("asks for a new proof of identity, from everyone, and takes one in the same session", async () => {
    await olga.bask.policy.update(organization, { maxSessionHours: 1 });
    world.time.pass({ hours: 1, seconds: -1 });
    for (const { bask } of [olga, adam]) {
      await bask.auth.refresh();
      await bask.members.list(organization);
    }
    world.time.pass({ seconds: 1 });
    for (const { bask, password } of [olga, adam]) {
      await expectReason(bask.members.list(organization), "session_too_old");
      await bask.auth.reauthenticate({ password });
      await bask.members.list(organization);
    }
  });
});
