import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemTime } from "../../src/clock";
import { type Config, parseConfig } from "../../src/config/config";
import { parseSmtpUrl } from "../../src/config/smtp-url";
import { dialect } from "../../src/db/dialect";
import { checkClock, checkOutbox, checkProxies } from "../../src/doctor/data";
import { examine } from "../../src/doctor/doctor";
import type { Finding } from "../../src/doctor/findings";
import { checkBackups, checkFiles, judgeDisk } from "../../src/doctor/machine";
import { checkMail } from "../../src/doctor/mail";
import { checkPublicUrl } from "../../src/doctor/public-url";
import { probeSmtp } from "../../src/mail/probe";
import { listBackups } from "../../src/system/backups";
import { realTime } from "../support/clock";
import { emptyDatabase } from "../support/databases";
import { startBask, temporaryFolder } from "../support/process";
import { raw, unguard } from "../support/raw";
import { runScript } from "../support/scripts";
import { openSmtp } from "../support/smtp";
import { openWorld, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const now = systemTime.wall;
const examined = (config: Config | (() => Config), quick = false) =>
  examine({ config: typeof config === "function" ? config : () => config, now, quick });
/** The findings about something that is not well. */
const about = (check: string, findings: Finding[]) =>
  findings.filter((finding) => finding.check === check && finding.severity !== "ok");
/** A configuration whose server is not asked. */
const local = (world: World): Config => ({ ...world.app.config, publicUrl: "http://127.0.0.1:9" });

describe("bask doctor", () => {
  test("finds nothing wrong with a server that was just started, and says so as lines and as JSON", async () => {
    using folder = temporaryFolder();
    const database = await emptyDatabase();
    const environment = { DATABASE_URL: database.url, SECRET_KEY: testSecret.toString("base64url") };
    const server = await startBask(folder.path, environment);
    const bask = (...args: string[]) =>
      runScript(folder.path, ["bask", "doctor", ...args], { environment: { ...environment, PUBLIC_URL: server.url } });
    const { exitCode, stdout } = await bask("--json");
    const findings = JSON.parse(stdout) as Finding[];
    const expected = dialect === "postgres" ? ["database: error"] : []; // the tests' server does not call fsync
    const wrong = findings.filter(({ severity }) => severity !== "ok");
    expect([...new Set(wrong.map(({ check, severity }) => `${check}: ${severity}`))]).toEqual([
      "backups: warning",
      ...expected,
    ]);
    expect(exitCode).toBe(expected.length > 0 ? 1 : 0);
    expect((await bask("--quick")).stdout).toContain("WARNING backups: BACKUP_DIR is not set");
    expect((await bask("--quick")).exitCode).toBe(0);
    server.kill("SIGTERM");
    await server.exited;
    await database.remove();
  });

  test("says of every finding why it matters and what to do", async () => {
    using folder = temporaryFolder();
    const { stdout, exitCode } = await runScript(folder.path, ["bask", "doctor", "--json"]);
    expect(exitCode).toBe(1);
    const wrong = (JSON.parse(stdout) as Finding[]).filter(({ severity }) => severity !== "ok");
    expect(wrong.map(({ check }) => check)).toEqual(["backups", "schema"]);
    for (const { why, fix } of wrong) expect([why, fix]).toEqual([expect.any(String), expect.any(String)]);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("the doctor finds", () => {
  test("a variable that cannot be used", async () => {
    const [finding, ...others] = await examined(() => parseConfig({ PORT: "http" }));
    expect(finding).toMatchObject({ check: "configuration", severity: "error" });
    expect(finding!.what).toContain("PORT must be a whole number");
    expect(others).toEqual([]);
  });

  test("files that others can read", () => {
    using folder = temporaryFolder();
    const [closed, open] = [join(folder.path, "closed"), join(folder.path, "open")];
    writeFileSync(closed, "", { mode: 0o600 });
    writeFileSync(open, "");
    chmodSync(open, 0o644);
    expect(checkFiles([closed, join(folder.path, "missing")])).toMatchObject([{ severity: "ok" }]);
    expect(checkFiles([closed, open])).toMatchObject([{ severity: "warning", fix: `chmod 600 ${open}` }]);
  });

  test("a disk that is nearly full", () => {
    const gigabyte = 1024 ** 3;
    expect(judgeDisk("data", gigabyte, 10 * gigabyte).severity).toBe("ok");
    expect(judgeDisk("data", gigabyte, 100 * gigabyte).severity).toBe("warning");
    expect(judgeDisk("data", gigabyte / 10, gigabyte).severity).toBe("error");
  });

  test("that no backup is made, or not lately", async () => {
    using folder = temporaryFolder();
    const world = await openWorld();
    const backups = { folder: join(folder.path, "backups"), every: 3_600_000, keep: 3 };
    const config = { ...world.app.config, backups };
    expect(checkBackups({ ...config, backups: undefined }, now()).severity).toBe("warning");
    expect(checkBackups(config, now())).toMatchObject({ severity: "error" });
    writeFileSync(backups.folder, "");
    const unreadable = { severity: "error", what: `${backups.folder} cannot be read (ENOTDIR).` };
    expect(checkBackups(config, now())).toMatchObject(unreadable);
    expect(await listBackups({ ...world.app, config })).toMatchObject({ files: [] });
    rmSync(backups.folder);
    mkdirSync(backups.folder);
    const file = join(backups.folder, "bask-20260302T090000Z.ndjson.gz");
    writeFileSync(file, "");
    expect(checkBackups(config, now())).toMatchObject({ severity: "ok", values: { age: "1 min" } });
    utimesSync(file, 0, now() / 1000 - 3 * 3600);
    expect(checkBackups(config, now())).toMatchObject({ severity: "error", what: "The latest backup is 3 h old." });
  });

  test("a database that is not there, lacks migrations, or cannot be opened", async () => {
    const world = await openWorld();
    const { url, remove } = await emptyDatabase();
    undo.push(remove);
    const { database } = parseConfig({ DATABASE_URL: url, SECRET_KEY: testSecret.toString("base64url") });
    expect(about("schema", await examined({ ...local(world), database }))).toMatchObject([{ fix: "bask init" }]);
    await raw(world, "delete from bask_migrations where name = (select max(name) from bask_migrations)");
    expect(about("schema", await examined(local(world)))).toMatchObject([{ severity: "error", fix: "bask migrate" }]);
    await raw(world, "insert into bask_migrations values ('bask', '9999_future', 'x', 0)").catch(() => {});
    const gone = parseConfig({
      DATABASE_URL: "postgres://u:p@127.0.0.1:9/d",
      SECRET_KEY: testSecret.toString("base64url"),
    });
    const findings = await examined({ ...local(world), database: gone.database });
    expect(about("database", findings)).toMatchObject([{ severity: "error" }]);
  });

  test("a secret that is not the one of the data", async () => {
    const world = await openWorld();
    const findings = await examined({ ...local(world), secretKeys: [randomBytes(32)] });
    expect(about("secret", findings)).toMatchObject([{ severity: "error" }]);
  });

  test.skipIf(dialect !== "postgres")("a clock that differs from the database's", async () => {
    const { app } = await openWorld();
    expect(await checkClock(app, now)).toMatchObject([{ severity: "ok" }]);
    const [finding] = await checkClock(app, () => now() + 60_000);
    expect(finding).toMatchObject({ severity: "error" });
    expect(finding!.what).toContain("ahead of the database's");
  });

  test("a PUBLIC_URL behind which there is nothing, something else, or another clock", async () => {
    const world = await openWorld({ time: realTime() });
    const found = async (publicUrl: string) => {
      const [finding, ...others] = await checkPublicUrl(
        { ...world.app, config: { ...world.app.config, publicUrl } },
        now,
      );
      expect(others).toEqual([]);
      return finding!;
    };
    let answer: (request: Request) => Response | Promise<Response> = () => new Response("nothing", { status: 502 });
    const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => answer(request) });
    undo.push(() => other.stop(true));
    const url = other.url.origin;
    expect(await found(world.url)).toMatchObject({ check: "public-url", severity: "ok" });
    expect(await found("http://127.0.0.1:9")).toMatchObject({ check: "public-url", severity: "warning" });
    expect(await found(url)).toMatchObject({ check: "public-url", severity: "error", what: `${url}/health is 502.` });
    answer = () => Response.json({ keys: [{ kid: "other" }] });
    expect(await found(url)).toMatchObject({ check: "well-knowns", severity: "error" });
    answer = () => new Response("<html>");
    expect(await found(url)).toMatchObject({ check: "well-knowns", severity: "error" });
    answer = () => Response.json({ keys: "none" });
    expect(await found(url)).toMatchObject({ check: "well-knowns", severity: "error" });
    answer = async ({ url }) => {
      const response = await fetch(new URL(new URL(url).pathname, world.url));
      return new Response(response.body, { headers: { Date: new Date(now() - 60_000).toUTCString() } });
    };
    const [late] = await checkPublicUrl({ ...world.app, config: { ...world.app.config, publicUrl: url } }, now);
    expect(late).toMatchObject({ check: "clock", severity: "error" });
  });

  test.each([
    ["without an end", 200, "timed out", async () => Bun.sleep(20)],
    ["of any length", 30_000, "it sends more than 64 KiB", async () => {}],
  ])("a PUBLIC_URL that sends a body %s", async (_, milliseconds, says, pause) => {
    const world = await openWorld();
    const chunk = Buffer.alloc(says === "timed out" ? 1 : 16 * 1024);
    const endless = async function* () {
      for (;;) {
        yield chunk;
        await pause();
      }
    };
    let healthy = false;
    const other = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => new Response(healthy && url.endsWith("/health") ? "ok" : (endless() as never)),
    });
    undo.push(() => other.stop(true));
    const publicUrl = other.url.origin;
    const app = { ...world.app, config: { ...world.app.config, publicUrl } };
    for (const check of ["public-url", "well-knowns"]) {
      expect(await checkPublicUrl(app, now, milliseconds)).toMatchObject([
        { check, what: expect.stringContaining(says) },
      ]);
      healthy = true;
    }
  });

  test("a proxy that is not trusted", async () => {
    const world = await openWorld();
    const ada = await world.person("Ada");
    expect((await checkProxies(world.app))[0]!.severity).toBe("ok");
    for (let i = 0; i < 10; i++) await world.signIn(ada);
    expect(await checkProxies(world.app)).toMatchObject([
      { severity: "warning", fix: "Set TRUSTED_PROXIES=127.0.0.1" },
    ]);
    await raw(world, "update sessions set ip = '203.0.113.9' where row_id = 3");
    expect((await checkProxies(world.app))[0]!.severity).toBe("ok");
  });

  test("emails that were given up, and some that no process sends", async () => {
    const world = await openWorld();
    await world.person("Ada");
    expect(await checkOutbox(world.app)).toMatchObject([{ severity: "ok" }]);
    world.time.pass({ minutes: 16 });
    expect(await checkOutbox(world.app)).toMatchObject([{ severity: "error" }]);
    await raw(world, "update outbox set state = 'failed'");
    expect(await checkOutbox(world.app)).toMatchObject([{ severity: "warning", fix: "bask mail failed" }]);
  });

  test("a mail server that does not accept this installation", async () => {
    const { app } = await openWorld();
    const smtp = await openSmtp();
    undo.push(smtp.close);
    const config = { ...app.config, smtp: smtp.server, mailFrom: { name: "", address: "no-reply@example.com" } };
    expect(await checkMail(config)).toMatchObject([{ severity: "ok" }]);
    expect(smtp.received).toEqual([]);
    smtp.behavior.greeting = "554 not from here";
    const [refused] = await checkMail(config);
    expect(refused).toMatchObject({ severity: "error", what: expect.stringContaining("554 not from here") });
    const missing = await checkMail({ ...config, smtp: undefined });
    expect(missing).toMatchObject([{ severity: "warning", fix: "Set SMTP_URL and MAIL_FROM" }]);
    smtp.behavior.greeting = undefined;
    const unset = await checkMail({ ...config, mailFrom: app.config.mailFrom });
    expect(unset).toMatchObject([{ severity: "ok" }, { severity: "warning", fix: "Set MAIL_FROM" }]);
  });

  test("a mail server that never falls silent and never answers", async () => {
    const feeding = Bun.listen<{ timer: Timer }>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open(socket) {
          socket.data = { timer: setInterval(() => socket.write("220-\r\n"), 20) };
        },
        close: ({ data }) => clearInterval(data.timer),
        data() {},
      },
    });
    undo.push(() => feeding.stop(true));
    const refused = await probeSmtp(parseSmtpUrl(`smtp://127.0.0.1:${feeding.port}`), 200);
    expect(refused).toBe("it took longer than 0.2 seconds");
  });

  test("a database that is damaged or can lose what it acknowledged", async () => {
    const world = await openWorld();
    const findings = () => examined(local(world)).then((found) => about("database", found));
    if (dialect === "postgres") {
      // The server of the tests does not call fsync.
      expect((await findings()).map(({ what }) => what)).toContain("The database is not safe: fsync is off.");
      return;
    }
    expect(await findings()).toEqual([]);
    await raw(world, "pragma foreign_keys = off; insert into memberships values ('m', 'o', 'u', 'member', null, 0)");
    expect((await findings()).map(({ what }) => what)).toEqual([
      "The database is damaged: rows of memberships refer to missing rows of users.",
      "The database is damaged: rows of memberships refer to missing rows of organizations.",
    ]);
  });

  test("an audit log that was changed", async () => {
    const world = await openWorld();
    await world.person("Ada");
    await unguard(world);
    await raw(world, "update audit_events set action = 'nothing.happened'");
    expect(about("audit", await examined(local(world)))).toMatchObject([
      { severity: "error", fix: "bask audit verify" },
    ]);
    expect(about("audit", await examined(local(world), true))).toEqual([]);
  });
});
