import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createPublicKey, verify } from "node:crypto";
import { grantOperator, revokeOperator } from "../../src/operators/operators";
import type { WebhookSubscription } from "../../src/sdk/client";
import { codeOf } from "../support/authenticator";
import { expectRefusal } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { openedToReceiver, openReceiver, type Receiver } from "../support/receiver";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let receiver: Receiver;
let root: Person;
let ada: Person;

beforeAll(async () => {
  receiver = openReceiver();
  world = await openWorld({ config: openedToReceiver });
  [root, ada] = await Promise.all([world.person("Root"), world.person("Ada")]);
  await world.verify(root);
  await grantOperator(world.app, root.email);
  const { secret } = await root.bask.twoFactor.setup({ password: root.password });
  await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
});
afterAll(() => receiver.close());
beforeEach(() => {
  world.time.pass({ milliseconds: 1 });
  receiver.received.length = 0;
  receiver.respond = () => new Response();
});

const listen = (events: WebhookSubscription[], more = {}) =>
  root.bask.admin.webhooks.create({ url: receiver.url, events, ...more });

describe("a webhook of the installation", () => {
  test("gets events of all organizations and users from now on, and nothing of before", async () => {
    await ada.bask.organizations.create({ name: "Before" });
    world.time.pass({ milliseconds: 1 });
    const { id } = await listen(["organization.created", "user.*"]);
    const acme = await ada.bask.organizations.create({ name: "Acme" });
    await world.visitor.auth.register({ email: "eve@example.com", password: "long enough for Eve", fullName: "Eve" });
    await sendWebhooks(world);
    const received = receiver.received.map(({ event }) => [event.type, event.data]).sort();
    expect(received).toMatchObject([
      ["organization.created", { organizationId: acme.id, details: { name: "Acme" } }],
      ["user.registered", { userId: expect.stringMatching(/^usr_/), details: {} }],
    ]);
    expect(JSON.stringify(received)).not.toContain("eve@example.com");
    await root.bask.admin.webhooks.delete(id);
  });

  test("is there for operators only, and in their log", async () => {
    const { id } = await listen(["*"]);
    for (const call of [
      () => ada.bask.admin.webhooks.list(),
      () => ada.bask.admin.webhooks.create({ url: receiver.url, events: ["*"] }),
      () => ada.bask.admin.webhooks.get(id),
      () => ada.bask.admin.webhooks.listDeliveries(id),
    ])
      await expectRefusal(call(), "FORBIDDEN");
    const acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
    await expectRefusal(ada.bask.webhooks.get(acme, id), "NOT_FOUND");
    expect((await ada.bask.webhooks.list(acme)).data).toEqual([]);
    await root.bask.admin.webhooks.rotateSecret(id);
    await root.bask.admin.webhooks.update(id, { enabled: false });
    await root.bask.admin.webhooks.delete(id);
    const { data } = await root.bask.me.listAuditLogs({ action: "operator.acted" });
    expect(data.slice(0, 4).map(({ details }) => details.action)).toEqual([
      "webhook.deleted",
      "webhook.disabled",
      "webhook.secret_rotated",
      "webhook.created",
    ]);
  });

  test("is not changed by an operator who lost that role meanwhile", async () => {
    const { id } = await listen(["*"]);
    beforeNextWrite(world, () => revokeOperator(world.app, root.email));
    await expectRefusal(root.bask.admin.webhooks.update(id, { events: ["user.*"] }), "FORBIDDEN");
    await grantOperator(world.app, root.email);
    expect((await root.bask.admin.webhooks.get(id)).events).toEqual(["*"]);
    await root.bask.admin.webhooks.delete(id);
  });

  test("can be tested, sent again, and enabled again without what it missed", async () => {
    const { id } = await listen(["organization.created"]);
    await root.bask.admin.webhooks.test(id);
    await sendWebhooks(world);
    expect(receiver.received[0]!.event).toMatchObject({ type: "webhook.test", data: { organizationId: null } });
    const [delivery] = (await root.bask.admin.webhooks.listDeliveries(id)).data;
    await root.bask.admin.webhooks.redeliver(id, delivery!.id);
    await root.bask.admin.webhooks.update(id, { enabled: false });
    await ada.bask.organizations.create({ name: "Missed" });
    world.time.pass({ milliseconds: 1 });
    await root.bask.admin.webhooks.update(id, { enabled: true, missedEvents: "skip" });
    await ada.bask.organizations.create({ name: "Heard" });
    receiver.received.length = 0;
    await sendWebhooks(world);
    expect(receiver.received.map(({ event }) => event.data.details)).toMatchObject([{ name: "Heard" }]);
    await root.bask.admin.webhooks.delete(id);
  });

  test("that fails for long is reported to the operators", async () => {
    const { id } = await listen(["organization.created"]);
    receiver.respond = () => new Response("", { status: 410 });
    await ada.bask.organizations.create({ name: "Gone" });
    await sendWebhooks(world);
    expect((await root.bask.admin.webhooks.get(id)).disabledBecause).toBe("gone");
    const emails = (await world.emailsTo(root.email)).filter(({ template }) => template === "webhook-disabled");
    expect(emails).toHaveLength(1);
    await root.bask.admin.webhooks.delete(id);
  });
});

test("a webhook with a key pair is verified with the public key, of both pairs for 24 hours after a rotation", async () => {
  const first = await listen(["organization.created"], { signatureScheme: "v1a" });
  expect(first.secret).toBe(first.publicKey!);
  expect(first.publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
  const second = await root.bask.admin.webhooks.rotateSecret(first.id);
  await ada.bask.organizations.create({ name: "Signed" });
  await sendWebhooks(world);
  const { headers, body } = receiver.received[0]!;
  const content = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const isBy = (publicKey: string, signature: string) => {
    const raw = Buffer.from(publicKey.slice("whpk_".length), "base64");
    const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    expect(signature).toStartWith("v1a,");
    return verify(null, content, key, Buffer.from(signature.slice("v1a,".length), "base64"));
  };
  const [current, previous] = headers["webhook-signature"]!.split(" ");
  expect([isBy(second.publicKey!, current!), isBy(first.publicKey!, previous!)]).toEqual([true, true]);
  expect(isBy(first.publicKey!, current!)).toBe(false);
  expect((await root.bask.admin.webhooks.get(first.id)).publicKey).toBe(second.publicKey);
  await root.bask.admin.webhooks.delete(first.id);
});
