import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { type BaskProcess, startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

/** Signs in, and creates a key. */
async function openKey(url: string) {
  const ada = createClient({ url });
  await ada.auth.register({ email: "ada@example.com", password: "correct horse battery", fullName: "Ada" });
  await ada.auth.login({ email: "ada@example.com", password: "correct horse battery" });
  const organization = (await ada.organizations.create({ name: "Engines" })).id;
  const { id, key } = await ada.apiKeys.create(organization, { name: "Robot", rateLimit: 100 });
  const tokens = ada.tokens()!;
  return {
    key,
    /** What a server tells of the uses of the key, in its history and in all. */
    async uses({ url }: BaskProcess) {
      const client = createClient({ url, tokens });
      const { total } = await client.apiKeys.getUsage(organization, id, { step: "day" });
      return { inHistory: total.ok, inAll: (await client.apiKeys.get(organization, id)).usageCount };
    },
  };
}

const use = (bask: BaskProcess, key: string, times: number) =>
  Promise.all(
    Array.from({ length: times }, async () => {
      const response = await fetch(`${bask.url}/whoami`, { headers: { "X-API-Key": key } });
      expect(response.status).toBe(200);
    }),
  );

describe.skipIf(dialect === "postgres")("the uses of a key", () => {
  test("are exactly as many after a restart, in history and in all", async () => {
    using folder = temporaryFolder();
    const first = await startBask(folder.path, {});
    const { key, uses } = await openKey(first.url);
    await use(first, key, 37);
    first.kill("SIGTERM");
    expect(await first.exited).toBe(0);

    const second = await startBask(folder.path, {});
    expect(await uses(second)).toEqual({ inHistory: 37, inAll: 37 });
    await use(second, key, 5);
    second.kill("SIGTERM");
    await second.exited;
    const third = await startBask(folder.path, {});
    expect(await uses(third)).toEqual({ inHistory: 42, inAll: 42 });
    third.kill("SIGKILL");
    await third.exited;
  });

  test("that are stored, which takes a second, survive a kill; none is counted twice", async () => {
    using folder = temporaryFolder();
    const first = await startBask(folder.path, {});
    const { key, uses } = await openKey(first.url);
    await use(first, key, 20);
    while ((await uses(first)).inHistory < 20) await Bun.sleep(20);
    await use(first, key, 10);
    first.kill("SIGKILL");
    await first.exited;

    const second = await startBask(folder.path, {});
    const { inHistory, inAll } = await uses(second);
    expect(inHistory).toBeGreaterThanOrEqual(20);
    expect(inHistory).toBeLessThanOrEqual(30);
    expect(inAll).toBe(inHistory);
    second.kill("SIGKILL");
    await second.exited;
  });
});
