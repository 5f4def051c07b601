import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { emptyDatabase, newDatabase } from "../support/databases";
import { startBask, temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";

setDefaultTimeout(180_000);

const SECRET_KEY = randomBytes(32).toString("base64url");

/** The rows of each table of a backup, but for those that a restore changes or adds. */
function contentOf(file: string): Record<string, string[]> {
  const content: Record<string, string[]> = {};
  let table: string[] = [];
  for (const line of gunzipSync(readFileSync(file)).toString().trimEnd().split("\n").slice(1, -1)) {
    if (line.startsWith('{"table"')) table = content[JSON.parse(line).table] = [];
    else if (line.startsWith("[")) table.push(line);
  }
  const changed = ["sessions", "outbox", "api_keys", "audit_chains", "audit_events", "tickets", "jobs", "key_usage"];
  for (const name of changed) delete content[name];
  for (const rows of Object.values(content)) rows.sort();
  return content;
}

/** Two people, an organization and a key. */
async function fill(url: string) {
  const ada = createClient({ url });
  const credentials = { email: "ada@example.com", password: "correct horse battery" };
  await ada.auth.register({ ...credentials, fullName: "Ada – 引擎 \"'\\" });
  await ada.auth.login(credentials);
  const { id } = await ada.organizations.create({ name: "Engines" });
  const revoked = await ada.apiKeys.create(id, { name: "Revoked", metadata: { a: "b" } });
  const kept = await ada.apiKeys.create(id, { name: "Kept", expiresInDays: 30 });
  return { ada, credentials, id, revoked, kept };
}

const statusWith = async (url: string, headers: Record<string, string>) =>
  (await fetch(`${url}/whoami`, { headers })).status;

describe("bask backup", () => {
  test("create, verify and restore work beside a running server, which notices within a second", async () => {
    using folder = temporaryFolder();
    const database = await newDatabase();
    const environment = { DATABASE_URL: database.url, SECRET_KEY };
    const bask = (...args: string[]) => runScript(folder.path, ["bask", "backup", ...args], { environment });
    const server = await startBask(folder.path, environment);
    const { url } = server;
    const { ada, credentials, id, revoked, kept } = await fill(url);
    const token = { Authorization: `Bearer ${ada.tokens()!.accessToken}` };
    expect(await statusWith(url, { "X-API-Key": revoked.key })).toBe(200);

    const made = await bask("create", "one.ndjson.gz", "--json");
    expect(JSON.parse(made.stdout)).toMatchObject({ file: "one.ndjson.gz", isSigned: true, tables: { users: 1 } });
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readdirSync(folder.path).filter((name) => name.startsWith("one"))).toEqual(["one.ndjson.gz"]);
    expect((await bask("verify", "one.ndjson.gz")).stdout).toContain("1 users, 1 organizations, 2 API keys");

    await ada.apiKeys.revoke(id, revoked.id);
    expect(await bask("restore", "one.ndjson.gz")).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await statusWith(url, token)).toBe(200);
    const restored = await bask("restore", "one.ndjson.gz", "--yes");
    const note = dialect === "postgres" ? "Servers that use this database answer 503 until the restore is done.\n" : "";
    expect(restored).toMatchObject({ exitCode: 0, stderr: note });
    expect(restored.stdout).toContain("api_key.revoked: 1");

    while ((await statusWith(url, token)) !== 401) await Bun.sleep(20);
    expect(await statusWith(url, { "X-API-Key": revoked.key })).toBe(401);
    expect(await statusWith(url, { "X-API-Key": kept.key })).toBe(200);
    await ada.auth.login(credentials);
    expect(await ada.apiKeys.get(id, revoked.id)).toMatchObject({ status: "revoked" });
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    await database.remove();
  });

  test("says what is wrong with a file, and exits as other commands do", async () => {
    using folder = temporaryFolder();
    const bask = (...args: string[]) =>
      runScript(folder.path, ["bask", "backup", ...args], { environment: { SECRET_KEY } });
    expect(await bask("verify", "missing")).toMatchObject({ exitCode: 3, stdout: "" });
    expect(await bask("restore", "missing", "--yes")).toMatchObject({ exitCode: 3, stdout: "" });
    expect(await bask("create")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await bask("create", "one", "two")).toMatchObject({ exitCode: 2, stdout: "" });
    const created = await bask("create", "one");
    expect(created).toMatchObject({ exitCode: 1, stdout: "" });
    expect(created.stderr).toContain("does not exist or is empty");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.skipIf(dialect !== "postgres")("moves an installation from SQLite to PostgreSQL, and back", async () => {
    using folder = temporaryFolder();
    const run = async (DATABASE_URL: string, ...args: string[]) => {
      const result = await runScript(folder.path, ["bask", ...args], { environment: { DATABASE_URL, SECRET_KEY } });
      expect(result).toMatchObject({ exitCode: 0 });
      return result;
    };
    const [here, back] = ["sqlite:here.db", "sqlite:back.db"];
    const server = await startBask(folder.path, { DATABASE_URL: here, SECRET_KEY });
    const { id, kept } = await fill(server.url);
    expect(await statusWith(server.url, { "X-API-Key": kept.key })).toBe(200);
    server.kill("SIGTERM");
    await server.exited;

    const database = await emptyDatabase();
    await run(here, "backup", "create", "1.gz");
    await run(database.url, "backup", "restore", "1.gz");
    await run(database.url, "audit", "verify");
    const there = await startBask(folder.path, { DATABASE_URL: database.url, SECRET_KEY });
    expect(await statusWith(there.url, { "X-API-Key": kept.key })).toBe(200);
    const grace = createClient({ url: there.url });
    await grace.auth.register({ email: "grace@example.com", password: "correct horse battery", fullName: "Grace" });
    await grace.auth.login({ email: "grace@example.com", password: "correct horse battery" });
    await grace.organizations.create({ name: "Compilers" });
    there.kill("SIGTERM");
    await there.exited;

    await run(database.url, "backup", "create", "2.gz");
    await run(back, "backup", "restore", "2.gz");
    await run(back, "audit", "verify");
    await run(back, "backup", "create", "3.gz");
    expect(contentOf(join(folder.path, "3.gz"))).toEqual(contentOf(join(folder.path, "2.gz")));
    expect(contentOf(join(folder.path, "1.gz")).roles).toEqual([]);
    const home = await startBask(folder.path, { DATABASE_URL: back, SECRET_KEY });
    expect(await statusWith(home.url, { "X-API-Key": kept.key })).toBe(200);
    const ada = createClient({ url: home.url });
    await ada.auth.login({ email: "ada@example.com", password: "correct horse battery" });
    expect((await ada.apiKeys.list(id)).data).toHaveLength(2);
    home.kill("SIGTERM");
    await home.exited;
    await database.remove();
  });
});
