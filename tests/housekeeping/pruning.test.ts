import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SQL } from "bun";
import { eq } from "drizzle-orm";
import type { App } from "../../src/app";
import { pruneAudit } from "../../src/audit/retention";
import { verifyChains } from "../../src/audit/verify";
import type { Writer } from "../../src/db/database";
import { auditEvents } from "../../src/db/tables";
import { runDueJob } from "../../src/extensions/jobs";
import { newId } from "../../src/ids";
import { prune, pruningJob } from "../../src/pruning";
import { rowsOf } from "../support/migrations";
import { raw } from "../support/raw";
import { openWorld, type World } from "../support/world";

setDefaultTimeout(180_000);

const many = 30_000;

/** What there was before each transaction of some work, the first query of which takes so many milliseconds. */
async function beforeEachWrite<T>(
  { app, time }: World,
  milliseconds: number,
  look: () => Promise<T>,
  work: (app: App) => Promise<void>,
) {
  const seen: T[] = [];
  const write: App["db"]["write"] = async (unit) => {
    seen.push(await look());
    return app.db.write((tx) => {
      let isAsked = false;
      const get = (target: Writer, name: keyof Writer) => {
        if (!isAsked) time.pass({ milliseconds });
        isAsked = true;
        return target[name];
      };
      return unit(new Proxy(tx, { get } as ProxyHandler<Writer>));
    });
  };
  await work({ ...app, db: { ...app.db, write } });
  return seen;
}

describe("pruning", () => {
  let world: World;
  let url: string;
  beforeAll(async () => {
    world = await openWorld();
    url = world.app.config.database.url;
  });
  afterAll(() => world.close());

  const count = async (table: string) => Number((await rowsOf(url, `select count(*) as n from ${table}`))[0]!.n);
  const isPostgres = () => world.app.db.dialect === "postgres";
  const numbers = () =>
    isPostgres()
      ? `generate_series(1, ${many}) as n(i)`
      : `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many}) select i from n)`;
  const now = () => (isPostgres() ? "now()" : String(Date.now()));
  const longAgo = () => (isPostgres() ? "timestamptz '2020-01-01'" : String(Date.UTC(2020, 0)));

  test("of many rows is done in steps, between which requests are answered", async () => {
    const ada = await world.person("Ada");
    const { id } = await ada.bask.me.get();
    const old = longAgo();
    await raw(
      world,
      `insert into tickets (id, kind, user_id, email, created_at, expires_at) select 'tkt_' || i, 'verify-email', '${id}', 'a@b.c', ${old}, ${old} from ${numbers()}`,
    );
    const left = () => count("tickets where email = 'a@b.c'");
    const seen = new Set<number>();
    let done = false;
    const pruning = prune(world.app).finally(() => {
      done = true;
    });
    while (!done) {
      expect((await world.fetch("/health")).status).toBe(200);
      seen.add(await left());
    }
    await pruning;
    expect(await left()).toBe(0);
    expect(seen.size).toBeGreaterThan(5);
  });

  test("of a long audit log is done in steps, and what is left verifies", async () => {
    const own = await openWorld();
    const [grace, ken] = [await own.person("Grace"), await own.person("Ken")];
    const { id } = await grace.bask.organizations.create({ name: "Old" });
    for (let i = 0; i < 120; i++) await grace.bask.organizations.update(id, { name: `Old ${i}` });
    await ken.bask.organizations.create({ name: "Young" });
    own.time.pass({ days: 91 });
    await (await own.signIn(grace)).organizations.update(id, { name: "Older" });
    const events = () => own.app.db.reader.$count(auditEvents, eq(auditEvents.chain, id));
    const left = await beforeEachWrite(own, 30, events, pruneAudit);
    expect(new Set(left).size).toBeGreaterThan(4);
    expect(await events()).toBe(1);
    expect(await verifyChains(own.app)).toEqual([]);
    await own.close();
  });

  test("of a large organization that was deleted takes its keys and their usage in steps, and leaves other ones alone", async () => {
    const eve = await world.person("Eve");
    const [gone, kept] = [
      await eve.bask.organizations.create({ name: "Gone" }),
      await eve.bask.organizations.create({ name: "Kept" }),
    ];
    const { id: keyId } = await eve.bask.apiKeys.create(gone.id, { name: "Robot" });
    const { id: keptKey } = await eve.bask.apiKeys.create(kept.id, { name: "Robot" });
    const today = Math.floor(world.time.now() / 86_400_000);
    for (const key of [keyId, keptKey])
      await raw(
        world,
        `insert into key_usage (key_id, seconds, start, spent, ok, limited, denied) select '${key}', 86400, cast(86400 as bigint) * (${today} + 100 + i), 0, 1, 0, 0 from ${numbers()}`,
      );
    const webhook = newId("whk", world.time.now());
    await raw(
      world,
      `insert into webhooks (id, organization_id, url, events, sealed_secret, starts_after, created_at, turn) values ('${webhook}', '${gone.id}', 'https://a.test', '[]', '', 0, ${longAgo()}, 0)`,
      `insert into webhook_deliveries (id, webhook_id, event_id, seq, type, payload, status, manual, attempts, due_at, history, created_at) select 'dlv_' || i, '${webhook}', 'evt_' || i, i, 'a', '', 'succeeded', ${isPostgres() ? "false" : 0}, 1, ${longAgo()}, '[]', ${now()} from ${numbers()}`,
    );
    await eve.bask.organizations.delete(gone.id);
    world.time.pass({ days: 15 });
    const left = await beforeEachWrite(world, 0, () => count("webhook_deliveries"), prune);
    expect(new Set(left).size).toBeGreaterThan(5);
    expect((await rowsOf(url, "select name from organizations")).map(({ name }) => name)).not.toContain("Gone");
    expect(await count(`key_usage where key_id = '${keyId}'`)).toBe(0);
    expect(await count(`key_usage where key_id = '${keptKey}'`)).toBe(many);
  });
});

test("of all processes one deletes, once an hour", async () => {
  const world = await openWorld();
  const twin = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
  /** How many transactions each process made: one looks whether it is due, and all others delete. */
  const run = () =>
    Promise.all(
      [world, twin].map(async ({ app }) => {
        let writes = 0;
        const write: App["db"]["write"] = (unit) => {
          writes++;
          return app.db.write(unit);
        };
        await runDueJob({ ...app, db: { ...app.db, write } }, pruningJob);
        return writes;
      }),
    );
  const [idle, busy] = (await run()).toSorted((a, b) => a - b);
  expect(idle).toBe(1);
  expect(busy).toBeGreaterThan(10);
  world.time.pass({ minutes: 59 });
  expect(await run()).toEqual([1, 1]);
  world.time.pass({ minutes: 2 });
  expect((await run()).toSorted((a, b) => a - b)).toEqual([1, busy!]);
  await twin.close();
  await world.close();
});

describe.skipIf(!process.env.DATABASE_URL?.startsWith("postgres"))("pruning on PostgreSQL", () => {
  test("finds the rows of a step by an index", async () => {
    const world = await openWorld();
    const client = new SQL(world.app.config.database.url, { max: 1 });
    await client.unsafe("set enable_seqscan = off");
    const plan = await client.unsafe(
      "explain delete from tickets where ctid = any(array(select ctid from tickets where expires_at < now() limit 10))",
    );
    const text = plan.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n");
    expect(text).toContain("tickets_expiry");
    expect(text).toContain("Tid Scan");
    await client.close();
    await world.close();
  });
});
