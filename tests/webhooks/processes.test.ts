import { afterEach, expect, test } from "bun:test";
import { createClient } from "../support/client";
import { testTime } from "../support/clock";
import { newDatabase } from "../support/databases";
import { killProcesses, startBask, temporaryFolder } from "../support/process";
import { openedToReceiver, openReceiver } from "../support/receiver";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, testSecret } from "../support/world";

afterEach(killProcesses);

test("what a process that ended by kill -9 had committed and not sent is sent by another", async () => {
  const receiver = openReceiver();
  const database = await newDatabase();
  using folder = temporaryFolder();
  const bask = await startBask(folder.path, {
    DATABASE_URL: database.url,
    SECRET_KEY: testSecret.toString("base64url"),
    OUTBOUND_NETWORKS: "127.0.0.2",
  });
  receiver.respond = () => {
    bask.kill("SIGKILL");
    return new Promise(() => {});
  };
  const ada = createClient({ url: bask.url });
  const account = { email: "ada@example.com", password: "Ada likes long passwords" };
  await ada.auth.register({ ...account, fullName: "Ada" });
  await ada.auth.login(account);
  const { id } = await ada.organizations.create({ name: "Acme" });
  const webhook = await ada.webhooks.create(id, { url: receiver.url, events: ["role.created"] });
  await ada.webhooks.update(id, webhook.id, { enabled: false });
  const names = ["one", "two", "three"];
  for (const name of names) await ada.roles.create(id, { name, permissions: ["organization:read"] });
  await ada.webhooks.update(id, webhook.id, { enabled: true });
  await bask.exited;

  receiver.respond = () => new Response();
  const other = await openWorld({
    databaseUrl: database.url,
    time: testTime(Date.now() + 180_000),
    config: openedToReceiver,
  });
  await sendWebhooks(other);
  const received = receiver.received.map(({ event }) => (event.data.details as { name: string }).name);
  expect(received.toSorted()).toEqual(["one", ...names].toSorted());
  const [cut, ...sent] = receiver.received;
  const again = sent.find(({ headers }) => headers["webhook-id"] === cut!.headers["webhook-id"]);
  expect(again!.body).toBe(cut!.body);
  await other.close();
  await receiver.close();
  await database.remove();
}, 180_000);
