import { expect, setDefaultTimeout, test } from "bun:test";
import { createClient } from "../support/client";
import { emptyDatabase } from "../support/databases";
import { startBask, temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";

setDefaultTimeout(180_000);

const value = (text: string, label: string) => new RegExp(`^${label}: (\\S+)`, "m").exec(text)![1]!;

test("bun run seed prints accounts and keys that work, and leaves a database with people alone", async () => {
  using folder = temporaryFolder();
  const database = await emptyDatabase();
  const environment = { DATABASE_URL: database.url };
  const first = await runScript(folder.path, ["seed"], { environment });
  expect(first).toMatchObject({ exitCode: 0, stderr: "" });
  const again = await runScript(folder.path, ["seed"], { environment });
  expect(again).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("bun run seed --force") });
  const forced = await runScript(folder.path, ["seed", "--force"], { environment });
  expect(forced).toMatchObject({ exitCode: 0, stderr: "" });

  const bask = await startBask(folder.path, environment);
  for (const { stdout } of [first, forced]) {
    const password = value(stdout, "Password of both");
    const organization = value(stdout, "Organization");
    const ada = createClient({ url: bask.url });
    await ada.auth.login({ email: value(stdout, "Ada Lovelace, owner"), password });
    expect((await ada.organizations.list()).data).toMatchObject([{ id: organization, role: "owner" }]);
    const grace = createClient({ url: bask.url });
    const email = value(stdout, "Grace Hopper, invited");
    await grace.auth.login({ email, password });
    expect((await ada.invitations.list(organization)).data).toMatchObject([{ email, status: "pending" }]);
    for (const environment of ["Live", "Test"]) {
      const machine = createClient({ url: bask.url, apiKey: value(stdout, `${environment} key`) });
      expect((await machine.members.list(organization)).data).toHaveLength(1);
    }
  }
  bask.kill("SIGTERM");
  expect(await bask.exited).toBe(0);
  await database.remove();
});
