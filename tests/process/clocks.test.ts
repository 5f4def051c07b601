import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { emptyDatabase, newDatabase, type TestDatabase } from "../support/databases";
import { type BaskProcess, main, startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

const preload = join(import.meta.dir, "../support/skewed-clock.ts");

describe.skipIf(dialect !== "postgres")("processes on machines whose clocks differ", () => {
  const folder = temporaryFolder();
  let database: TestDatabase;
  let right: BaskProcess;
  let fast: BaskProcess;
  let slow: BaskProcess;
  beforeAll(async () => {
    database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      SECRET_KEY: randomBytes(32).toString("base64url"),
      PUBLIC_URL: "https://bask.test",
      AUTH_RATE_LIMIT: "1000",
    };
    const start = (skew: number) =>
      startBask(folder.path, { ...environment, SKEW: String(skew) }, "--preload", preload, main);
    [right, fast, slow] = await Promise.all([start(0), start(120_000), start(-120_000)]);
  });
  afterAll(async () => {
    for (const bask of [right, fast, slow]) bask?.kill("SIGKILL");
    await database?.remove();
    folder[Symbol.dispose]();
  });

  const person = { email: "ada@example.com", password: "correct horse battery", fullName: "Ada" };
  const { fullName: _, ...credentials } = person;
  const refresh = async ({ url }: BaskProcess, refreshToken: string) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${url}/auth/refresh`, {
      method: "POST",
      headers,
      body: JSON.stringify({ refreshToken }),
    });
    return { status: response.status, ...(await response.json()) } as { status: number; refreshToken: string };
  };

  test("take a refresh that is repeated at another one for what it is, and never for theft", async () => {
    await createClient({ url: right.url }).auth.register(person);
    for (const [first, second] of [
      [right, fast],
      [fast, right],
      [right, slow],
      [slow, right],
      [fast, slow],
      [slow, fast],
    ] as const) {
      const { refreshToken } = await createClient({ url: first.url }).auth.login(credentials);
      const successor = await refresh(first, refreshToken!);
      const repeated = await refresh(second, refreshToken!);
      expect([successor.status, repeated.status]).toEqual([200, 200]);
      expect(repeated.refreshToken).toBe(successor.refreshToken);
    }
  });

  test("share the limits of a key", async () => {
    const ada = createClient({ url: right.url });
    await ada.auth.login(credentials);
    const { id } = await ada.organizations.create({ name: "Clocks" });
    const { key: apiKey } = await ada.apiKeys.create(id, { name: "Robot" });
    const resets = await Promise.all(
      [right, fast, slow].map(async ({ url }) => {
        const response = await fetch(`${url}/whoami`, { headers: { "X-API-Key": apiKey } });
        return Number(response.headers.get("X-RateLimit-Reset"));
      }),
    );
    expect(Math.max(...resets) - Math.min(...resets)).toBeLessThanOrEqual(60);
  });

  test("go by the clock of the database also when one of them makes it", async () => {
    const own = await emptyDatabase();
    const environment = { DATABASE_URL: own.url, SECRET_KEY: randomBytes(32).toString("base64url"), SKEW: "120000" };
    const first = await startBask(folder.path, environment, "--preload", preload, main);
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    first.kill("SIGKILL");
    await own.remove();
  });

  test("say so, and are ready, for they go by the clock of the database", async () => {
    const readiness = await Promise.all(
      [right, fast, slow].map(async ({ url }) => (await fetch(`${url}/ready`)).status),
    );
    expect(readiness).toEqual([200, 200, 200]);
    expect(fast.output()).toMatch(/the clock of this machine is 1(19|20)\.\d seconds ahead of the database's/);
    expect(slow.output()).toMatch(/the clock of this machine is 1(19|20)\.\d seconds behind the database's/);
    expect(right.output()).not.toContain("the clock of this machine");
  });
});
