import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { rowsOf } from "../support/migrations";
import { startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

describe.skipIf(dialect === "postgres")("two servers on one SQLite file", () => {
  test("hear of each other's revocations, share the limits and networks of keys, and both write", async () => {
    using folder = temporaryFolder();
    const here = await startBask(folder.path, { TRUSTED_PROXIES: "127.0.0.1" });
    const there = await startBask(folder.path, { TRUSTED_PROXIES: "127.0.0.1" });
    const ada = createClient({ url: here.url });
    await ada.auth.register({ email: "ada@example.com", password: "correct horse battery", fullName: "Ada" });
    await ada.auth.login({ email: "ada@example.com", password: "correct horse battery" });
    const elsewhere = createClient({ url: there.url, tokens: ada.tokens()! });

    const organizations = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? ada : elsewhere).organizations.create({ name: `Engines ${i}` })),
    );
    expect((await elsewhere.organizations.list()).data).toHaveLength(10);

    const organization = organizations[0]!.id;
    const { id, key: apiKey } = await ada.apiKeys.create(organization, { name: "Robot" });
    const use = async ({ url }: typeof here, ip = "192.0.2.1") => {
      const headers = { "X-API-Key": apiKey, "X-Forwarded-For": ip };
      const response = await fetch(`${url}/whoami`, { headers });
      const [remaining, reset] = ["Remaining", "Reset"].map((name) =>
        Number(response.headers.get(`X-RateLimit-${name}`)),
      ) as [number, number];
      return { status: response.status, remaining, reset };
    };
    /** Whether one counts what the other counted, within one minute. */
    const isShared = async () => {
      const { remaining: before, reset } = await use(here);
      for (let i = 0; i < 4; i++) await use(here);
      for (let own = 1; ; own++) {
        const seen = await use(there);
        if (seen.reset !== reset) return false;
        if (seen.remaining <= before - 4 - own) return true;
        await Bun.sleep(20);
      }
    };
    while (!(await isShared())); // a minute ended meanwhile

    const alerts = () => [here, there].map((bask) => bask.output().split("used from a new network").length - 1);
    const sum = () => alerts().reduce((all, some) => all + some);
    await use(here, "198.51.100.1");
    while (sum() === 0) await Bun.sleep(20);
    await use(there, "198.51.100.2");
    await ada.apiKeys.revoke(organization, id);
    expect((await use(here)).status).toBe(401);
    while ((await use(there)).status !== 401) await Bun.sleep(20);
    await ada.auth.logout();
    const isSignedIn = () =>
      fetch(`${there.url}/users/me`, { headers: { Authorization: `Bearer ${elsewhere.tokens()!.accessToken}` } }).then(
        ({ status }) => status === 200,
      );
    while (await isSignedIn()) await Bun.sleep(20);
    for (const bask of [here, there]) {
      bask.kill("SIGTERM"); // saves what was used
      expect(await bask.exited).toBe(0);
    }
    expect(sum()).toBe(1);
    const networks = await rowsOf(`sqlite:${folder.path}/data/bask.db`, "select network from key_networks order by 1");
    expect(networks.map(({ network }) => network)).toEqual(["192.0.2.0/24", "198.51.100.0/24"]);
  });
});
