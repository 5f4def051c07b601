import { afterEach, expect, test } from "bun:test";
import { createClient, type SessionTokens } from "../../src/sdk/client";
import { newDatabase } from "../support/databases";
import { killProcesses, startBask, temporaryFolder } from "../support/process";
import { testSecret } from "../support/world";

afterEach(killProcesses);

test("four processes under load refuse a token within a second after it was revoked in one of them", async () => {
  const database = await newDatabase();
  using folder = temporaryFolder();
  const environment = {
    DATABASE_URL: database.url,
    SECRET_KEY: testSecret.toString("base64url"),
    DATABASE_POOL: "4",
    USER_RATE_LIMIT: "1000000",
  };
  const start = () => startBask(folder.path, environment);
  const processes = [await start(), ...(await Promise.all([start(), start(), start()]))];
  const account = { email: "ada@example.com", password: "Ada likes long passwords" };
  const bystander = createClient({ url: processes[0]!.url });
  await bystander.auth.register({ ...account, fullName: "Ada" });
  await bystander.auth.login(account);
  const statusAt = async (url: string, { accessToken }: SessionTokens) => {
    const response = await fetch(`${url}/users/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
    await response.arrayBuffer();
    return response.status;
  };

  let isOver = false;
  const load = processes.map(async ({ url }) => {
    // A busy machine may make the database late: what is refused for that, 503, is load as well.
    while (!isOver) await statusAt(url, bystander.tokens()!);
  });
  for (const { url: revoker } of processes) {
    const session = createClient({ url: revoker });
    await session.auth.login(account);
    const tokens = session.tokens()!;
    for (const { url } of processes) while ((await statusAt(url, tokens)) !== 200);
    await session.auth.logout();
    const revokedAt = performance.now();
    const latest = processes.map(async ({ url }) => {
      for (let accepted = -1; ; ) {
        const startedAt = performance.now();
        const status = await statusAt(url, tokens);
        if (status === 401) return accepted;
        if (status === 200) accepted = startedAt - revokedAt;
      }
    });
    // Of requests that began later than a second after the revocation, none is accepted, however busy the machine is.
    for (const accepted of await Promise.all(latest)) expect(accepted).toBeLessThan(1_050);
  }
  isOver = true;
  await Promise.all(load);
  await database.remove();
}, 180_000);
