import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { record } from "../../src/audit/audit";
import type { OrganizationId } from "../../src/ids";
import type { WebhookSubscription } from "../../src/sdk/client";
import { openWebhookSender } from "../../src/webhooks/sending";
import { realTime } from "../support/clock";
import { storm } from "../support/expect";
import { openedToReceiver, openReceiver, type Receiver } from "../support/receiver";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, type Person, type World } from "../support/world";

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
  organization = (await ada.bask.organizations.create({ name: "Acme" })).id as OrganizationId;
});

const send = (at = world) => sendWebhooks(at);
const listen = (path = "/", events: WebhookSubscription[] = ["role.*"]) =>
  ada.bask.webhooks.create(organization, { url: receiver.url + path, events });
const createRole = (name: string) => ada.bask.roles.create(organization, { name, permissions: ["organization:read"] });
const at = (path: string) => receiver.received.filter((request) => request.path === path);
const deliveriesOf = async (id: string) => (await ada.bask.webhooks.listDeliveries(organization, id)).data;
const failWith = (status: number) => {
  receiver.respond = () => new Response("no", { status });
};

describe("an event", () => {
  test("is sent to the endpoints that ask for it, signed, with what its type allows and nothing else", async () => {
    const { secret } = await listen("/roles");
    await createRole("helper");
    await ada.bask.apiKeys.create(organization, { name: "Robot" });
    await send();
    const [request, ...others] = receiver.received;
    expect(others).toEqual([]);
    expect(request!.path).toBe("/roles");
    const [role] = (await ada.bask.auditLogs.list(organization, { action: "role.created" })).data;
    expect(request!.event).toEqual({
      id: role!.id,
      type: "role.created",
      timestamp: role!.at,
      data: {
        organizationId: organization,
        actor: { type: "user", id: role!.actorId },
        targetId: role!.targetId,
        details: { name: "helper", permissions: ["organization:read"] },
      },
    });
    expect(request!.headers).toMatchObject({ "content-type": "application/json", "webhook-id": role!.id });
    const signedAt = new Date(Number(request!.headers["webhook-timestamp"]) * 1000);
    expect(signedAt.getTime()).toBe(world.time.now());
    expect(request!.headers["webhook-signature"]).toBe(new Webhook(secret).sign(role!.id, signedAt, request!.body));
  });

  test("carries the trace of the request that caused it, in every attempt, and none that was not told or is none", async () => {
    await listen();
    const traced = `00-${"a1".repeat(16)}-${"b2".repeat(8)}-01`;
    const create = (name: string, traceparent?: string) =>
      world.fetch(`/organizations/${organization}/roles`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${ada.bask.tokens()!.accessToken}`,
          "Content-Type": "application/json",
          ...(traceparent !== undefined && { traceparent }),
        },
        body: JSON.stringify({ name, permissions: ["organization:read"] }),
      });
    await create("traced", traced);
    await create("odd", traced.replace("00-", "ff-"));
    await create("untraced");
    failWith(500);
    await send();
    world.time.pass({ seconds: 6 });
    receiver.respond = () => new Response();
    await send();
    const traces = receiver.received.map(({ event, headers }) => [
      (event.data.details as { name: string }).name,
      headers.traceparent,
    ]);
    expect(new Set(traces.map(String))).toEqual(new Set([`traced,${traced}`, "odd,", "untraced,"]));
    expect(traces.filter(([name]) => name === "traced")).toHaveLength(2);
    const { data } = await ada.bask.auditLogs.list(organization, { action: "role.created" });
    expect(data.map(({ traceparent }) => traceparent)).toEqual([null, null, traced]);
  });

  test("of before an endpoint was created is not sent to it", async () => {
    await createRole("before");
    await listen();
    await createRole("after");
    await send();
    expect(receiver.received.map(({ event }) => event.data.details)).toMatchObject([{ name: "after" }]);
  });

  test("of a change that was rolled back is never sent", async () => {
    const { id } = await listen();
    const undone = world.app.db.write(async (tx) => {
      await record(tx, { kind: "system" }, { action: "role.created", chain: organization, details: { name: "ghost" } });
      throw new Error("undone");
    });
    expect(undone).rejects.toThrow("undone");
    await createRole("real");
    await send();
    expect((await deliveriesOf(id)).map(({ payload }) => JSON.parse(payload).data.details.name)).toEqual(["real"]);
  });

  test("arrives once and in order, however many workers in two processes look for it", async () => {
    const twin = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: openedToReceiver,
    });
    const { id } = await listen();
    const names = Array.from({ length: 12 }, (_, i) => `role-${i}`);
    for (const name of names) await createRole(name);
    let underway = 0;
    let most = 0;
    receiver.respond = async () => {
      most = Math.max(most, ++underway);
      await Bun.sleep(1);
      underway--;
      return new Response();
    };
    const { lost } = await storm(16, (i) => send(i % 2 ? world : twin));
    expect(lost).toEqual([]);
    await send();
    expect(at("/").map(({ event }) => (event.data.details as { name: string }).name)).toEqual(names);
    expect(most).toBe(1);
    expect(await deliveriesOf(id)).toHaveLength(12);
    await twin.close();
  });

  test("verifies with a library that knows nothing of us", async () => {
    const now = await openWorld({ time: realTime(), config: openedToReceiver });
    const person = await now.person("Eve");
    const { id } = await person.bask.organizations.create({ name: "Acme" });
    const { secret } = await person.bask.webhooks.create(id, { url: receiver.url, events: ["*"] });
    await person.bask.roles.create(id, { name: "helper", permissions: ["organization:read"] });
    await send(now);
    const { body, headers } = receiver.received[0]!;
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: "role.created" });
    expect(() => new Webhook(secret).verify(body.replace("helper", "owner"), headers)).toThrow();
    await now.close();
  });
});

describe("an attempt that fails", () => {
  test("is repeated with growing waits and the same id, ten times, and the delivery stands failed", async () => {
    const { id } = await listen();
    await createRole("helper");
    failWith(500);
    const waits = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (const [i, seconds] of waits.entries()) {
      world.time.pass({ seconds: seconds - 1 });
      await send();
      expect(receiver.received.length).toBe(i === 0 ? 1 : i);
      world.time.pass({ seconds: seconds * 0.1 + 1 });
      await send();
      expect(receiver.received.length).toBe(i + 1);
    }
    world.time.pass({ days: 2 });
    await send();
    expect(receiver.received).toHaveLength(10);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    ada.bask = await world.signIn(ada);
    const [delivery] = await deliveriesOf(id);
    expect(delivery).toMatchObject({ status: "failed", nextAttemptAt: null, responseBody: "no" });
    expect(delivery!.attempts).toHaveLength(10);
    expect(delivery!.attempts[0]).toMatchObject({ responseStatus: 500, failure: null });
  });

  test("lets later events pass, and succeeds when the endpoint does", async () => {
    const { id } = await listen();
    await createRole("first");
    failWith(503);
    await send();
    receiver.respond = () => new Response();
    await createRole("second");
    await send();
    expect((await ada.bask.webhooks.get(organization, id)).failingSince).toBeNull();
    world.time.pass({ seconds: 6 });
    await send();
    const names = receiver.received.map(({ event }) => (event.data.details as { name: string }).name);
    expect(names).toEqual(["first", "second", "first"]);
    expect((await deliveriesOf(id)).map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });

  test("is also a redirect, which is not followed, and no response at all", async () => {
    const { id } = await listen("/moved");
    receiver.respond = () => Response.redirect(`${receiver.url}/elsewhere`, 307);
    await createRole("helper");
    await send();
    expect(at("/elsewhere")).toEqual([]);
    await ada.bask.webhooks.update(organization, id, { url: "http://127.0.0.2:1/" });
    world.time.pass({ seconds: 6 });
    await send();
    const [delivery] = await deliveriesOf(id);
    expect(delivery!.attempts).toMatchObject([
      { responseStatus: 307, failure: null },
      { responseStatus: null, failure: "connection_failed" },
    ]);
  });

  test("shows no more than the first 1,024 bytes of the response", async () => {
    const { id } = await listen();
    receiver.respond = () => new Response("\0".repeat(3) + "x".repeat(5_000), { status: 400 });
    await createRole("helper");
    await send();
    const [delivery] = await deliveriesOf(id);
    expect(delivery!.responseBody).toBe("x".repeat(1_021));
  });

  test("is made again by another process when the one that made it died", async () => {
    const dying = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: openedToReceiver,
    });
    await listen("/dies");
    await createRole("helper");
    const arrived = Promise.withResolvers<void>();
    receiver.respond = () => {
      arrived.resolve();
      return new Promise(() => {});
    };
    const sender = openWebhookSender(dying.app);
    await sender.tick();
    await arrived.promise;
    receiver.respond = () => new Response();
    await send();
    expect(at("/dies")).toHaveLength(1);
    world.time.pass({ minutes: 2 });
    await send();
    const [cut, again] = at("/dies");
    expect(again!.body).toBe(cut!.body);
  });
});

test("an endpoint that never answers delays no other", async () => {
  await listen("/hangs");
  const other = (await ada.bask.organizations.create({ name: "Other" })).id;
  await ada.bask.webhooks.create(other, { url: `${receiver.url}/works`, events: ["role.*"] });
  const hanging = Promise.withResolvers<Response>();
  const worked = Promise.withResolvers<void>();
  receiver.respond = ({ path }) => {
    if (path === "/hangs") return hanging.promise;
    worked.resolve();
    return new Response();
  };
  await createRole("helper");
  const sender = openWebhookSender(world.app);
  await sender.tick();
  await ada.bask.roles.create(other, { name: "helper", permissions: ["organization:read"] });
  await sender.tick();
  await worked.promise;
  expect(at("/hangs")).toHaveLength(1);
  hanging.resolve(new Response());
  await sender.idle();
});
