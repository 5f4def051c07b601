import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Delivery, Webhook } from "../../src/webhooks/webhooks.contract";
import { realTime } from "../support/clock";
import { temporaryFolder } from "../support/process";
import { openedToReceiver, openReceiver } from "../support/receiver";
import { runScript } from "../support/scripts";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, testSecret } from "../support/world";

setDefaultTimeout(180_000);

const receiver = openReceiver();
const folder = temporaryFolder();
afterAll(async () => {
  folder[Symbol.dispose]();
  await receiver.close();
});

test("webhooks are listed, tested, looked at and sent again at the machine, and a server sends what was asked", async () => {
  const world = await openWorld({ time: realTime(), config: openedToReceiver });
  const environment = {
    DATABASE_URL: world.app.config.database.url,
    SECRET_KEY: testSecret.toString("base64url"),
    PUBLIC_URL: "https://bask.test",
  };
  const bask = (...args: string[]) => runScript(folder.path, ["bask", "webhook", ...args], { environment });
  const json = async (...args: string[]) => JSON.parse((await bask(...args, "--json")).stdout);
  const ada = await world.person("Ada");
  const { id: organization } = await ada.bask.organizations.create({ name: "Acme", slug: "acme" });
  const webhook = await ada.bask.webhooks.create(organization, { url: receiver.url, events: ["role.*"] });

  const [listed, ...others] = await json("list", "acme");
  expect(others).toEqual([]);
  expect(listed).toMatchObject({ id: webhook.id, url: receiver.url, status: "enabled" });
  expect(Object.keys(listed).sort()).toEqual(Object.keys(Webhook.shape).sort());
  expect(await json("list")).toEqual([]); // the installation has none

  receiver.respond = () => new Response("no", { status: 500 });
  const asked = await bask("test", webhook.id);
  expect(asked.stdout).toMatch(/^dlv_\w{26}\n$/);
  const delivery = asked.stdout.trim();
  await sendWebhooks(world);
  expect(receiver.received.map(({ event }) => event.type)).toEqual(["webhook.test"]);
  const [failed] = await json("deliveries", webhook.id, "--status", "failed");
  expect(failed).toMatchObject({ id: delivery, type: "webhook.test" });
  expect(Object.keys(failed).sort()).toEqual(Object.keys(Delivery.shape).sort());

  receiver.respond = () => new Response("thanks");
  expect(await json("redeliver", webhook.id, delivery)).toMatchObject({ id: delivery, status: "pending" });
  await sendWebhooks(world);
  const [first, second] = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(second).toBe(first!);
  expect(await json("deliveries", webhook.id)).toMatchObject([{ id: delivery, status: "succeeded" }]);

  expect((await bask("test", "whk_0000000000000000000000000")).exitCode).toBe(3);
  expect((await bask("redeliver", webhook.id, "dlv_1")).exitCode).toBe(3);
  expect((await bask("deliveries", webhook.id, "--status", "gone")).exitCode).toBe(2);
  await ada.bask.webhooks.update(organization, webhook.id, { enabled: false });
  expect(await bask("test", webhook.id)).toMatchObject({ exitCode: 1, stdout: "" });
});
