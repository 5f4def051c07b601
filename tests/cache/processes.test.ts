import { afterEach, expect, test } from "bun:test";
import { type Bask, createClient } from "../../src/sdk/client";
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
  const first = await startBask(folder.path, environment);
  const processes = [first, ...(await Promise.all([1, 2, 3].map(() => startBask(folder.path, environment))))];
  const account = { email: "ada@example.com", password: "Ada likes long passwords" };
  const bystander = createClient({ url: first.url });
  await bystander.auth.register({ ...account, fullName: "Ada" });
  await bystander.auth.login(account);
  const at = (url: string, session: Bask) => createClient({ url, tokens: session.tokens()! }).me.get();

  let isOver = false;
  const load = processes.map(async ({ url }) => {
    while (!isOver) await at(url, bystander);
  });
  for (const { url: revoker } of processes) {
    const session = createClient({ url: revoker });
    await session.auth.login(account);
    await Promise.all(processes.map(({ url }) => at(url, session)));
    const tokens = session.tokens()!;
    await session.auth.logout();
    const revokedAt = performance.now();
    const latest = processes.map(async ({ url }) => {
      for (let accepted = -1; ; ) {
        const startedAt = performance.now();
        const { status } = await fetch(`${url}/users/me`, {
          headers: { Authorization: `Bearer ${tokens.accessToken}` },
        });
        if (status === 401) return accepted;
        accepted = startedAt - revokedAt;
      }
    });
    // Of requests that began later than a second after the revocation, none is accepted, however busy the machine is.
    for (const accepted of await Promise.all(latest)) expect(accepted).toBeLessThan(1_050);
  }
  isOver = true;
  await Promise.all(load);
  await database.remove();
}, 30_000);
