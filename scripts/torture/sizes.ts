import { createClient } from "../../src/sdk/client";
import { rowsOf } from "../../tests/support/migrations";
import type { BaskProcess } from "../../tests/support/process";
import { account, both, credentials, daysAgo, numbers, type Place, rawly, type Scenario, statusWith } from "./scenario";
import { stallFaults, watchHealth } from "./watch";

/** Milliseconds that a process may do nothing else, with SQLite in it and without. */
const maxStall = ({ dialect }: Place) => (dialect === "sqlite" ? 100 : 250);

/** How many rows there are of each of these, together. */
async function rowsLeft({ url }: Place, tables: readonly string[]): Promise<number> {
  const counts = await Promise.all(tables.map((table) => rowsOf(url, `select count(*) as n from ${table}`)));
  return counts.reduce((sum, [row]) => sum + Number(row!.n), 0);
}

/** Starts a process and waits until its pruning has removed these rows, while `/health` is watched. */
async function prune(place: Place, tables: readonly string[], keep: number) {
  await rawly(place, "delete from jobs");
  const bask = await place.start();
  const stop = watchHealth(bask, place.folder);
  const deadline = performance.now() + 240_000 * Math.max(1, place.factor);
  let rows = await rowsLeft(place, tables);
  while (rows > keep && performance.now() < deadline) {
    await Bun.sleep(2_000);
    rows = await rowsLeft(place, tables);
  }
  const stall = await stop();
  bask.kill("SIGTERM");
  await bask.exited;
  return { stall, faults: [...(rows > keep ? [`${rows} rows are left`] : []), ...stallFaults(stall, maxStall(place))] };
}

/** An organization of 4,000 members, 500 keys with 100,000 rows of usage, and 100,000 events. */
async function fillOrganization(place: Place, url: string) {
  const ada = createClient({ url });
  await ada.auth.register(account("ada"));
  await ada.auth.login(credentials("ada"));
  const { id } = await ada.organizations.create({ name: "Large" });
  const { id: owner } = await ada.me.get();
  const { id: keyId, key } = await ada.apiKeys.create(id, { name: "Robot" });
  const columns = async (table: string) =>
    place.dialect === "postgres"
      ? (
          await rowsOf(
            place.url,
            `select column_name as name from information_schema.columns where table_name = '${table}' and is_identity = 'NO'`,
          )
        ).map(({ name }) => String(name))
      : (await rowsOf(place.url, `select name from pragma_table_info('${table}')`)).map(({ name }) => String(name));
  /** Repeats the row of a table with some of its values replaced. */
  const repeat = async (table: string, many: number, where: string, values: Record<string, string>) => {
    const names = await columns(table);
    const quoted = names.map((name) => `"${name}"`);
    const taken = names.map((name) => values[name] ?? `t."${name}"`);
    await rawly(
      place,
      `insert into ${table} (${quoted}) select ${taken} from ${table} t, ${numbers(place, many)} where ${where}`,
    );
  };
  await repeat("users", 4_000, `t.id = '${owner}'`, { id: "'usr_many' || i", email: "'many' || i || '@example.com'" });
  await repeat("memberships", 4_000, `t.user_id = '${owner}' and t.organization_id = '${id}'`, {
    id: "'mem_many' || i",
    user_id: "'usr_many' || i",
    role: "'member'",
  });
  await repeat("api_keys", 499, `t.id = '${keyId}'`, { id: "'key_many' || i", hash: "'many' || i" });
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600;
  await rawly(
    place,
    `insert into key_usage (key_id, seconds, start, spent, ok, limited, denied)
     select k.id, 3600, ${hour} - 3600 * i, 1, 1, 0, 0 from api_keys k, ${numbers(place, 200)} where k.organization_id = '${id}'`,
    `insert into audit_events (id, chain, seq, at, action, actor_type, actor_id, user_agent, details, hash)
     select 'evt_many' || i, '${id}', 1000 + i, ${daysAgo(place, 1)}, 'member.removed', 'user', 'usr_many' || i, '${"x".repeat(200)}', '{}', 'h' from ${numbers(place, 100_000)}`,
    `update audit_chains set length = 101000, fanned_out = 101000 where chain = '${id}'`,
    `insert into login_failures (account, source, failures, expires_at) select '${owner}', 'source' || i, 1, ${daysAgo(place, -1)} from ${numbers(place, 50_000)}`,
    `update organizations set plan = 'enterprise' where id = '${id}'`,
  );
  return { ada, id, key, owner };
}

/** Reads what may take long, all of which must be answered. */
async function readLong({ url }: BaskProcess, id: string, headers: Record<string, string>): Promise<string[]> {
  const paths = [
    `organizations/${id}/audit-logs?action=no.event`,
    `organizations/${id}/audit-logs.csv?limit=10000`,
    `organizations/${id}/audit-logs.csv?limit=10000&actor=usr_00000000000000000000000000`,
    `organizations/${id}/usage?step=hour`,
    `organizations/${id}/usage?step=day`,
    `organizations/${id}/members?search=unknown`,
    `organizations/${id}/api-keys?search=unknown`,
  ];
  const faults: string[] = [];
  for (const path of paths) {
    const response = await fetch(`${url}/${path}`, { headers });
    const text = await response.text();
    if (response.status !== 200) faults.push(`${path}: ${response.status} ${text.slice(0, 200)}`);
  }
  return faults;
}

export const sizes: readonly Scenario[] = [
  {
    name: "pruning of a large database",
    on: both,
    async run(place) {
      const first = await place.start();
      first.kill("SIGTERM");
      await first.exited;
      const many = 50_000 * place.factor;
      const old = place.dialect === "postgres" ? "timestamptz '2020-01-01'" : String(Date.UTC(2020, 0));
      const filler = `'${"x".repeat(400)}'`;
      await rawly(
        place,
        `insert into audit_events (id, chain, seq, at, action, actor_type, user_agent, details, hash) select 'evt_' || i, 'usr_old', i, ${old}, 'session.started', 'system', ${filler}, '{}', 'h' || i from ${numbers(place, many)}`,
        `insert into audit_chains (chain, length, fanned_out) values ('usr_old', ${many}, ${many})`,
        `insert into login_failures (account, source, failures, expires_at) select i || ${filler}, 'one', 1, ${old} from ${numbers(place, many)}`,
        `insert into changes (topic, subject, at) select 'user', 'usr_' || i || ${filler}, ${old} from ${numbers(place, many)}`,
        `insert into attempts (subject, times, expires_at) select 'a' || i || ${filler}, '[]', ${old} from ${numbers(place, many)}`,
      );
      const tables = [
        "audit_events where chain = 'usr_old'",
        `login_failures where expires_at = ${old}`,
        `changes where at = ${old}`,
        `attempts where expires_at = ${old}`,
      ];
      const { stall, faults } = await prune(place, tables, 1);
      return { rounds: 1, checked: `${4 * many} rows are pruned while /health is asked`, faults, stall };
    },
  },
  {
    name: "large organization read and deleted",
    on: both,
    async run(place) {
      const bask = await place.start();
      const { ada, id, key } = await fillOrganization(place, bask.url);
      const headers = { Authorization: `Bearer ${ada.tokens()!.accessToken}` };
      const faults: string[] = [];
      let stop = watchHealth(bask, place.folder);
      faults.push(...(await readLong(bask, id, headers)));
      const reading = await stop();
      faults.push(...stallFaults(reading, maxStall(place)).map((fault) => `reading: ${fault}`));
      stop = watchHealth(bask, place.folder);
      const second = await ada.organizations.create({ name: "Second" });
      await ada.organizations.delete(second.id);
      await ada.organizations.delete(id);
      if ((await statusWith(bask, { "X-API-Key": key })) !== 401) faults.push("a key of it is served");
      await ada.me.delete({ password: credentials("ada").password });
      const deleting = await stop();
      faults.push(...stallFaults(deleting, maxStall(place)).map((fault) => `deleting: ${fault}`));
      bask.kill("SIGTERM");
      await bask.exited;
      await rawly(place, `update organizations set deleted_at = ${daysAgo(place, 15)}`);
      const purged = await prune(place, ["organizations", "memberships", "api_keys", "key_usage"], 0);
      faults.push(...purged.faults.map((fault) => `purging: ${fault}`));
      const stalls = [reading, deleting, purged.stall];
      const stall = stalls.toSorted((a, b) => (b.own ?? b.worst) - (a.own ?? a.worst))[0]!;
      return {
        rounds: 1,
        checked: "4,000 members, 500 keys, 100,000 events and uses, an account, while /health is asked",
        faults,
        stall,
      };
    },
  },
];
