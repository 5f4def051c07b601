import { join } from "node:path";
import { parseConfig } from "../../src/config/config";
import { newApiKey } from "../../src/crypto/api-key-secrets";
import type { Answer, FloorsEnvironment } from "./floors";
import { request, type Work } from "./measure";
import { type Seed, seed } from "./seed";
import { launch, type Subject } from "./subject";

export const secret = "kqL1cJ0rB8yVZ3mW5tN7xP9sD2fG4hJ6aQ8wE0rT1yU";
export const root = join(import.meta.dir, "../..");

/** How Bask is configured for the benchmark. */
export const environmentFor = (databaseUrl: string) => ({
  DATABASE_URL: databaseUrl,
  SECRET_KEY: secret,
  PUBLIC_URL: "http://127.0.0.1",
  AUTH_RATE_LIMIT: "1000000",
  USER_RATE_LIMIT: "1000000",
  LOG_FORMAT: "json",
});

/** Fills a new database with so many keys and sessions. */
export const seedDatabase = (databaseUrl: string, size = 1_000): Promise<Seed> =>
  seed(parseConfig(environmentFor(databaseUrl)), size);

export interface BaskOptions {
  name?: string;
  /** Where it runs. */
  folder: string;
  databaseUrl: string;
  cores?: string;
  /** The checkout it is started from, or the executable in its place. */
  tree?: string;
  executable?: string;
  env?: Record<string, string>;
}

/** Bask as a user runs it. */
export const launchBask = ({
  name = "Bask",
  folder,
  databaseUrl,
  cores = "0",
  tree = root,
  executable,
  env,
}: BaskOptions) =>
  launch({
    name,
    command: executable === undefined ? [process.execPath, join(tree, "src/main.ts")] : [executable],
    cwd: folder,
    env: { ...environmentFor(databaseUrl), ...env },
    probe: "/health",
    cores,
  });

/** Builds the executable, which the image and the releases run. @returns its path */
export function buildExecutable(folder: string): string {
  const file = join(folder, "bask");
  const { success } = Bun.spawnSync([process.execPath, join(root, "scripts/build.ts"), file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (!success) throw new Error("The executable could not be built.");
  return file;
}

const byKey = (key: string) => request("GET", "/api/v1/whoami", { "X-API-Key": key });
const byToken = (token: string) => request("GET", "/api/v1/whoami", { Authorization: `Bearer ${token}` });
const refreshOf = (path: string) => (refreshToken: string) => request("POST", path, {}, { refreshToken });

export const baskWorks = [
  "key",
  "token",
  "grant",
  "refresh",
  "members",
  "verify",
  "create key",
  "login",
  "limited key",
  "unknown key",
  "wrong checksum",
  "key, 150,000 in rotation",
] as const;

/** One kind of request to Bask. */
export function baskWork(subject: Subject, seed: Seed, name: (typeof baskWorks)[number]): Work {
  const { keys, organization } = seed;
  const work = (requests: string[], more: Partial<Work> = {}): Work => ({ subject, name, requests, ...more });
  switch (name) {
    case "key":
      return work(keys.map(byKey));
    case "token":
      return work(seed.accessTokens.map(byToken));
    case "grant":
      return work(seed.grantTokens.map(byToken));
    case "refresh":
      return work(seed.refreshTokens.map(refreshOf("/api/v1/auth/refresh")), { chain: true });
    case "members":
      return work(
        keys.map((key) => request("GET", `/api/v1/organizations/${organization}/members`, { "X-API-Key": key })),
      );
    case "verify":
      return work(
        keys.map((key, i) =>
          request("POST", "/api/v1/api-keys/verify", { "X-API-Key": key }, { key: keys[(i + 1) % keys.length] }),
        ),
      );
    case "create key":
      return work(
        seed.creators.map(({ organization, key }) =>
          request("POST", `/api/v1/organizations/${organization}/api-keys`, { "X-API-Key": key }, { name: "bench" }),
        ),
      );
    case "login":
      return work(
        seed.people.map((person) => request("POST", "/api/v1/auth/login", {}, person)),
        { connections: 8 },
      );
    case "limited key":
      return work([byKey(seed.limitedKey)]);
    case "unknown key":
      return work(Array.from({ length: 20_000 }, () => byKey(newApiKey("live"))));
    case "wrong checksum":
      return work(keys.map((key) => byKey(key.slice(0, -1) + (key.endsWith("0") ? "1" : "0"))));
    case "key, 150,000 in rotation":
      return work(seed.manyKeys.map(byKey));
  }
}

/** The floors, which repeat the answers of a running Bask. @param file a copy of its database, which they write to */
export async function launchFloors(bask: Subject, seed: Seed, file: string): Promise<Subject> {
  const answers = {
    key: await answerTo(bask, byKey(seed.keys[0]!)),
    token: await answerTo(bask, byToken(seed.accessTokens[0]!)),
    grant: await answerTo(bask, byToken(seed.grantTokens[0]!)),
    refresh: await answerTo(bask, refreshOf("/api/v1/auth/refresh")(seed.refreshTokens.at(-1)!)),
  };
  const env: FloorsEnvironment = {
    ANSWERS: JSON.stringify(answers),
    FILE: file,
    SECRET_KEY: secret,
    ORGANIZATION: seed.organization,
  };
  return launch({
    name: "floor",
    command: [process.execPath, join(import.meta.dir, "floors.ts")],
    env,
    probe: "/health",
  });
}

export const floorWorks = [
  "bare key",
  "known key",
  "bare token",
  "known token",
  "bare grant",
  "refresh",
  "members",
  "argon2",
] as const;

/** What the floors are asked, as Bask is. */
export function floorWork(subject: Subject, seed: Seed, name: (typeof floorWorks)[number]): Work {
  const work = (requests: string[], more: Partial<Work> = {}): Work => ({ subject, name, requests, ...more });
  switch (name) {
    case "refresh":
      return work(seed.refreshTokens.slice(0, -1).map(refreshOf("/refresh")), { chain: true });
    case "members":
      return work([request("GET", "/members", { "X-API-Key": seed.keys[0]! })]);
    case "argon2":
      return work([request("POST", "/argon2", {}, seed.people[0])], { connections: 8 });
    default: {
      const [kind, caller] = name.split(" ") as ["bare" | "known", "key" | "token" | "grant"];
      const path = `/${kind}/${caller}`;
      return caller === "key"
        ? work(seed.keys.map((key) => request("GET", path, { "X-API-Key": key })))
        : work(
            seed[caller === "token" ? "accessTokens" : "grantTokens"].map((token) =>
              request("GET", path, { Authorization: `Bearer ${token}` }),
            ),
          );
    }
  }
}

/** What a server answers to a request as it goes over the wire. */
async function answerTo({ port }: Subject, text: string): Promise<Answer> {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [start = "", ...lines] = head.split("\r\n");
  const [method = "", path = ""] = start.split(" ");
  const headers = Object.fromEntries(lines.map((line) => line.split(": ") as [string, string]));
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...(body && { body }) });
  if (!response.ok) throw new Error(`${start} was answered with ${response.status}`);
  const own = [...response.headers].filter(([name]) => !["date", "content-length", "content-type"].includes(name));
  return { body: await response.json(), headers: Object.fromEntries(own) };
}
