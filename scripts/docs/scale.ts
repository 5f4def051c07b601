import costs from "../../docs/measured/costs.json";
import shares from "../../docs/measured/processes.json";
import rows from "../../docs/measured/rows.json";

/** What people and keys are assumed to do; with other habits, other numbers. */
const habits = {
  /** Of all people, on one day. */
  active: 0.1,
  /** Of one who is active, on that day. */
  signIns: 0.2,
  refreshes: 16,
  requests: 200,
  changes: 0.5,
  /** Of the busiest hour, in place of the mean. */
  peak: 3,
  /** Requests a second of a key that is in use. */
  perKey: 10,
  /** Of audited changes, those that a webhook is sent for. */
  webhooks: 0.1,
};
/** Keys that a process keeps in memory. */
const keptKeys = 300_000;
/** How busy a process may be at the peak, of the one core it can use. */
const busy = 0.5;

const idle = shares.find(({ keysPerSecond, changes }) => keysPerSecond === 0 && changes === 0)!;
/** Milliseconds of CPU of PostgreSQL, beside what idle processes take. */
const above = ({ cpu }: { cpu: number }) => cpu - idle.cpu;
const saving = shares.toSorted((a, b) => b.saves - a.saves)[0]!;
const perSave = above(saving) / saving.saves;
const changing = shares.find(({ changes }) => changes > 0)!;
const perChange = above(changing) / changing.changes;

const day = 86_400;
const micro = 1e-6;
const cost = (work: keyof typeof costs.requests) => costs.requests[work] * micro;

interface Load {
  people: number;
  /** Requests by key a second. */
  keys: number;
}

function model({ people, keys }: Load) {
  const perSecond = (perDay: number) => (people * habits.active * perDay * habits.peak) / day;
  const signIns = perSecond(habits.signIns);
  const refreshes = perSecond(habits.refreshes);
  const requests = perSecond(habits.requests);
  const changes = perSecond(habits.changes);
  const inUse = keys / habits.perKey;
  const serving =
    requests * cost("Bask on PostgreSQL, token") +
    refreshes * cost("Bask on PostgreSQL, refresh") +
    signIns * cost("Bask, login") +
    keys * cost("Bask on PostgreSQL, key");
  /** Of a key whose requests go to one process, and to any of them. */
  const processesWith = (saves: (processes: number) => number) => {
    let processes = 2;
    while ((serving + saves(processes) * costs.storing * micro) / processes > busy) processes++;
    return processes;
  };
  const anywhere = (processes: number) => Math.min(keys, inUse * processes);
  const processes = processesWith(() => inUse);
  const database = (saves: number) =>
    ((idle.cpu / idle.processes) * processes + saves * perSave + (changes + refreshes + signIns) * perChange) / 1_000;
  return {
    requests,
    refreshes,
    signIns,
    processes,
    cores: serving,
    memory: costs.memory + (Math.min(inUse, keptKeys) * costs.perKey) / 1_000,
    database: database(inUse),
    spread: database(anywhere(processesWith(anywhere))),
    minutes: 3 * inUse * 1_440,
    events: (changes / habits.peak) * day,
    deliveries: (changes / habits.peak) * day * habits.webhooks,
  };
}

const loads: readonly Load[] = [
  { people: 1e4, keys: 1e3 },
  { people: 1e6, keys: 1e4 },
  { people: 1e8, keys: 1e4 },
  { people: 1e8, keys: 1e5 },
];

const powers: Readonly<Record<string, string>> = { 1e3: "10^3", 1e4: "10^4", 1e5: "10^5", 1e6: "10^6", 1e8: "10^8" };
const nice = (value: number): string => {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(2)} billion`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))} million`;
  return value >= 100
    ? Number(value.toPrecision(2)).toLocaleString("en-US")
    : String(Number(value.toPrecision(value < 1 ? 1 : 2)));
};
const size = (bytes: number) => (bytes >= 1e12 ? `${nice(bytes / 1e12)} TB` : `${nice(bytes / 1e9)} GB`);
const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(head), `|${head.map(() => "---|").join("")}`, ...rows.map(row)].join("\n");

/** The whole of docs/scale.md. */
export function scalePage(): string {
  const results = loads.map((load) => ({ ...load, ...model(load) }));
  const largest = results.at(-1)!;
  return `# Scale

How many processes serve how many people and keys, what PostgreSQL carries, and which limit comes first. Written by \`bun run docs\` from \`docs/measured\`; measure
anew on your machine with

\`\`\`console
$ bun run bench --json > bench.txt
$ bun scripts/scale.ts --bench bench.txt --simulate
$ bun run docs
\`\`\`

Everything below is computed from measured costs, not measured at that size. What was measured: requests on two cores, ${idle.processes} processes' worth of work beside
requests on one PostgreSQL.

## What things cost

CPU of Bask in microseconds, and its memory, on ${costs.cpu}, Bun ${costs.bun}:

${table(
  ["work", "cost"],
  [
    ["request by API key, on PostgreSQL", `${costs.requests["Bask on PostgreSQL, key"]} us`],
    ["request by access token, on PostgreSQL", `${costs.requests["Bask on PostgreSQL, token"]} us`],
    ["refresh, on PostgreSQL", `${costs.requests["Bask on PostgreSQL, refresh"]} us`],
    ["sign-in by password", `${nice(costs.requests["Bask, login"])} us`],
    ["creating a key, on SQLite", `${costs.requests["Bask, creating, create key"]} us`],
    ["storing that a key was used, once a second for each key and process, on SQLite", `${costs.storing} us`],
    ["memory of an idle process", `${costs.memory} MB`],
    ["memory of each key that it serves, up to 300,000 of them", `${costs.perKey} kB`],
    ["deleting an old row, of PostgreSQL", `${rows.cpu} us`],
  ],
)}

## What processes cost the database

Each process polls what others announced four times a second, and looks once a second for emails, webhooks, streams and the clock. ${idle.processes} of them, simulated in one
program with the statements of the real one, with four connections each; PostgreSQL on the same two cores:

${table(
  [
    "keys in use a second and process",
    "audited changes a second",
    "connections",
    "transactions a second",
    "keys stored a second",
    "CPU of PostgreSQL",
  ],
  shares.map(({ keysPerSecond, changes, connections, transactions, saves, cpu }) => [
    keysPerSecond,
    changes,
    connections,
    nice(transactions),
    nice(saves),
    `${(cpu / 10).toFixed(1)} % of a core`,
  ]),
)}

So ${idle.processes} idle processes take ${(idle.cpu / 10).toFixed(0)} % of one core of PostgreSQL, ${nice(idle.transactions / idle.processes)} transactions a second each. Storing the use of a key
costs PostgreSQL ${nice(perSave * 1_000)} us where a process stores ${saving.keysPerSecond} at once (most of it is the transaction, so few keys cost nearly as much), an audited change ${nice(perChange * 1_000)} us, looking for webhooks included.

## The model

Assumed: ${habits.active * 100} % of all people are active on a day; each of them makes ${habits.requests} requests, ${habits.refreshes} refreshes, ${habits.signIns} sign-ins by password and ${habits.changes} audited changes; the
busiest hour has ${habits.peak} times the mean; a key in use makes ${habits.perKey} requests a second; a process may use ${busy * 100} % of its core. A refresh and a sign-in are counted in PostgreSQL as
an audited change, which is more than they are.

${table(
  [
    "people",
    "key requests a second",
    "token requests",
    "refreshes",
    "sign-ins a second",
    "cores of Bask",
    "processes",
    "memory of each",
    "cores of PostgreSQL",
  ],
  results.map((load) => [
    powers[load.people]!,
    powers[load.keys]!,
    nice(load.requests),
    nice(load.refreshes),
    nice(load.signIns),
    nice(load.cores),
    load.processes,
    `${nice(load.memory)} MB`,
    nice(load.database),
  ]),
)}

Two processes are the least, so that one can be replaced. Rows that are written on a day:

${table(
  [
    "people",
    "key requests a second",
    "minutes of keys (kept two days)",
    "audit events (kept as the plan says, a person's 400 days)",
    "deliveries (kept 30 days)",
    "disk of minutes, and of a year of events",
  ],
  results.map((load) => [
    powers[load.people]!,
    powers[load.keys]!,
    nice(load.minutes),
    nice(load.events),
    nice(load.deliveries),
    `${size(2 * load.minutes * rows.bytes.key_usage)}, ${size(365 * load.events * rows.bytes.audit_events)}`,
  ]),
)}

## Where the limits stand

In the order in which they come, and what moves them:

1. **Connections.** ${idle.processes} processes with the default \`DATABASE_POOL=16\` want ${(idle.processes * 16).toLocaleString("en-US")} connections. Set it to 4, or put PgBouncer in between (\`?pgbouncer=true\`).
2. **Uses of keys that are spread.** The use of a key is stored by each process that served it. With ${powers[largest.keys]} requests a second that a balancer sends anywhere, PostgreSQL
   needs ${nice(largest.spread)} cores in place of ${nice(largest.database)}. Let the balancer choose the process by a hash of the key (\`X-API-Key\`); limits are then exact, too.
3. **Sign-ins.** A password takes ${nice(costs.requests["Bask, login"] / 1_000)} ms of a core wherever it is verified: ${nice(1 / (cost("Bask, login") / busy))} a second for each process at ${busy * 100} %. More processes, or passkeys, move it.
4. **Pruning.** One process deletes ${nice(rows.deleted)} rows a second, in steps of at most 500 rows and 10 ms, each with a pause as long as it and its commit took. ${nice(largest.minutes)} minutes a day are
   ${nice(largest.minutes / day)} rows a second, or ${nice(((largest.minutes / day) * rows.cpu) / 10_000)} % of a core: deleting keeps up, as long as autovacuum does. Set \`autovacuum_vacuum_scale_factor\` to 0.01 for \`key_usage\` and \`webhook_deliveries\`. One process prunes each
   hour, and looks at the first event of every log and at every key. With 10^8 logs that is a million queries, one after the other: at three milliseconds each, most of the hour.
5. **One PostgreSQL.** Every write goes to one server, and every process must hear of every revocation, so there is one region for writes. Requests by key or token touch the database only when they
   are not cached, so they need no read replica; lists and the audit log would be what a replica takes. Bask does not use one.

## What is not built

- **Partitions by day** of \`key_usage\`, \`audit_events\` and \`webhook_deliveries\`, which are dropped where rows are deleted today. The model says that deleting keeps up to ${powers[largest.keys]} requests a second with
  ${nice(largest.keys / habits.perKey)} keys in use at a time. Ten times as many keys in use are ${nice(largest.minutes * 10)} rows a day, more than anyone should delete and vacuum. \`key_usage\` then goes first: minutes are partitioned by \`start\`, which is a part of the
  primary key already. \`webhook_deliveries\` needs its creation time in the unique index. \`audit_events\` is kept for as long as each organization's plan says, so a partition can be dropped only when
  the longest plan is over; until then rows of shorter plans are deleted.
- **A walk by age in place of one by log.** Pruning the audit log by \`audit_events.at\` would look only at what is old.
- **Regions.** Processes in another region work, each write and each look-up that is not cached pays the distance, and all caches are trusted for one second.

## What the model does not say

It was computed on a machine whose two cores PostgreSQL and the load shared. Networks, replication and vacuum are not in it, nor how fast a disk is. A process that
serves more keys or sessions than it keeps asks the database again. It keeps 10,000 access tokens, which take less than its garbage does. The program that simulated the processes had one core, and was late with its polls under load. Try half of a number before you rely on it.
`;
}
