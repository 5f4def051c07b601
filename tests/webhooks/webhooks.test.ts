import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { auditActions } from "../../src/audit/actions.contract";
import type { OrganizationId } from "../../src/ids";
import { setOrganizationSuspended } from "../../src/operators/operators.sql";
import { prune } from "../../src/pruning";
import type { WebhookSubscription } from "../../src/sdk/client";
import { reseal } from "../../src/secrets/reseal";
import { allEventTypes, eventTypes } from "../../src/webhooks/payloads.contract";
import { openNameServer } from "../support/dns";
import { expectRefusal, storm } from "../support/expect";
import { openedToReceiver, openReceiver, type Receiver } from "../support/receiver";
import { certificateOf } from "../support/tls";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, type Person, testSecret, type World } from "../support/world";

let world: World;
let receiver: Receiver;
let ada: Person;
let organization: OrganizationId;

beforeAll(async () => {
  receiver = openReceiver();
  world = await openWorld({ config: openedToReceiver });
  ada = await world.person("Ada");
});
afterAll(() => receiver.close());
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.respond = () => new Response("thanks");
  ada.bask = await world.signIn(ada);
  organization = (await ada.bask.organizations.create({ name: "Acme" })).id as OrganizationId;
});

const send = () => sendWebhooks(world);
const listen = (events: WebhookSubscription[] = ["role.*"]) =>
  ada.bask.webhooks.create(organization, { url: receiver.url, events });
const createRole = (name: string) => ada.bask.roles.create(organization, { name, permissions: ["organization:read"] });
const failWith = (status: number) => {
  receiver.respond = () => new Response("no", { status });
};
/** What came of this test's organization. */
const received = () => receiver.received.filter(({ event }) => event.data.organizationId === organization);
const namesReceived = () => received().map(({ event }) => (event.data.details as { name: string }).name);
/** Time in which access tokens end. */
const pass = async (hours: number) => {
  world.time.pass({ hours });
  ada.bask = await world.signIn(ada);
};
const subjectsOf = async (message: string) =>
  (await world.emailsTo(ada.email)).filter(({ template }) => template === message).map(({ text }) => text);

describe("a webhook", () => {
  test("shows its secret once, and is listed, changed and deleted", async () => {
    const { secret, ...created } = await listen();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(created).toMatchObject({ url: receiver.url, events: ["role.*"], status: "enabled", failingSince: null });
    expect(await ada.bask.webhooks.get(organization, created.id)).toEqual(created);
    expect((await ada.bask.webhooks.list(organization)).data).toEqual([created]);
    const change = { description: "Billing", events: ["member.left", "*"] as WebhookSubscription[] };
    expect(await ada.bask.webhooks.update(organization, created.id, change)).toEqual({ ...created, ...change });
    await ada.bask.webhooks.delete(organization, created.id);
    expect((await ada.bask.webhooks.list(organization)).data).toEqual([]);
    const { data } = await ada.bask.auditLogs.list(organization, { action: "webhook.*" });
    expect(data.map(({ action }) => action)).toEqual(["webhook.deleted", "webhook.updated", "webhook.created"]);
    expect(JSON.stringify(data)).not.toContain(secret);
  });

  test("asks only for events there are, and for at most what the plan allows", async () => {
    for (const events of [["role.craeted"], ["rule.*"], ["user.registered"], ["r*"], [""], []])
      await expectRefusal(listen(events as WebhookSubscription[]), "VALIDATION_ERROR");
    const { won, lost } = await storm(5, () => listen());
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["PLAN_LIMIT_REACHED"]));
    expect((await ada.bask.plan.get(organization)).webhooks).toEqual({ limit: 1, used: 1 });
  });

  test("of another organization is not found", async () => {
    const { id } = await listen();
    const { id: delivery } = await ada.bask.webhooks.test(organization, id);
    const { webhooks, organizations } = (await world.person(`Stranger${organization}`)).bask;
    const theirs = (await organizations.create({ name: "Theirs" })).id;
    const calls = [
      () => webhooks.get(theirs, id),
      () => webhooks.update(theirs, id, { events: ["*"] }),
      () => webhooks.delete(theirs, id),
      () => webhooks.rotateSecret(theirs, id),
      () => webhooks.test(theirs, id),
      () => webhooks.listDeliveries(theirs, id),
      () => webhooks.getDelivery(theirs, id, delivery),
      () => webhooks.redeliver(theirs, id, delivery),
      () => webhooks.list(organization),
    ];
    for (const call of calls) await expectRefusal(call(), "NOT_FOUND");
  });
});

describe("a URL", () => {
  test("that does not lead to the public Internet is refused with the reason", async () => {
    using names = await openNameServer((name) => (name.startsWith("inside") ? ["10.0.0.7"] : []));
    const strict = await openWorld({ databaseUrl: world.app.config.database.url, resolve: names.resolve });
    const bask = await strict.signIn(ada);
    const reasons = {
      "https://127.0.0.1/": "leads to a network that is not public",
      "https://[::ffff:169.254.169.254]/latest": "leads to a network that is not public",
      "https://inside.example.com/": "leads to a network that is not public",
      "https://nowhere.example.com/": "has a host name that could not be found",
      "http://93.184.215.14/": "must be an https URL",
      "https://93.184.215.14:8443/": "must use port 443",
      "https://me:secret@93.184.215.14/": "must not contain a user name or a password",
      "ftp://93.184.215.14/": "must be an http or https URL",
    };
    for (const [url, message] of Object.entries(reasons)) {
      const refusal = await expectRefusal(
        bask.webhooks.create(organization, { url, events: ["*"] }),
        "VALIDATION_ERROR",
      );
      expect([url, refusal.details]).toEqual([url, [{ path: "url", message }]]);
    }
    expect((await ada.bask.webhooks.list(organization)).data).toEqual([]);
    await strict.close();
  });

  test("that leads elsewhere later is not requested, and the delivery says why", async () => {
    const { id } = await listen();
    await createRole("helper");
    const strict = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    await sendWebhooks(strict);
    const [delivery] = (await ada.bask.webhooks.listDeliveries(organization, id)).data;
    expect(delivery!.attempts).toMatchObject([{ responseStatus: null, failure: "https_required" }]);
    expect(received()).toEqual([]);
    await ada.bask.webhooks.delete(organization, id);
    await strict.close();
  });

  test("is requested over TLS with a certificate of its name", async () => {
    const tls = await certificateOf("hooks.example.com");
    const secure = Bun.serve({ port: 0, hostname: "127.0.0.2", tls, fetch: () => new Response("over TLS") });
    using names = await openNameServer(() => ["127.0.0.2"]);
    const open = await openWorld({ config: openedToReceiver, resolve: names.resolve, ca: tls.cert });
    const { bask } = await open.person("Ada");
    const { id } = await bask.organizations.create({ name: "Acme" });
    const url = `https://hooks.example.com:${secure.port}/`;
    const webhook = await bask.webhooks.create(id, { url, events: ["*"] });
    await bask.webhooks.test(id, webhook.id);
    await sendWebhooks(open);
    const [delivery] = (await bask.webhooks.listDeliveries(id, webhook.id)).data;
    expect(delivery).toMatchObject({ type: "webhook.test", status: "succeeded", responseBody: "over TLS" });
    await open.close();
    await secure.stop(true);
  });

  test("that is changed is told to the owner by email, and written to the log, without its path", async () => {
    const { id } = await listen();
    const url = "http://127.0.0.2:81/token/abc";
    await ada.bask.webhooks.update(organization, id, { url });
    const [text] = await subjectsOf("webhook-url-changed");
    expect(text).toContain("127.0.0.2:81");
    const [event] = (await ada.bask.auditLogs.list(organization, { action: "webhook.updated" })).data;
    const from = new URL(receiver.url).host;
    expect(event!.details).toEqual({ changed: ["url"], from, to: "127.0.0.2:81" });
    expect(`${text}${JSON.stringify(event)}`).not.toContain("abc");
  });
});

describe("health", () => {
  test("an endpoint that fails for 12 hours is reported once, and after five days it is disabled", async () => {
    const { id } = await listen();
    failWith(500);
    let hour = 0;
    for (const next of [0, 11, 12, 60, 119, 120]) {
      await pass(next - hour);
      hour = next;
      await createRole(`role-${hour}`);
      await send();
      const { status } = await ada.bask.webhooks.get(organization, id);
      const told = (await subjectsOf("webhook-failing")).length;
      expect([hour, status, told]).toEqual([hour, hour < 120 ? "enabled" : "disabled", hour < 12 ? 0 : 1]);
    }
    expect(await ada.bask.webhooks.get(organization, id)).toMatchObject({ disabledBecause: "failing" });
    expect(await subjectsOf("webhook-disabled")).toHaveLength(1);
    const [event] = (await ada.bask.auditLogs.list(organization, { action: "webhook.disabled" })).data;
    expect(event).toMatchObject({ actorType: "system", targetId: id, details: { because: "failing" } });
    const sent = received().length;
    await pass(24);
    await send();
    expect(received()).toHaveLength(sent);
  });

  test("a success in between starts the count anew", async () => {
    const { id } = await listen();
    failWith(500);
    await createRole("one");
    await send();
    await pass(100);
    receiver.respond = () => new Response();
    await send();
    failWith(500);
    await createRole("two");
    await send();
    await pass(100);
    await send();
    expect((await ada.bask.webhooks.get(organization, id)).status).toBe("enabled");
  });

  test("a failure right after a success is the first one", async () => {
    const { id } = await listen();
    failWith(500);
    await createRole("one");
    await send();
    await pass(119);
    await createRole("two");
    await createRole("three");
    receiver.respond = ({ event }) =>
      new Response("", { status: (event.data.details as { name: string }).name === "one" ? 200 : 500 });
    await pass(1);
    await send();
    expect(namesReceived()).toEqual(["one", "one", "two", "three"]);
    expect(await ada.bask.webhooks.get(organization, id)).toMatchObject({ status: "enabled" });
  });

  test("410 disables at once, and what is missed is sent when it is enabled again", async () => {
    const { id } = await listen();
    failWith(410);
    await createRole("one");
    await send();
    expect(await ada.bask.webhooks.get(organization, id)).toMatchObject({
      status: "disabled",
      disabledBecause: "gone",
    });
    receiver.respond = () => new Response();
    receiver.received.length = 0;
    await createRole("two");
    await send();
    const { data } = await ada.bask.webhooks.listDeliveries(organization, id, { status: "paused" });
    expect(data).toHaveLength(2);
    await expectRefusal(ada.bask.webhooks.test(organization, id), "CONFLICT");
    await ada.bask.webhooks.update(organization, id, { enabled: true });
    await send();
    expect(namesReceived()).toEqual(["one", "two"]);
  });

  test("what is missed is not sent when that is asked for", async () => {
    const { id } = await listen();
    await ada.bask.webhooks.update(organization, id, { enabled: false });
    await createRole("one");
    await send();
    world.time.pass({ milliseconds: 1 });
    await expectRefusal(ada.bask.webhooks.update(organization, id, { missedEvents: "skip" }), "VALIDATION_ERROR");
    await ada.bask.webhooks.update(organization, id, { enabled: true, missedEvents: "skip" });
    await createRole("three");
    await send();
    expect(namesReceived()).toEqual(["three"]);
    const { data } = await ada.bask.webhooks.listDeliveries(organization, id);
    expect(data.map(({ status }) => status)).toEqual(["succeeded", "canceled"]);
  });

  test("a suspended organization's webhooks wait until it is restored", async () => {
    await listen();
    await createRole("one");
    await world.app.db.write((tx) => setOrganizationSuspended(tx, organization, true));
    await send();
    expect(received()).toEqual([]);
    await world.app.db.write((tx) => setOrganizationSuspended(tx, organization, false));
    await send();
    expect(namesReceived()).toEqual(["one"]);
  });
});

describe("a delivery", () => {
  test("is sent again with the same id and the current secret, and says nothing about health", async () => {
    const { id } = await listen();
    await createRole("helper");
    await send();
    const { secret } = await ada.bask.webhooks.rotateSecret(organization, id);
    const [delivery] = (await ada.bask.webhooks.listDeliveries(organization, id)).data;
    await pass(24);
    failWith(410);
    await ada.bask.webhooks.redeliver(organization, id, delivery!.id);
    await send();
    const [first, second] = received();
    expect(second!.headers["webhook-id"]).toBe(first!.headers["webhook-id"]!);
    expect(second!.body).toBe(first!.body);
    const at = new Date(Number(second!.headers["webhook-timestamp"]) * 1000);
    const signature = new Webhook(secret).sign(second!.headers["webhook-id"]!, at, second!.body);
    expect(second!.headers["webhook-signature"]).toBe(signature);
    expect(await ada.bask.webhooks.get(organization, id)).toMatchObject({ status: "enabled", failingSince: null });
    expect(await ada.bask.webhooks.getDelivery(organization, id, delivery!.id)).toMatchObject({
      status: "failed",
      attempts: [{ responseStatus: 200 }, { responseStatus: 410 }],
    });
    await pass(240);
    await send();
    expect(received()).toHaveLength(2);
  });

  test("is deleted after 30 days", async () => {
    const { id } = await listen();
    await createRole("helper");
    await send();
    await pass(30 * 24);
    await prune(world.app);
    expect((await ada.bask.webhooks.listDeliveries(organization, id)).data).toHaveLength(1);
    await pass(1);
    await prune(world.app);
    expect((await ada.bask.webhooks.listDeliveries(organization, id)).data).toEqual([]);
  });

  test("stands in a list of pages, the newest first", async () => {
    const { id } = await listen();
    for (const name of ["one", "two", "three"]) {
      await createRole(name);
      await send();
      world.time.pass({ milliseconds: 1 });
    }
    const first = await ada.bask.webhooks.listDeliveries(organization, id, { limit: 2 });
    const second = await ada.bask.webhooks.listDeliveries(organization, id, { limit: 2, cursor: first.nextCursor! });
    const names = [...first.data, ...second.data].map(({ payload }) => JSON.parse(payload).data.details.name);
    expect(names).toEqual(["three", "two", "one"]);
    expect(second.nextCursor).toBeNull();
  });
});

describe("a secret", () => {
  test("signs beside its successor for 24 hours after a rotation, and not after that", async () => {
    const { id, secret } = await listen();
    const { secret: successor } = await ada.bask.webhooks.rotateSecret(organization, id);
    const signaturesOf = async (name: string) => {
      await createRole(name);
      await send();
      const { headers, body } = received().at(-1)!;
      const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
      const signed = (by: string) => new Webhook(by).sign(headers["webhook-id"]!, at, body);
      return { sent: headers["webhook-signature"]!.split(" "), old: signed(secret), current: signed(successor) };
    };
    const during = await signaturesOf("during");
    expect(during.sent).toEqual([during.current, during.old]);
    await pass(24);
    const after = await signaturesOf("after");
    expect(after.sent).toEqual([after.current]);
  });

  test("is sealed at rest, for its webhook alone, and sealed again with a new SECRET_KEY", async () => {
    const { id, secret } = await listen();
    await ada.bask.webhooks.rotateSecret(organization, id);
    const rotated = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { ...openedToReceiver, secretKeys: [Buffer.alloc(32, 9), testSecret] },
    });
    const resealed = async () =>
      (await reseal(rotated.app)).flatMap(({ what, count }) => (/^webhook/.test(what) && count > 0 ? [what] : []));
    expect(await resealed()).toEqual(["webhook secrets", "webhook secrets that were rotated"]);
    expect(await resealed()).toEqual([]);
    await createRole("helper");
    await sendWebhooks(rotated);
    const { headers, body } = received().at(-1)!;
    const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
    expect(headers["webhook-signature"]).toContain(new Webhook(secret).sign(headers["webhook-id"]!, at, body));
    await rotated.close();
  });
});

describe("the catalog of payloads", () => {
  test("has every event, and for organizations those of organizations", () => {
    const personal = /^(user|identity|session|two_factor|passkey|operator|installation)\./;
    expect(Object.keys(auditActions).filter((type) => !personal.test(type) && !eventTypes.includes(type))).toEqual([]);
    expect(eventTypes.filter((type) => personal.test(type) || !(type in auditActions))).toEqual([]);
    expect(allEventTypes.toSorted()).toEqual(Object.keys(auditActions).toSorted());
  });

  test("lets no IP address, user agent or secret out", async () => {
    const { secret } = await listen(["*"]);
    await ada.bask.policy.update(organization, { allowedIps: ["127.0.0.0/8", "203.0.113.0/24"] });
    const { key, id } = await ada.bask.apiKeys.create(organization, {
      name: "Robot",
      metadata: { team: "canary" },
      allowedIps: ["127.0.0.1"],
    });
    await ada.bask.apiKeys.update(organization, id, { metadata: { team: "canary" }, allowedIps: ["127.0.0.1"] });
    const robot = await world.machine(key).whoami();
    expect(robot.type).toBe("api_key");
    await ada.bask.invitations.create(organization, { email: "guest@example.com" });
    await world.visitor.apiKeys.revokeLeaked({ key: key });
    await send();
    const types = received().map(({ event }) => event.type);
    expect(types).toContain("policy.changed");
    expect(types).toContain("api_key.leaked");
    const bodies = received()
      .map(({ body }) => body)
      .join("\n");
    for (const canary of ["127.0.0", "203.0.113", "Bun/", "canary", key, secret, "bml_", "http"])
      expect([canary, bodies.includes(canary)]).toEqual([canary, false]);
  });
});
