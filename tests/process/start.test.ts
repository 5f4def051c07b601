import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { dialect } from "../../src/db/dialect";
import { main, spawnBask, startBask, temporaryFolder, tryToStart } from "../support/process";

setDefaultTimeout(180_000);

const ownSecret = join(import.meta.dir, "../../src/config/own-secret.ts");

/** Starts with variables that it must refuse, and gives the sentence it says. */
async function refusal(cwd: string, environment: Record<string, string>) {
  const bask = await tryToStart(cwd, environment, main);
  expect(await bask.exited).toBe(1);
  const lines = bask.output().trim().split("\n");
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

describe("the first start", () => {
  test("makes a secret that only its user can read, a database, and serves; the next one keeps both", async () => {
    using folder = temporaryFolder();
    const first = await startBask(folder.path, {}, main);
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    const file = join(folder.path, "data/secret.key");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const made = readFileSync(file, "utf8");
    expect(Buffer.from(made.trim(), "base64url")).toHaveLength(32);
    expect(existsSync(join(folder.path, "data/bask.db"))).toBe(true);
    expect(readdirSync(join(folder.path, "data")).filter((name) => !name.startsWith("bask.db"))).toEqual([
      "secret.key",
    ]);
    const { keys } = (await (await fetch(`${first.url}/.well-known/jwks.json`)).json()) as { keys: unknown[] };
    first.kill("SIGTERM");
    expect(await first.exited).toBe(0);

    const draft = (name: string, minutesOld: number) => {
      const path = `${file}.${name}`;
      writeFileSync(path, made);
      const at = new Date(Date.now() - minutesOld * 60_000);
      utimesSync(path, at, at);
    };
    draft("0123456789abcdef.draft", 11); // of a process that was killed
    draft("fedcba9876543210.draft", 1); // of one that may be writing it
    draft("20261127", 11); // of a person
    const second = await startBask(folder.path, {}, main);
    expect(readFileSync(file, "utf8")).toBe(made);
    expect(await (await fetch(`${second.url}/.well-known/jwks.json`)).json()).toEqual({ keys });
    const kept = readdirSync(join(folder.path, "data")).filter((name) => !name.startsWith("bask.db"));
    expect(kept.toSorted()).toEqual(["secret.key", "secret.key.20261127", "secret.key.fedcba9876543210.draft"]);
    second.kill("SIGTERM");
    expect(await second.exited).toBe(0);
  });
});

test("an argument is refused, for it would be one that has no effect", async () => {
  using folder = temporaryFolder();
  const child = spawnBask(folder.path, {}, [main, "--port", "80"]);
  expect(await child.exited).toBe(2);
  expect(await new Response(child.stderr).text()).toContain("--port");
  expect(readdirSync(folder.path)).toEqual([]);
});

describe("processes that make the secret of an installation at the same moment", () => {
  test("all use the one that was first", async () => {
    using folder = temporaryFolder();
    const program = `const { makeOwnSecret } = await import(${JSON.stringify(ownSecret)});
      console.log("ready");
      for await (const _ of console) break;
      console.log(makeOwnSecret()[0].toString("hex"));`;
    const children = Array.from({ length: 8 }, () => spawnBask(folder.path, {}, ["-e", program]));
    const readers = children.map(({ stdout }) => stdout.pipeThrough(new TextDecoderStream()).getReader());
    for (const reader of readers) expect((await reader.read()).value).toBe("ready\n");
    for (const { stdin } of children) {
      stdin.write("go\n");
      stdin.end();
    }
    const secrets = await Promise.all(readers.map(async (reader) => (await reader.read()).value));
    expect(secrets[0]).toMatch(/^[\da-f]{64}\n$/);
    expect(new Set(secrets).size).toBe(1);
    expect(readdirSync(join(folder.path, "data"))).toEqual(["secret.key"]);
  });
});

describe("a start that will surprise people", () => {
  test("says so in its log", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, { PUBLIC_URL: "http://192.168.1.5:3000" });
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
    expect(bask.output()).toContain("browsers keep session cookies only over https or on localhost");
  });
});

describe.skipIf(dialect === "postgres")("a connection that is idle", () => {
  test("is closed after IDLE_TIMEOUT", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, { IDLE_TIMEOUT: "1" });
    const socket = connect(Number(new URL(bask.url).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.on("close", resolve));
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    await closed;
    expect(answer).toStartWith("HTTP/1.1 200");
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
  });
});

describe("a database that is broken or not ours", () => {
  test("a file that is no database is left as it is", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "broken.db");
    writeFileSync(file, "this is not a database ".repeat(1000));
    const before = readFileSync(file);
    expect(await refusal(folder.path, { DATABASE_URL: `sqlite:${file}` })).toContain(
      "is not a readable SQLite database",
    );
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test("another program's database is left as it is", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "foreign.db");
    const foreign = new Driver(file);
    foreign.exec("create table notes (text); insert into notes values ('mine')");
    foreign.close();
    const before = readFileSync(file);
    expect(await refusal(folder.path, { DATABASE_URL: `sqlite:${file}` })).toContain(
      "contains tables of another program (notes)",
    );
    expect(readFileSync(file)).toEqual(before);
  });

  test("a newer Bask's database is left as it is", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "newer.db");
    const first = await startBask(folder.path, { DATABASE_URL: `sqlite:${file}` });
    first.kill("SIGTERM");
    await first.exited;
    const newer = new Driver(file);
    newer.exec(
      "insert into bask_migrations (source, name, hash, applied_at) values ('bask', '9999_future', 'hash', 0)",
    );
    newer.pragma("journal_mode = DELETE");
    newer.close();
    const before = readFileSync(file);
    expect(await refusal(folder.path, { DATABASE_URL: `sqlite:${file}` })).toContain(
      "was migrated by a newer version of Bask: it has the migration 9999_future",
    );
    expect(readFileSync(file)).toEqual(before);
  });

  test("a database that lost a table is named in one line", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "torn.db");
    const first = await startBask(folder.path, { DATABASE_URL: `sqlite:${file}` });
    first.kill("SIGTERM");
    await first.exited;
    const torn = new Driver(file);
    torn.exec("drop table changes");
    torn.close();
    expect(await refusal(folder.path, { DATABASE_URL: `sqlite:${file}` })).toBe(
      "Bask cannot start. DATABASE_URL: the database is not as Bask left it: no such table: changes. Give this user its rights, or restore a backup.",
    );
  });
});
