#!/usr/bin/env bun
/**
 * How many webhooks a second of CPU time sends, to 50 endpoints of a receiver in another process, without and beside one more endpoint that never
 * responds, in turn: `bun scripts/bench/webhooks.ts [EVENTS]`, with TEST_DATABASE_URL on PostgreSQL. Prints both, of each round, as JSON.
 */
import { recordAll } from "../../src/audit/audit";
import type { OrganizationId, UserId } from "../../src/ids";
import { setEntitlements } from "../../src/operators/operators.sql";
import { openWebhookSender } from "../../src/webhooks/sending";
import { realTime } from "../../tests/support/clock";
import { openedToReceiver } from "../../tests/support/receiver";
import { openWorld, type World } from "../../tests/support/world";
import { parseArguments, refuseArguments } from "../arguments";

const usage = "bun scripts/bench/webhooks.ts [EVENTS]";
const [count = "400"] = parseArguments(usage, { maxWords: 1 }).positionals;
const events = /^[1-9]\d{0,4}$/.test(count) ? Number(count) : refuseArguments(usage);
const endpoints = 50;
const rounds = 5;

/** Answers everything at once, but `/dead` never. */
const receiver = Bun.spawn(
  [
    process.execPath,
    "-e",
    `let received = 0;
     const server = Bun.serve({ port: 0, hostname: "127.0.0.2", idleTimeout: 0, async fetch(request) {
       const { pathname } = new URL(request.url);
       if (pathname === "/received") return new Response(String(received));
       if (pathname === "/dead") return new Promise(() => {});
       await request.arrayBuffer();
       received++;
       return new Response();
     } });
     console.log(server.url.href);`,
  ],
  { stdout: "pipe" },
);
const { value } = await receiver.stdout.getReader().read();
const url = new TextDecoder().decode(value).trim();
const received = async () => Number(await (await fetch(`${url}received`)).text());

/** Writes the events of an organization, and sends them. @returns webhooks a second of CPU time */
async function run(world: World, organization: OrganizationId): Promise<number> {
  const { app } = world;
  for (let i = 0; i < events; i += 50) {
    const batch = Array.from({ length: Math.min(50, events - i) }, (_, j) => ({
      action: "role.created" as const,
      details: { name: `role ${i + j}`, permissions: ["organization:read", "members:read"] },
    }));
    await app.db.write((tx) => recordAll(tx, { kind: "system" }, organization as OrganizationId | UserId, batch));
  }
  const expected = (await received()) + events * endpoints;
  const sender = openWebhookSender(app);
  const cpu = process.cpuUsage();
  while ((await received()) < expected) {
    await sender.tick();
    await Bun.sleep(20);
  }
  const { user, system } = process.cpuUsage(cpu);
  await sender.stop();
  return (events * endpoints) / ((user + system) / 1e6);
}

const world = await openWorld({ time: realTime(), config: openedToReceiver });
const ada = await world.person("Ada");
const organization = (await ada.bask.organizations.create({ name: "Acme" })).id as OrganizationId;
await world.app.db.write((tx) => setEntitlements(tx, organization, { plan: "enterprise", planOverrides: null }));
const listen = (path: string) =>
  ada.bask.webhooks.create(organization, { url: `${url}${path}`, events: ["role.created"] });
for (let i = 0; i < endpoints; i++) await listen(`${i}`);

const alone: number[] = [];
const beside: number[] = [];
const measureAlone = async () => void alone.push(await run(world, organization));
async function measureBeside() {
  const { id } = await listen("dead");
  beside.push(await run(world, organization));
  await ada.bask.webhooks.delete(organization, id);
}
for (let i = 0; i < 3; i++) await run(world, organization); // to warm up
for (let round = 0; round < rounds; round++)
  for (const measure of round % 2 ? [measureBeside, measureAlone] : [measureAlone, measureBeside]) await measure();
console.log(JSON.stringify({ alone, beside }));
receiver.kill();
await world.close();
process.exit(0);
