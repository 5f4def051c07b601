import { join } from "node:path";
import { findPostgres, startPostgres } from "../../tests/support/postgres";
import { baskWork, buildExecutable, environmentFor, floorWork } from "./bask";
import { type Figure, measure, once, openGenerator, type Round, request, type Work } from "./measure";
import { passkeyLogins } from "./passkeys";
import type { Report } from "./report";
import type { Outlived } from "./revocation";
import { openStage, type Peer } from "./running";

/** How long and how often each work is measured. */
export interface Pace {
  rounds: number;
  milliseconds: number;
}

/** Requests by key. */
export async function keys(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const { seed } = stage;
  const bask = await stage.bask();
  const floors = await stage.floors(bask);
  const betterAuth = await stage.peer("better-auth", "better-auth.ts");
  const fastify = await stage.peer("Fastify", "fastify.ts");
  const own = (name: Parameters<typeof baskWork>[2]) => baskWork(bask, seed, name);
  const floor = (name: Parameters<typeof floorWork>[2]) => floorWork(floors, seed, name);
  const byKey = ({ subject, keys }: Peer): Work => ({
    subject,
    name: "key",
    requests: keys.map((key) => request("GET", "/key", { "X-API-Key": key })),
  });
  const works = [own("key"), floor("bare key"), floor("known key"), byKey(betterAuth), byKey(fastify)];
  report.add(await measure(works, rounds, milliseconds));

  report.share("S1", "key / bare route with the same body and headers", ["key"], ["bare key", "floor"], 0.72);
  report.share("S1", "key / known key", ["key"], ["known key", "floor"], 0.9);
  report.share("S3", "key / better-auth", ["key"], ["key", "better-auth"], 45);
  report.share("S3b", "key / Fastify", ["key"], ["key", "Fastify"], 1.35);
  for (const name of ["limited key", "unknown key", "wrong checksum", "verify"] as const)
    await once(own(name), milliseconds);
  report.atMost("S11", "memory after these", [bask.memory()], 150, " MB");
}

/**
 * Refused requests beside those that are not, one right after the other and each by a server of its own: a refusal makes more garbage than a
 * response does, and what works would be charged with it.
 */
export async function refusals(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const names = ["key", "limited key", "unknown key", "wrong checksum", "verify"] as const;
  const works: Work[] = [];
  for (const name of names) works.push(baskWork(await stage.bask({ name: `Bask, ${name}` }), stage.seed, name));
  report.add(await measure(works, rounds, milliseconds));
  const share = (what: string, name: (typeof names)[number], target: number) =>
    report.share("S7", `${what} / key`, [name, `Bask, ${name}`], ["key", "Bask, key"], target);
  share("key over its limit", "limited key", 0.9);
  share("unknown key", "unknown key", 0.6);
  share("wrong checksum", "wrong checksum", 1);
}

/** Requests by access token, of sessions and of apps. */
export async function tokens(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const { seed } = stage;
  const bask = await stage.bask();
  const floors = await stage.floors(bask);
  const byToken = ({ subject, tokens }: Peer): Work => ({
    subject,
    name: "token",
    requests: tokens.map((token) => request("GET", "/session", { Authorization: `Bearer ${token}` })),
  });
  const own = (["token", "grant"] as const).map((name) => baskWork(bask, seed, name));
  const below = (["bare token", "known token", "bare grant"] as const).map((name) => floorWork(floors, seed, name));
  const peers = [
    byToken(await stage.peer("better-auth", "better-auth.ts")),
    byToken(await stage.peer("Fastify", "fastify.ts")),
  ];
  report.add(await measure([...own, ...below, ...peers], rounds, milliseconds));
  report.share("S2", "token / bare route with the same body and headers", ["token"], ["bare token", "floor"], 0.72);
  report.share("S2", "token / known token", ["token"], ["known token", "floor"], 0.9);
  report.share("S2", "token of an app / bare route with the same", ["grant"], ["bare grant", "floor"], 0.72);
  report.share("S3", "token / better-auth's session", ["token"], ["token", "better-auth"], 38);
  report.share("S3b", "token / Fastify", ["token"], ["token", "Fastify"], 1.9);
}

/** What measuring itself costs. */
export async function metrics(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const [on, off] = ["Bask, with metrics", "Bask, without"] as const;
  const measured = await stage.bask({ name: on, env: { METRICS_TOKEN: "a-token-for-the-benchmark-of-metrics" } });
  const works = [measured, await stage.bask({ name: off })].map((subject) => baskWork(subject, stage.seed, "key"));
  report.add(await measure(works, rounds, milliseconds));
  report.share("S12", "key with metrics / without", ["key", on], ["key", off], 0.97);
}

/** What writes, apart from what reads: the garbage of a write is collected in the time of whatever comes next. */
export async function writers(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const { seed } = stage;
  const bask = await stage.bask();
  const floors = await stage.floors(bask);
  const refreshing = (peer: Peer): Work => ({
    subject: peer.subject,
    name: "refresh",
    requests: peer.refreshTokens.map((refreshToken) => request("POST", "/refresh", {}, { refreshToken })),
    chain: true,
  });
  const fastify = await stage.peer("Fastify", "fastify.ts");
  const durable = await stage.peer("Fastify, durable", "fastify.ts", { DURABLE: "1" });
  const betterAuth = await stage.peer("better-auth", "better-auth.ts", { UPDATE_AGE: "0" });
  const renewing: Work = {
    subject: betterAuth.subject,
    name: "refresh",
    requests: betterAuth.tokens.map((token) => request("GET", "/refresh", { Authorization: `Bearer ${token}` })),
  };
  const works = [
    baskWork(bask, seed, "refresh"),
    floorWork(floors, seed, "refresh"),
    refreshing(fastify),
    refreshing(durable),
    renewing,
  ];
  report.add(await measure(works, rounds, milliseconds));
  const creating = await stage.bask({ name: "Bask, creating" });
  report.add(await measure([baskWork(creating, seed, "create key")], rounds, milliseconds));

  report.share("S4", "refresh / what a refresh cannot do without", ["refresh"], ["refresh", "floor"], 0.88);
  report.share("S4", "refresh / Fastify, EdDSA, durable", ["refresh"], ["refresh", "Fastify, durable"], 2);
  report.share("S3b", "refresh / Fastify, HS256, not durable", ["refresh"], ["refresh", "Fastify"], 1);
  const p99 = report.find("refresh", "Bask").rounds.map((round) => round.p99);
  report.atMost("S4", "p99 of refreshes, 50 connections", p99, 10, " ms");
  const shares = report.find("refresh", "floor").rounds.map((round, i) => p99[i]! / round.p99);
  report.atMost("S4", "p99 of refreshes / of the floor", shares, 1);
  const costs = report.find("create key", "Bask, creating").rounds.map(({ cost }) => cost / 1000);
  report.atMost("S14", "create a key, CPU", costs, 0.35, " ms");
}

export async function members(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const bask = await stage.bask();
  const floors = await stage.floors(bask);
  const works = [baskWork(bask, stage.seed, "members"), floorWork(floors, stage.seed, "members")];
  report.add(await measure(works, rounds, milliseconds));
  report.share("S9", "50 members of 4,000 / bare query behind Elysia", ["members"], ["members", "floor"], 0.7);
}

/** Logins beside a bare verification and beside those with passkeys, and requests by key while 64 clients log in without pause, both cores for the server. */
export async function logins(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage();
  const { seed } = stage;
  const bask = await stage.bask();
  const floors = await stage.floors(bask);
  const perSecond = 3_000;
  const seconds = (rounds * milliseconds + Math.min(2_000, 2 * milliseconds)) / 1_000;
  const passkeys = await passkeyLogins(bask, seed, perSecond * seconds);
  const works = [baskWork(bask, seed, "login"), floorWork(floors, seed, "argon2"), passkeys];
  report.add(await measure(works, rounds, milliseconds));
  report.share("S5", "login / bare argon2", ["login"], ["argon2", "floor"], 0.95);
  report.share("S5", "passkey login / login", ["passkey login"], ["login"], 10);

  const flooded = await stage.bask({ name: "Bask, flooded", cores: "0,1" });
  const key = { ...baskWork(flooded, seed, "key"), connections: 10 };
  const login = { ...baskWork(flooded, seed, "login"), connections: 64 };
  const beside = [];
  for (let round = 0; round < rounds; round++)
    beside.push((await Promise.all([once(key, milliseconds), once(login, milliseconds + 500)]))[0]);
  report.add([{ subject: "Bask, flooded", name: "key", rounds: beside }]);
  const p99 = beside.map((round) => round.p99);
  const failures = beside.reduce((sum, round) => sum + round.failures, 0);
  report.atMost("S6", "p99 of key requests while 64 clients log in", p99, 8, " ms");
  report.atMost("S6", "of them refused", [failures], 0);
}

/** The same work on a database that has grown a thousandfold. */
export async function growth(report: Report, { rounds, milliseconds }: Pace) {
  const sizes = [1_000, 1_000_000];
  const works = ["key", "token", "refresh"] as const;
  const nameOf = (size: number) => `${size.toLocaleString("en")} rows`;
  for (const size of sizes) {
    await using stage = await openStage(1_000, size - 1_000);
    const bask = await stage.bask({ name: nameOf(size) });
    const asked = works.map((name) => baskWork(bask, stage.seed, name));
    report.add(await measure(asked, rounds, milliseconds));
  }
  const [small, large] = sizes.map(nameOf) as [string, string];
  for (const name of works)
    report.share("S8", `${name} with a million rows / with a thousand`, [name, large], [name, small], 0.85);
}

/** The first request of each of many keys, and then all of them in rotation. */
export async function rotation(report: Report, { rounds, milliseconds }: Pace) {
  await using stage = await openStage(150_000);
  const bask = await stage.bask();
  const work = baskWork(bask, stage.seed, "key, 150,000 in rotation");
  report.add([{ subject: bask.name, name: "key, its first request", rounds: await firstPass(work) }]);
  report.add(await measure([work], rounds, milliseconds));
  const costs = report.find(work.name, bask.name).rounds.map(({ cost }) => cost);
  report.atMost("S8", "150,000 keys in rotation, CPU", costs, 45, " us");
  report.atMost("S8", "150,000 keys in rotation, memory", [bask.memory()], 450, " MB");
}

/** Sends each request of a work once, or a few more than that. */
async function firstPass(work: Work): Promise<Round[]> {
  const generator = openGenerator(work);
  const rounds: Round[] = [];
  try {
    for (let sent = 0; sent < work.requests.length; sent += rounds.at(-1)!.requests)
      rounds.push(await generator.run(1_000));
    return rounds;
  } finally {
    generator.stop();
  }
}

/** Starts a server a few times, from the checkout and as the executable, in turn. */
export async function start(report: Report, { rounds }: Pace) {
  await using stage = await openStage();
  const executable = buildExecutable(stage.folder);
  const ways = [
    { of: "the checkout", options: {}, times: [] as number[], idle: [] as number[] },
    { of: "the executable", options: { executable }, times: [] as number[], idle: [] as number[] },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const { options, times, idle } of ways) {
      const bask = await stage.bask(options);
      times.push(bask.startedIn);
      await Bun.sleep(1_500);
      idle.push(bask.memory());
      await bask.stop();
    }
  }
  for (const { of, times, idle } of ways) {
    report.atMost("S11", `start of ${of} to the first 200`, times, 350, " ms");
    report.atMost("S11", `memory of ${of}, idle`, idle, 85, " MB");
  }
}

/** What storing the use of keys costs, outside of a server. */
export async function saves(report: Report) {
  await using stage = await openStage();
  const environment = environmentFor(`sqlite:${stage.copy("saves")}`);
  const costs = (await runScript("saves.ts", [], environment, JSON.stringify(stage.seed.keys))) as number[];
  report.atMost("S15", "storing what a key was used, CPU a key and save", costs, 8, " us");
}

export async function postgres(report: Report, { rounds, milliseconds }: Pace) {
  const native = findPostgres();
  if (!native) return console.log("S10 skipped: there are no PostgreSQL binaries for this machine");
  await using stage = await openStage();
  const server = await startPostgres(native, { durable: true });
  try {
    const args = [stage.folder, stage.copy("sqlite"), String(rounds), String(milliseconds)];
    const measured = await runScript("postgres.ts", args, { DATABASE_URL: server.url }, JSON.stringify(stage.seed));
    const { figures, revocation } = measured as { figures: Figure[]; revocation: Outlived };
    report.add(figures);
    const here = "Bask on PostgreSQL";
    for (const name of ["key", "token"])
      report.share("S10", `${name} on PostgreSQL / on SQLite`, [name, here], [name, "Bask on SQLite"], 0.95);
    report.share(
      "S10",
      "refresh on PostgreSQL / bare transaction",
      ["refresh", here],
      ["refresh", "bare Bun SQL"],
      0.8,
    );
    const { elsewhere } = revocation;
    const at = (share: number) =>
      elsewhere[Math.min(elsewhere.length - 1, Math.floor(elsewhere.length * share))]!.toFixed(0);
    console.log(
      `200 sessions ended in one of four processes: accepted once more there ${revocation.here}; elsewhere for p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`,
    );
  } finally {
    await server.stop();
  }
}

/** Webhooks to many endpoints of one receiver, and what an endpoint that never responds costs the others. */
export async function webhooks(report: Report) {
  const { alone, beside } = (await runScript("webhooks.ts", [], {})) as Record<"alone" | "beside", number[]>;
  report.atLeast("S13", "webhooks a CPU-second, to 50 endpoints", alone, 2_000);
  const slower = alone.map((rate, round) => (1 - beside[round]! / rate) * 100);
  report.atMost("S13", "slower by one endpoint that never responds", slower, 5, " %");
}

/** Runs a script of this folder and reads the JSON it ends with. */
async function runScript(file: string, args: string[], env: Record<string, string>, input = ""): Promise<unknown> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, file), ...args], {
    env: { ...process.env, ...env },
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${file} failed`);
  return JSON.parse(output.trim().split("\n").at(-1)!);
}

/** Ten minutes of requests by key, token and refresh: the memory of a server that does not leak is as high in the end as in the middle. */
export async function soak(report: Report, minutes: number) {
  await using stage = await openStage();
  const bask = await stage.bask();
  const generators = (["key", "token", "refresh"] as const).map((name) =>
    openGenerator({ ...baskWork(bask, stage.seed, name), connections: 10 }),
  );
  const memory: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    await Promise.all(generators.map((generator) => generator.run(60_000)));
    memory.push(bask.memory());
    console.log(`minute ${minute + 1}: ${bask.memory().toFixed(0)} MB`);
  }
  for (const generator of generators) generator.stop();
  const growth = (memory.at(-1)! - memory[Math.floor(memory.length / 2)]!) / (memory.length / 2);
  const what = "growth of memory in the second half of a soak, a minute";
  report.atMost("soak", what, [growth], 1, " MB");
}
