import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { findPrincipal } from "../../src/access/authenticate";
import type { App } from "../../src/app";
import { record } from "../../src/audit/audit";
import { parseConfig } from "../../src/config/config";
import { startHousekeeping } from "../../src/housekeeping";
import type { OrganizationId } from "../../src/ids";
import { closeApp, openApp } from "../../src/open-app";
import { prune } from "../../src/pruning";
import { createClient } from "../../src/sdk/client";
import { openServer } from "../../src/server/server";

/** What some processes cost the database they share, beside the requests they serve. */
export interface Share {
  processes: number;
  /** Keys that each process served in each second. */
  keysPerSecond: number;
  /** Audited changes a second, of all processes together. */
  changes: number;
  /** Keys a second whose use was stored. */
  saves: number;
  connections: number;
  /** Transactions a second; a statement outside of one counts as one. */
  transactions: number;
  /** Milliseconds of CPU a second, of every process of PostgreSQL. */
  cpu: number;
  /** How long it was measured, in seconds. */
  seconds: number;
}

/** What rows cost. */
export interface Rows {
  /** Those that one process deletes in a second. */
  deleted: number;
  /** Microseconds of CPU to delete one, of every process of PostgreSQL. */
  cpu: number;
  /** Bytes of one on the disk, indexes included. */
  bytes: { key_usage: number; audit_events: number };
}

/** Keys that each process takes turns with. */
const keysEach = 50;
/** Times a second that simulated load comes. */
const ticks = 20;
/** Old minutes that are pruned. */
const oldMinutes = 500_000;

/**
 * Runs what 64 processes do beside their requests, in one process, on one PostgreSQL: polls of the feed, jobs, and the uses of keys that are stored once a
 * second. Their statements are the program's own; only their own CPU says nothing here. Then one of them prunes old minutes of the keys.
 * @param url an empty database
 */
export async function simulate(
  url: string,
  processes: number,
  seconds: number,
): Promise<{ shares: Share[]; rows: Rows }> {
  const config = parseConfig({
    DATABASE_URL: url,
    SECRET_KEY: randomBytes(32).toString("base64url"),
    PUBLIC_URL: "https://bask.test",
    LOG_LEVEL: "error",
    DATABASE_POOL: "4",
    AUTH_RATE_LIMIT: "1000000",
    USER_RATE_LIMIT: "1000000",
  });
  const passwordCost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
  const apps: App[] = [await openApp(config, { passwordCost })];
  while (apps.length < processes) apps.push(await openApp(config, { passwordCost }));
  const keys = await makeKeys(apps[0]!, url, processes);
  const stops: (() => Promise<void>)[] = [];
  for (const app of apps) {
    stops.push(startHousekeeping(app));
    await Bun.sleep(250 / processes);
  }
  await using sql = new Bun.SQL(url, { max: 1 });
  const shares: Share[] = [];
  const loads = [
    { keysPerSecond: 0, changes: 0 },
    { keysPerSecond: 10, changes: 0 },
    { keysPerSecond: keysEach, changes: 0 },
    { keysPerSecond: 0, changes: 200 },
  ];
  for (const load of loads) {
    const timers = [await usesOf(apps, keys, load.keysPerSecond), changesOf(apps, load.changes)];
    await Bun.sleep(1_500);
    shares.push(await measure(sql, { processes, ...load, seconds }));
    timers.forEach(clearInterval);
  }
  await Promise.all(stops.map((stop) => stop()));
  const rows = await deleteOldMinutes(apps[0]!, sql);
  await Promise.all(apps.map(closeApp));
  return { shares, rows };
}

/** Prunes minutes of all keys that are three days old and more, which lie there in the order of their time. */
async function deleteOldMinutes(app: App, sql: Bun.SQL): Promise<Rows> {
  await sql.unsafe(
    `insert into key_usage (key_id, seconds, start, spent, ok, limited, denied)
      select key.id, 60, (extract(epoch from now())::bigint / 60 - 4320 - minute) * 60, 600, 600, 0, 0
      from generate_series(0, ${oldMinutes} / (select count(*) from api_keys)) minute cross join api_keys key order by minute desc`,
  );
  await sql.unsafe("analyze key_usage");
  const countOf = async (table: string) =>
    (
      await sql.unsafe(
        `select count(*)::int as rows, pg_total_relation_size('${table}')::float8 as bytes from ${table}`,
      )
    )[0];
  const [minutes, events] = [await countOf("key_usage"), await countOf("audit_events")];
  const [{ pid }] = await sql.unsafe("select pg_backend_pid()::int as pid");
  const [begun, before] = [performance.now(), cpuOfServer(pid)];
  await prune(app);
  const [took, cpu] = [performance.now() - begun, cpuOfServer(pid) - before];
  const deleted = minutes.rows - (await countOf("key_usage")).rows;
  return {
    deleted: Math.round((deleted / took) * 1_000),
    cpu: Number(((cpu / deleted) * 1_000).toPrecision(2)),
    bytes: {
      key_usage: Math.round(minutes.bytes / minutes.rows),
      audit_events: Math.round(events.bytes / events.rows),
    },
  };
}

/** Keys of one organization for every process. */
async function makeKeys(app: App, url: string, processes: number): Promise<string[]> {
  const server = openServer(app).listen({ port: 0, hostname: "127.0.0.1" });
  const ada = createClient({ url: `http://127.0.0.1:${server.port}` });
  const account = { email: "ada@example.com", password: "correct horse battery" };
  await ada.auth.register({ ...account, fullName: "Ada" });
  await ada.auth.login(account);
  const keys: string[] = [];
  await using sql = new Bun.SQL(url, { max: 1 });
  while (keys.length < processes * keysEach) {
    const { id } = await ada.organizations.create({ name: "Engines" });
    await sql.unsafe(`update organizations set plan = 'enterprise' where id = '${id}'`);
    for (let i = 0; i < 500 && keys.length < processes * keysEach; i += 10) {
      const made = await Promise.all(
        Array.from({ length: 10 }, (_, j) => ada.apiKeys.create(id, { name: `Key ${i + j}` })),
      );
      keys.push(...made.map(({ key }) => key));
    }
  }
  await server.stop(true);
  return keys;
}

/** Counts a use of so many keys of each process once a second, spread over it. */
async function usesOf(apps: readonly App[], keys: readonly string[], keysPerSecond: number) {
  const principals = await Promise.all(
    apps.flatMap((app, i) =>
      keys
        .slice(i * keysEach, i * keysEach + keysPerSecond)
        .map(async (key) => ({ app, principal: (await findPrincipal(app, key))! })),
    ),
  );
  let next = 0;
  return setInterval(() => {
    for (let i = next++ % ticks; i < principals.length; i += ticks) {
      const { app, principal } = principals[i]!;
      const now = app.clock.now();
      app.usage.consume(principal.use, principal.limits, now);
      app.usage.count(principal.use, "ok", now, { ip: "127.0.0.1", userAgent: "simulation", requestId: String(i) });
    }
  }, 1_000 / ticks);
}

/** Records so many events a second, each in a transaction of its own, in the logs of 500 organizations that are not there. */
function changesOf(apps: readonly App[], changes: number) {
  const perTick = changes / ticks;
  let next = 0;
  return setInterval(() => {
    for (let i = 0; i < perTick; i++) {
      const chain = `org_${String(next % 500).padStart(26, "0")}` as OrganizationId;
      const { db, log } = apps[next++ % apps.length]!;
      const event = {
        action: "role.created",
        chain,
        details: { name: "helper", permissions: ["members:read"] },
      } as const;
      db.write((tx) => record(tx, { kind: "system" }, event)).catch((err) => log.error({ err }, "a change failed"));
    }
  }, 1_000 / ticks);
}

async function measure(
  sql: Bun.SQL,
  { processes, keysPerSecond, changes, seconds }: Pick<Share, "processes" | "keysPerSecond" | "changes" | "seconds">,
): Promise<Share> {
  const [{ pid }] = await sql.unsafe("select pg_backend_pid()::int as pid");
  const look = async () => {
    const [{ transactions, connections, saves }] = await sql.unsafe(
      `select (xact_commit + xact_rollback)::float8 as transactions, numbackends::int as connections,
          (select n_tup_upd::float8 from pg_stat_user_tables where relname = 'api_keys') as saves
        from pg_stat_database where datname = current_database()`,
    );
    return { at: performance.now(), cpu: cpuOfServer(pid), transactions, connections, saves };
  };
  const before = await look();
  await Bun.sleep(seconds * 1_000);
  const after = await look();
  const took = (after.at - before.at) / 1_000;
  return {
    processes,
    keysPerSecond,
    changes,
    saves: Math.round((after.saves - before.saves) / took),
    connections: after.connections - 1,
    transactions: Math.round((after.transactions - before.transactions) / took),
    cpu: Math.round((after.cpu - before.cpu) / took),
    seconds,
  };
}

/** Milliseconds of CPU that the server of a session has taken so far, those of its processes that have ended included. */
function cpuOfServer(session: number): number {
  const postmaster = statOf(session)!.parent;
  let ticks = statOf(postmaster)!.all;
  for (const pid of new Bun.Glob("*").scanSync({ cwd: "/proc", onlyFiles: false })) {
    const stat = /^\d+$/.test(pid) ? statOf(Number(pid)) : undefined;
    if (stat?.parent === postmaster) ticks += stat.own;
  }
  return ticks * 10;
}

/** Of /proc/PID/stat, in hundredths of a second; undefined for a process that has ended. */
function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user, system, childUser, childSystem] = fields.slice(11, 15) as [number, number, number, number];
    return { parent: fields[1]!, own: user + system, all: user + system + childUser + childSystem };
  } catch {
    return undefined;
  }
}
