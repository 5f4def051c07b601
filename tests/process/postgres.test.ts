import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dialect } from "../../src/db/dialect";
import { makeCertificate } from "../support/certificate";
import { findPostgres, type PostgresServer, startPostgres } from "../support/postgres";
import { startBask, temporaryFolder } from "../support/process";
import { expectRefusedStarts, isRoot, nobody, type RefusedStart, secret } from "../support/refused-start";

setDefaultTimeout(180_000);

const binaries = findPostgres();
const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);
let server: PostgresServer;
let host: string;

/** A server of its own that speaks TLS with a certificate for 127.0.0.1 of an authority of its own. */
beforeAll(async () => {
  if (dialect !== "postgres" || !binaries) return;
  server = await startPostgres(binaries);
  host = new URL(server.url).host;
  const authority = makeCertificate("Authority");
  const { cert, key } = makeCertificate("server", { issuer: authority, ip: "127.0.0.1" });
  for (const [name, text] of Object.entries({
    "server.pem": cert,
    "server.key": key,
    "authority.pem": authority.cert,
    "other.pem": makeCertificate("Another authority").cert,
  })) {
    writeFileSync(file(name), text, { mode: 0o600 });
    if (isRoot) chownSync(file(name), nobody.uid, nobody.gid);
  }
  chmodSync(folder.path, 0o755);
  const admin = new Bun.SQL(server.url, { max: 1 });
  for (const statement of [
    `alter system set ssl_cert_file = '${file("server.pem")}'`,
    `alter system set ssl_key_file = '${file("server.key")}'`,
    "alter system set ssl = on",
    "create role weak login",
    "create database bask",
    "create database latin encoding 'LATIN1' locale 'C' template template0",
    "select pg_reload_conf()",
  ])
    await admin.unsafe(statement);
  while ((await admin`show ssl`)[0].ssl !== "on") await Bun.sleep(5);
  await admin.close();
});
afterAll(async () => {
  await server?.stop();
  folder[Symbol.dispose]();
});

const url = (query = "", user = "bask", database = "bask") =>
  `postgres://${user}:${secret}@${host}/${database}${query && `?${query}`}`;

/** All processes of one database have one secret: the data knows it. */
const SECRET_KEY = { SECRET_KEY: randomBytes(32).toString("base64url") };

describe.skipIf(dialect !== "postgres" || !binaries)("a PostgreSQL", () => {
  const refused = (DATABASE_URL: string, says: string): RefusedStart => ({ environment: { DATABASE_URL }, says });

  test("that cannot be used stops the start with one line, and without a part of the password", () =>
    expectRefusedStarts({
      "no server": refused(
        `postgres://bask:${secret}@127.0.0.1:1/bask`,
        "DATABASE_URL: postgres://127.0.0.1:1/bask cannot",
      ),
      "no such host": refused(
        `postgres://bask:${secret}@nowhere.invalid/bask`,
        "nowhere.invalid:5432/bask cannot be opened",
      ),
      "no socket": refused(`postgres://bask:${secret}@/bask?host=/nowhere`, "/nowhere:5432/bask cannot be opened"),
      "no such database": refused(url("", "bask", "nowhere"), 'database "nowhere" does not exist.'),
      "no such role": refused(url("", "noone"), 'role "noone" does not exist.'),
      "no right to create tables": refused(url("", "weak"), "permission denied for schema public."),
      "no such schema": refused(url("search_path=nowhere"), "has no schema that its role may use."),
      "a setting that is none": refused(url("options=-c%20nonsense%3D1"), 'parameter "nonsense"'),
      "an encoding without every text": refused(url("", "bask", "latin"), "has the encoding LATIN1"),
      "a certificate of an unknown authority": refused(url("sslmode=verify-full"), "by sslrootcert=FILE."),
      "a certificate of another authority": refused(url(`sslrootcert=${file("other.pem")}`), "by sslrootcert=FILE."),
      "a certificate of another host": refused(
        url(`sslmode=verify-full&sslrootcert=${file("authority.pem")}`).replace("127.0.0.1", "localhost"),
        "or write sslmode=verify-ca.",
      ),
    }));

  test("is reached over TLS as sslmode asks for", async () => {
    const session = new Bun.SQL(server.url, { max: 1 });
    for (const [query, encrypted] of [
      ["sslmode=disable", false],
      ["sslmode=prefer", true],
      ["sslmode=require", true],
      [`sslmode=verify-ca&sslrootcert=${file("authority.pem")}`, true],
      [`sslmode=verify-full&sslrootcert=${file("authority.pem")}&application_name=probe`, true],
    ] as const) {
      using own = temporaryFolder();
      const bask = await startBask(own.path, { ...SECRET_KEY, DATABASE_URL: url(query) });
      const connections = await session`
        select ssl, application_name from pg_stat_ssl join pg_stat_activity using (pid) where datname = 'bask'`;
      expect(connections.length).toBeGreaterThan(0);
      expect([query, connections.every(({ ssl }: { ssl: boolean }) => ssl === encrypted)]).toEqual([query, true]);
      if (query.includes("application_name")) expect(connections[0].application_name).toBe("probe");
      bask.kill("SIGTERM");
      expect(await bask.exited).toBe(0);
    }
    await session.close();
  });

  test("that lost a table, or the right to read one, is named in one line", async () => {
    const admin = new Bun.SQL(server.url, { max: 1 });
    for (const [database, statement, says] of [
      ["torn", "drop table changes", 'relation "changes" does not exist'],
      ["closed", "grant select on bask_migrations to weak", "permission denied for table"],
    ] as const) {
      await admin.unsafe(`create database ${database}`);
      using own = temporaryFolder();
      const first = await startBask(own.path, { ...SECRET_KEY, DATABASE_URL: url("", "bask", database) });
      first.kill("SIGTERM");
      await first.exited;
      const there = new Bun.SQL(url("", "bask", database), { max: 1 });
      await there.unsafe(statement);
      await there.close();
      const user = database === "closed" ? "weak" : "bask";
      const environment = { ...SECRET_KEY, DATABASE_URL: url("", user, database) };
      await expectRefusedStarts({ [database]: { environment, says: `not as Bask left it: ${says}` } });
    }
    await admin.close();
  });

  test("is given no more connections than DATABASE_POOL", async () => {
    using own = temporaryFolder();
    const bask = await startBask(own.path, {
      ...SECRET_KEY,
      DATABASE_URL: url(),
      DATABASE_POOL: "2",
      AUTH_RATE_LIMIT: "1000",
    });
    const headers = { "Content-Type": "application/json" };
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => {
        const body = JSON.stringify({ email: `p${i}@example.com`, password: "correct horse battery", fullName: "P" });
        return fetch(`${bask.url}/auth/register`, { method: "POST", headers, body });
      }),
    );
    const session = new Bun.SQL(server.url, { max: 1 });
    const [{ count }] = await session`select count(*)::int from pg_stat_activity where datname = 'bask'`;
    expect(count).toBe(2);
    await session.close();
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
  });

  test("without TLS is refused where TLS is asked for", async () => {
    const own = await startPostgres(binaries!);
    const DATABASE_URL = `${own.url.replace("bask@", `bask:${secret}@`)}?sslmode=require`;
    await expectRefusedStarts({
      "no TLS": refused(DATABASE_URL, "Switch TLS on in the server, or write sslmode=disable."),
    });
    await own.stop();
  });
});
