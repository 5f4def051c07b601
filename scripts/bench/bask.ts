import { join } from "node:path";
import { parseConfig } from "../../src/config/config";
import { newApiKey } from "../../src/crypto/api-key-secrets";
import { request, type Work } from "./measure";
import { type Seed, seed } from "./seed";
import { launch, type Subject } from "./subject";

const secret = "kqL1cJ0rB8yVZ3mW5tN7xP9sD2fG4hJ6aQ8wE0rT1yU";
const main = join(import.meta.dir, "../../src/main.ts");

export interface Installation {
  subject: Subject;
  seed: Seed;
  /** Starts one more process of the same installation. */
  another(): Promise<Subject>;
}

/** Bask as a user runs it, on a database that holds so many keys and sessions. */
export async function startBask(
  name: string,
  folder: string,
  databaseUrl: string,
  size = 1_000,
  cores?: string,
): Promise<Installation> {
  const environment = {
    DATABASE_URL: databaseUrl,
    SECRET_KEY: secret,
    PUBLIC_URL: "http://127.0.0.1",
    AUTH_RATE_LIMIT: "1000000",
    USER_RATE_LIMIT: "1000000",
    LOG_FORMAT: "json",
  };
  const seeded = await seed(parseConfig(environment), size);
  const another = () =>
    launch({
      name,
      command: [process.execPath, main],
      cwd: folder,
      env: environment,
      probe: "/health",
      ...(cores && { cores }),
    });
  return { subject: await another(), seed: seeded, another };
}

const byKey = (key: string) => request("GET", "/api/v1/whoami", { "X-API-Key": key });

/** What is asked of Bask, by name. */
export function works({ subject, seed }: Installation): Record<string, Work> {
  const wrong = seed.keys.map((key) => key.slice(0, -1) + (key.endsWith("0") ? "1" : "0"));
  const unknown = Array.from({ length: 20_000 }, () => newApiKey("live"));
  const members = `/api/v1/organizations/${seed.organization}/members`;
  const all: Record<string, Omit<Work, "subject" | "name">> = {
    key: { requests: seed.keys.map(byKey) },
    "key, 150,000 in rotation": { requests: seed.manyKeys.map(byKey) },
    token: {
      requests: seed.accessTokens.map((token) =>
        request("GET", "/api/v1/whoami", { Authorization: `Bearer ${token}` }),
      ),
    },
    refresh: {
      requests: seed.refreshTokens.map((refreshToken) => request("POST", "/api/v1/auth/refresh", {}, { refreshToken })),
      chain: true,
    },
    members: { requests: seed.keys.map((key) => request("GET", members, { "X-API-Key": key })) },
    verify: {
      requests: seed.keys.map((key, i) =>
        request(
          "POST",
          "/api/v1/api-keys/verify",
          { "X-API-Key": key },
          { key: seed.keys[(i + 1) % seed.keys.length] },
        ),
      ),
    },
    "create key": {
      requests: seed.keys.map((key) =>
        request("POST", `/api/v1/organizations/${seed.organization}/api-keys`, { "X-API-Key": key }, { name: "bench" }),
      ),
    },
    login: { requests: seed.people.map((person) => request("POST", "/api/v1/auth/login", {}, person)), connections: 8 },
    "limited key": { requests: [byKey(seed.limitedKey)] },
    "unknown key": { requests: unknown.map(byKey) },
    "wrong checksum": { requests: wrong.map(byKey) },
  };
  return Object.fromEntries(Object.entries(all).map(([name, work]) => [name, { ...work, subject, name }]));
}
