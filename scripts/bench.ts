#!/usr/bin/env bun
/**
 * Measures Bask beside its limits and its peers, in one run: `bun run bench`, or `bun run bench --quick` for a minute's look.
 * Prints the table that docs/speed.md explains.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findPostgres, startPostgres } from "../tests/support/postgres";
import { temporaryFolder } from "../tests/support/process";
import type { BareAnswers } from "./bench/bare";
import { startBask, works } from "./bench/bask";
import { type Figure, measure, median, once, request, type Work } from "./bench/measure";
import { launch, type Subject } from "./bench/subject";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    seconds: { type: "string" },
    /** peers, logins, growth, postgres; all of them unless said, and the first two in a quick run. */
    only: { type: "string" },
  },
});
const { quick } = options;
const rounds = Number(options.rounds ?? (quick ? 1 : 5));
const seconds = Number(options.seconds ?? (quick ? 1 : 5));
const parts = { peers: besidePeers, logins: besideLogins, growth: withGrowth, postgres: onPostgres };
/** The works that are compared, next to each other. */
const topics = [
  ["key", "key/headers", "key/plain", "limited key", "unknown key", "wrong checksum", "verify"],
  ["token", "token/headers", "token/plain", "session"],
  ["refresh", "echo"],
  ["members"],
  ["create key"],
];

const beyondTheCache = "key, 150,000 in rotation";
const here = join(import.meta.dir, "bench");
const bun = process.execPath;

console.log(
  `Bun ${Bun.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${rounds} rounds of ${seconds} s, 50 connections; server on one core, load on another.\n`,
);
const running: Subject[] = [];
const start = async (...options: Parameters<typeof launch>) => {
  const subject = await launch(...options);
  running.push(subject);
  return subject;
};

try {
  const only = options.only ?? (quick ? "peers,logins" : Object.keys(parts).join(","));
  for (const [name, part] of Object.entries(parts)) if (only.split(",").includes(name)) await part();
} finally {
  for (const subject of running) await subject.stop();
}

/** Bask, the bare server and the peers, round by round. */
async function besidePeers() {
  using folder = temporaryFolder();
  const file = join(folder.path, "bask.db");
  const bask = await startBask("Bask", folder.path, `sqlite:${file}`);
  running.push(bask.subject);
  const idle = bask.subject.memory();
  const asked = works(bask);
  const answers: BareAnswers = { key: await answerTo(asked.key!), token: await answerTo(asked.token!) };
  const bare = await start({
    name: "bare Elysia",
    command: [bun, join(here, "bare.ts")],
    env: { ANSWERS: JSON.stringify(answers), FILE: file, ORGANIZATION: bask.seed.organization },
    probe: "/health",
  });
  const echoed = { refreshToken: bask.seed.refreshTokens[0]!, accessToken: bask.seed.accessTokens[0]! };
  const ofBare = (name: string, text: string, more: Partial<Work> = {}): Work => ({
    subject: bare,
    name,
    requests: [text],
    ...more,
  });
  const got = (name: string) => ofBare(name, request("GET", `/${name}`, { "X-API-Key": bask.seed.keys[0]! }));
  const peers = await startPeers(folder.path);
  const { login, [beyondTheCache]: _, ...others } = asked;
  const all = [
    ...Object.values(others),
    ...["key/plain", "key/headers", "token/plain", "token/headers", "members"].map(got),
    ofBare("echo", request("POST", "/echo", {}, echoed)),
    ...peers.works,
  ];
  // What is compared is measured one after the other: a machine that is shared has good and bad minutes.
  const figures = await measure(
    topics.flatMap((topic) => all.filter(({ name }) => topic.includes(name))),
    rounds,
    seconds,
  );
  const argon2 = ofBare("argon2", request("POST", "/argon2", {}, bask.seed.people[0]), { connections: 8 });
  figures.push(...(await measure([login!, argon2, ...peers.logins], rounds, seconds)));

  print(figures);
  const of = (subject: string, name: string) =>
    figures.find((figure) => figure.subject === subject && figure.name === name)!.rounds;
  /** The median of the rounds' own ratios. */
  const ratio = (label: string, name: string, [subject, other]: [subject: string, name: string], target?: number) => {
    const others = of(subject, other);
    const value = median(of("Bask", name).map((mine, round) => mine / others[round]!));
    const wanted = target === undefined ? "" : `   target ${target}`;
    console.log(`${label.padEnd(62)} ${value.toFixed(2).padStart(8)}${wanted}`);
  };
  console.log("\nRatios of requests per second of the server's CPU");
  ratio("S1  key / bare route with the same body and headers", "key", ["bare Elysia", "key/headers"], 0.8);
  ratio("S1  key / bare route with the same body", "key", ["bare Elysia", "key/plain"], 0.55);
  ratio("S2  access token / bare route with the same body and headers", "token", ["bare Elysia", "token/headers"], 0.8);
  ratio("S3  key / better-auth", "key", ["better-auth", "key"], 40);
  ratio("S3  access token / better-auth's session", "token", ["better-auth", "session"], 30);
  ratio("S4  refresh / echo", "refresh", ["bare Elysia", "echo"], 0.4);
  ratio("S4  refresh / better-auth's session refresh", "refresh", ["better-auth, refreshing", "refresh"], 15);
  ratio("S5  login / bare argon2", "login", ["bare Elysia", "argon2"], 0.95);
  ratio("S7  key over its limit / key", "limited key", ["Bask", "key"], 1);
  ratio("S7  unknown key / key", "unknown key", ["Bask", "key"], 0.4);
  ratio("S7  wrong checksum / key", "wrong checksum", ["Bask", "key"], 1);
  ratio("S9  members / bare query behind Elysia", "members", ["bare Elysia", "members"], 0.6);
  ratio("    verify for another service / key", "verify", ["Bask", "key"]);
  console.log(
    `\nS11 start ${bask.subject.startedIn.toFixed(0)} ms, idle ${idle.toFixed(0)} MB, after the run ${bask.subject.memory().toFixed(0)} MB`,
  );
  await stopAll();
}

/** Requests by key while 64 clients log in without pause, both cores for the server. */
async function besideLogins() {
  using folder = temporaryFolder();
  const bask = await startBask("Bask", folder.path, `sqlite:${join(folder.path, "bask.db")}`, 1_000, "0,1");
  running.push(bask.subject);
  const { key, login } = works(bask);
  const [quiet, flood, beside] = [
    await once({ ...key!, connections: 10 }, seconds),
    ...(await Promise.all([
      once({ ...login!, connections: 64 }, seconds + 1),
      once({ ...key!, connections: 10 }, seconds),
    ])),
  ];
  console.log(
    `\nS6  key requests, 10 connections: p99 ${quiet.p99.toFixed(1)} ms alone; ${beside.p99.toFixed(1)} ms (p50 ${beside.p50.toFixed(1)}, ${beside.failures} failed) while 64 clients log in (${(flood.requests / flood.seconds).toFixed(0)} logins/s)   target p99 12`,
  );
  await stopAll();
}

/** The same work on databases that have grown. */
async function withGrowth() {
  console.log("\nS8  growth (working set of 1,000)");
  for (const size of quick ? [1_000, 20_000] : [1_000, 100_000, 1_000_000]) {
    using folder = temporaryFolder();
    const bask = await startBask(
      `${size.toLocaleString("en")} rows`,
      folder.path,
      `sqlite:${join(folder.path, "bask.db")}`,
      size,
    );
    running.push(bask.subject);
    const { key, token, refresh, [beyondTheCache]: many } = works(bask);
    const beyond = many!.requests.length > 100_000 ? [many!] : [];
    print(await measure([key!, token!, refresh!, ...beyond], Math.min(3, rounds), seconds));
    await stopAll();
  }
}

/** The same work on PostgreSQL. */
async function onPostgres() {
  const native = findPostgres();
  if (!native) return console.log("\nS10 skipped: there are no PostgreSQL binaries for this machine");
  using folder = temporaryFolder();
  const server = await startPostgres(native, { durable: true });
  try {
    const child = Bun.spawn([bun, join(here, "on-postgres.ts"), folder.path, String(rounds), String(seconds)], {
      env: { ...process.env, DATABASE_URL: server.url },
      stdio: ["ignore", "inherit", "inherit"],
    });
    await child.exited;
  } finally {
    await server.stop();
  }
}

async function startPeers(folder: string) {
  const cwd = join(here, "peers");
  Bun.spawnSync([bun, "install", "--frozen-lockfile", "--silent"], { cwd, stdio: ["ignore", "inherit", "inherit"] });
  const open = async (name: string, file: string, env: Record<string, string> = {}) => {
    const subject = await start({
      name,
      command: [bun, join(cwd, file)],
      cwd,
      env: { FILE: join(folder, `${name}.db`), ...env },
      probe: "/health",
    });
    const seed = (await (await fetch(`http://127.0.0.1:${subject.port}/seed`)).json()) as {
      keys: string[];
      tokens: string[];
      refreshTokens?: string[];
      owner: object;
    };
    return { subject, seed };
  };
  const works: Work[] = [];
  const logins: Work[] = [];
  const betterAuth = await open("better-auth", "better-auth.ts");
  const refreshing = await open("better-auth, refreshing", "better-auth.ts", { UPDATE_AGE: "0" });
  const byHand = [await open("Express", "express.ts"), await open("Fastify", "fastify.ts")];
  for (const { subject, seed } of [betterAuth, ...byHand]) {
    works.push({
      subject,
      name: "key",
      requests: seed.keys.map((key) => request("GET", "/key", { "X-API-Key": key })),
    });
    works.push({
      subject,
      name: "session",
      requests: seed.tokens.map((token) => request("GET", "/session", { Authorization: `Bearer ${token}` })),
    });
  }
  works.push({
    subject: refreshing.subject,
    name: "refresh",
    requests: refreshing.seed.tokens.map((token) => request("GET", "/refresh", { Authorization: `Bearer ${token}` })),
  });
  for (const { subject, seed } of byHand) {
    works.push({
      subject,
      name: "refresh",
      requests: seed.refreshTokens!.map((refreshToken) => request("POST", "/refresh", {}, { refreshToken })),
      chain: true,
    });
    logins.push({ subject, name: "login", requests: [request("POST", "/login", {}, seed.owner)], connections: 8 });
  }
  logins.push({
    subject: betterAuth.subject,
    name: "login",
    requests: [request("POST", "/api/auth/sign-in/email", {}, betterAuth.seed.owner)],
    connections: 8,
  });
  return { works, logins };
}

/** A true answer of Bask, for the bare server to repeat. */
async function answerTo(work: Work) {
  const [head, ...lines] = work.requests[0]!.trim().split("\r\n") as [string, ...string[]];
  const headers = Object.fromEntries(lines.map((line) => line.split(": ") as [string, string]));
  const response = await fetch(`http://127.0.0.1:${work.subject.port}${head.split(" ")[1]}`, { headers });
  const given = Object.fromEntries(
    [...response.headers].filter(([name]) => !["date", "content-length", "content-type"].includes(name)),
  );
  return { body: await response.json(), headers: given };
}

function print(figures: Figure[]) {
  console.log(
    ["server", "work", "req/CPU-s", "spread", "req/s", "p50 ms", "p99 ms", "non-2xx"]
      .map((title, i) => (i < 2 ? title.padEnd(24) : title.padStart(10)))
      .join(""),
  );
  for (const { subject, name, perCpuSecond, spread, perSecond, p50, p99, failures } of figures) {
    const numbers = [
      perCpuSecond.toFixed(0),
      `${(spread * 100).toFixed(0)} %`,
      perSecond.toFixed(0),
      p50.toFixed(2),
      p99.toFixed(2),
      String(failures),
    ];
    console.log(subject.padEnd(24) + name.padEnd(24) + numbers.map((text) => text.padStart(10)).join(""));
  }
}

async function stopAll() {
  while (running.length > 0) await running.pop()!.stop();
}
