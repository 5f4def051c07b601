import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { hash } from "node:crypto";
import { type Attack, attack, openToAttack } from "../support/attack";
import { expectReason, expectRefusal } from "../support/expect";
import { assertion, enroll, newAuthenticator } from "../support/passkeys";
import { openedToReceiver, openReceiver, type Receiver } from "../support/receiver";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let receiver: Receiver;
let ada: Person;
let bob: Person;
let organization: string;
let hostile: Attack;

beforeAll(async () => {
  receiver = openReceiver();
  world = await openWorld({ config: { ...openToAttack, ...openedToReceiver } });
  ada = await world.person("Ada");
  bob = await world.person("Bob");
  await world.verify(ada);
  await world.verify(bob);
  organization = (await ada.bask.organizations.create({ name: "Acme" })).id;
  hostile = attack(world, ada);
  await hostile.round();
});
afterEach(() => hostile.round());
afterAll(async () => {
  await hostile.stop();
  await receiver.close();
});

describe("while the server is attacked", () => {
  test("the user whose password is guessed signs in, refreshes and signs out", async () => {
    const bask = await world.signIn(ada);
    const { accessToken } = await bask.auth.refresh();
    expect(accessToken).toBeString();
    expect((await bask.me.get()).email).toBe(ada.email);
    await bask.auth.logout();
    await expectRefusal(bask.me.get(), "UNAUTHORIZED");
  });

  test("an API key works, and a revoked one does not", async () => {
    const { key, id } = await ada.bask.apiKeys.create(organization, { name: "Robot", scopes: ["organization:read"] });
    const robot = world.machine(key);
    for (let i = 0; i < 20; i++) expect((await robot.organizations.get(organization)).id).toBe(organization);
    await ada.bask.apiKeys.revoke(organization, id);
    await expectReason(robot.whoami(), "revoked");
  });

  test("an invitation arrives and is accepted", async () => {
    const { id } = await ada.bask.invitations.create(organization, { email: bob.email, role: "viewer" });
    const token = await world.tokenTo(bob.email, "invitation");
    await bob.bask.invitations.accept({ token });
    expect((await bob.bask.organizations.list()).data.map(({ id }) => id)).toContain(organization);
    expect(id).toStartWith("inv_");
  });

  test("the reset that the flooded user asks for arrives, and works", async () => {
    await world.visitor.auth.forgotPassword({ email: ada.email });
    const token = await world.tokenTo(ada.email, "reset-password");
    ada.password = "Ada likes even longer passwords";
    await world.visitor.auth.resetPassword({ token, password: ada.password });
    ada.bask = await world.signIn(ada);
    const resets = (await world.emailsTo(ada.email)).filter(({ template }) => template === "reset-password");
    expect(resets.length).toBeLessThanOrEqual(5);
  });

  test("the link to sign in that the flooded user asks for arrives, and works in their browser", async () => {
    const codeVerifier = "a verifier that stays in the browser of Ada".replaceAll(" ", "-");
    const codeChallenge = hash("sha256", codeVerifier, "base64url");
    await world.visitor.request("POST", "/auth/email-link", { body: { email: ada.email, codeChallenge } });
    await hostile.round();
    const links = (await world.emailsTo(ada.email)).filter(({ template }) => template === "sign-in");
    const opened = links.map(({ link }) => {
      const body = { token: new URL(link!).hash.slice("#token=".length), codeVerifier };
      return world.visitor.request<{ user: { email: string } }>("POST", "/auth/email-link/login", { body });
    });
    const worked = (await Promise.allSettled(opened)).filter(({ status }) => status === "fulfilled");
    expect(worked).toHaveLength(1);
  });

  test("a passkey signs its user in", async () => {
    const device = newAuthenticator();
    await enroll(bob.bask, device);
    const passkey = await assertion(world.visitor, device);
    const { user } = await world.visitor.request<{ user: { email: string } }>("POST", "/auth/passkeys/login", {
      body: { passkey },
    });
    expect(user.email).toBe(bob.email);
  });

  test("a webhook is delivered, once", async () => {
    await ada.bask.webhooks.create(organization, { url: receiver.url, events: ["role.created"] });
    await ada.bask.roles.create(organization, { name: "helper", permissions: ["organization:read"] });
    await sendWebhooks(world);
    expect(receiver.received.map(({ event }) => event.type)).toEqual(["role.created"]);
  });

  test("every attack is refused, and none causes an internal error", async () => {
    const accepted = [...hostile.statuses].flatMap(([kind, statuses]) =>
      [...statuses].filter((status) => status < 400 || status >= 500).map((status) => `${kind}: ${status}`),
    );
    // What anyone may ask for is accepted with the same response, whoever asks.
    expect(accepted.sort()).toEqual([
      "device codes without end: 200",
      "emails without end: 200",
      "links to sign in without end: 200",
      "registrations without end: 201",
    ]);
    expect(world.log.filter((line) => line.includes("INTERNAL_ERROR"))).toEqual([]);
  });
});
