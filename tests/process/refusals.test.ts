import { describe, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dialect } from "../../src/db/dialect";
import { main } from "../support/process";
import { expectRefusedStarts, isRoot, nobody, type RefusedStart, secret } from "../support/refused-start";

setDefaultTimeout(180_000);

const variable = (name: string, text: string, says = `${name} must`): RefusedStart => ({
  environment: { [name]: text },
  says,
});

/** What does not depend on the database that the suite runs on is seen once. */
describe.skipIf(dialect === "postgres")("the start is refused, before anything happens, for", () => {
  test("a value that cannot be used", () =>
    expectRefusedStarts({
      "a port that is no number": variable("PORT", "http"),
      "a port out of range": variable("PORT", "70000"),
      "a number in quotes": variable("PORT", '"3000"'),
      "a host with a port": variable("HOST", "0.0.0.0:3000"),
      "a public URL with a password": variable("PUBLIC_URL", `https://user:${secret}@example.com`),
      "a public URL with a query": variable("PUBLIC_URL", `https://example.com/?token=${secret}`),
      "an app URL without a scheme": variable("APP_URL", "app.example.com"),
      "a name of two lines": variable("APP_NAME", "Acme\nInc."),
      "an idle time above what the server can do": variable("IDLE_TIMEOUT", "600"),
      "no connections": variable("DATABASE_POOL", "0"),
      "a wildcard origin": variable("CORS_ORIGINS", "https://*.example.com", "Entry 1 of CORS_ORIGINS must"),
      "a proxy that is a number": variable("TRUSTED_PROXIES", "1", "Entry 1 of TRUSTED_PROXIES must"),
      "two senders": variable("MAIL_FROM", "a@example.com, b@example.com"),
      "a quoted sender": variable("MAIL_FROM", '"Acme <a@example.com>"'),
      "a folder that is a file": variable("MAIL_TEMPLATES", "/dev/null"),
      "an unknown word": variable("LOG_LEVEL", "loud"),
      "a broken key of GitHub": variable("GITHUB_SCANNING_KEYS", "a=b", "Entry 1 of GITHUB_SCANNING_KEYS must"),
      "a mail server with a badly encoded password": variable("SMTP_URL", `smtp://me:50%${secret}@mail.example.com`),
      "a mail server with an unknown parameter": variable("SMTP_URL", `smtp://h?${secret}=1`, "SMTP_URL has"),
    }));

  test("a database URL that cannot be used", () =>
    expectRefusedStarts({
      "another database": variable("DATABASE_URL", `mysql://me:${secret}@h/d`),
      "a slash in the password": variable("DATABASE_URL", `postgres://me:12/${secret}@h/d`),
      "a fragment in the password": variable("DATABASE_URL", `postgres://me:12#${secret}@h/d`),
      "a question mark in the password": variable("DATABASE_URL", `postgres://me:12?${secret}@h/d`),
      "a query in the password": variable("DATABASE_URL", `postgres://me:12?${secret}=1&x=@h/d`),
      "a percent sign in the password": variable("DATABASE_URL", `postgres://me:5%${secret}@h/d`),
      "a port that is none": variable("DATABASE_URL", `postgres://me:${secret}@h:port/d`),
      "two hosts": variable("DATABASE_URL", `postgres://me:${secret}@h1:1,h2:2/d`),
      "no database": variable("DATABASE_URL", `postgres://me:${secret}@h`),
      "an unknown TLS mode": variable(
        "DATABASE_URL",
        `postgres://me:${secret}@h/d?sslmode=no-verify`,
        "DATABASE_URL takes only",
      ),
      "an unknown parameter": variable("DATABASE_URL", `postgres://me:${secret}@h/d?x=${secret}`, "DATABASE_URL has"),
      "a certificate that is missing": variable(
        "DATABASE_URL",
        `postgres://me:${secret}@h/d?sslrootcert=/nowhere`,
        "sslrootcert of DATABASE_URL names a file that does not exist.",
      ),
      "a certificate that is none": variable("DATABASE_URL", `postgres://me:${secret}@h/d?sslrootcert=${main}`),
      memory: variable("DATABASE_URL", "sqlite::memory:"),
      "a host of SQLite": variable("DATABASE_URL", "sqlite://data/bask.db"),
      "a mode of SQLite": variable("DATABASE_URL", "sqlite:data/bask.db?mode=ro", "DATABASE_URL takes no parameters"),
      "a file: URL": variable("DATABASE_URL", "sqlite:file:bask.db"),
      "a home folder": variable("DATABASE_URL", "sqlite:~/bask.db"),
      "a folder": variable("DATABASE_URL", "sqlite:/tmp", "DATABASE_URL: /tmp is not a file."),
      "a folder that cannot be made": variable(
        "DATABASE_URL",
        "sqlite:/proc/bask/bask.db",
        "DATABASE_URL: sqlite:/proc/",
      ),
      "a folder that is a file": variable("DATABASE_URL", "sqlite:/dev/null/bask.db", "/dev/null is not a folder."),
    }));

  test("a secret that cannot be used", () =>
    expectRefusedStarts({
      "an example": variable("SECRET_KEY", secret),
      "no random bytes": variable("SECRET_KEY", "A".repeat(43)),
      "a file that is missing": variable(
        "SECRET_KEY_FILE",
        "nowhere",
        "SECRET_KEY_FILE names a file that does not exist.",
      ),
      "a file that is a folder": variable("SECRET_KEY_FILE", "/tmp", "SECRET_KEY_FILE names a folder."),
      "a file without an end": variable("DATABASE_URL_FILE", "/dev/zero", "DATABASE_URL_FILE must name a regular file"),
      "a folder for a database URL": variable("DATABASE_URL_FILE", "/tmp", "DATABASE_URL_FILE names a folder."),
      "a variable and a file": {
        environment: { SECRET_KEY: secret, SECRET_KEY_FILE: "somewhere" },
        says: "SECRET_KEY and SECRET_KEY_FILE are both set.",
      },
      "a file of its own that is empty": {
        environment: {},
        prepare: (folder) => ownSecret(folder, "\n"),
        says: "data/secret.key is empty. Restore it from a backup, set SECRET_KEY, or",
      },
      "a file of its own that holds something else": {
        environment: {},
        prepare: (folder) => ownSecret(folder, secret),
        says: "data/secret.key must be 32 random bytes in base64.",
      },
      "a folder in its place": {
        environment: {},
        prepare: (folder) => mkdirSync(join(folder, "data/secret.key"), { recursive: true }),
        says: "data/secret.key cannot be read (EISDIR). Set SECRET_KEY",
      },
      "a file without an end in its place": {
        environment: {},
        prepare: (folder) => {
          mkdirSync(join(folder, "data"));
          Bun.spawnSync(["mkfifo", join(folder, "data/secret.key")]);
        },
        says: "data/secret.key is not a file. Set SECRET_KEY, or move it away.",
      },
      "a file in the place of the folder": {
        environment: { DATABASE_URL: "sqlite:bask.db" },
        prepare: (folder) => writeFileSync(join(folder, "data"), ""),
        says: "data is not a folder. Set SECRET_KEY, or",
      },
    }));

  test("an address that cannot be listened on", async () => {
    const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    await expectRefusedStarts({
      "a port of another program": variable("PORT", String(other.port), `PORT ${other.port} of 127.0.0.1 is taken.`),
      "an IP of another machine": variable("HOST", "203.0.113.1"),
      "a name of no machine": variable("HOST", "nowhere.invalid"),
    });
    await other.stop(true);
  });

  test.skipIf(!ordinaryUserCanRun())("what an ordinary user may not do", () =>
    expectRefusedStarts({
      ...(lowestOpenPort() > 80 && {
        "a low port": { ...variable("PORT", "80", "PORT 80 is not open to this user."), ordinary: true },
      }),
      "a folder that may not be written": {
        environment: {},
        prepare: (folder) => mkdirSync(join(folder, "data"), { mode: 0o555 }),
        says: "data cannot be written (EACCES). Let this user write to it, or name another file in DATABASE_URL.",
        ordinary: true,
      },
      "a folder of the secret that may not be written": {
        environment: { DATABASE_URL: "sqlite:bask.db" },
        prepare: (folder) => mkdirSync(join(folder, "data"), { mode: 0o555 }),
        says: "data cannot be written (EACCES). Set SECRET_KEY, or let this user write to data/.",
        ordinary: true,
      },
      "a file of a secret that may not be read": {
        environment: { SECRET_KEY_FILE: "key" },
        prepare: (folder) => locked(join(folder, "key")),
        says: "SECRET_KEY_FILE names a file that cannot be read (EACCES).",
        ordinary: true,
      },
      "a file of its own that may not be read": {
        environment: { DATABASE_URL: "sqlite:bask.db" },
        prepare: (folder) => {
          ownSecret(folder, secret);
          locked(join(folder, "data/secret.key"));
        },
        says: "data/secret.key cannot be read (EACCES).",
        ordinary: true,
      },
      "a database that may not be read": {
        environment: { DATABASE_URL: "sqlite:bask.db" },
        prepare: (folder) => locked(join(folder, "bask.db")),
        says: "DATABASE_URL: bask.db cannot be read and written (EACCES). Give this user the right to.",
        ordinary: true,
      },
      "a file beside the database that may not be read": {
        environment: { DATABASE_URL: "sqlite:bask.db" },
        prepare: (folder) => locked(join(folder, "bask.db-shm")),
        says: "DATABASE_URL: bask.db-shm cannot be read and written (EACCES). Give this user the right to.",
        ordinary: true,
      },
      "a .env that may not be read": {
        environment: {},
        prepare: (folder) => locked(join(folder, ".env")),
        says: ".env cannot be read (EACCES). Give this user the right to, or move it away.",
        ordinary: true,
      },
      "a .env of production that may not be read": {
        environment: { NODE_ENV: "production" },
        prepare: (folder) => locked(join(folder, ".env.production")),
        says: ".env.production cannot be read (EACCES). Give this user the right to, or move it away.",
        ordinary: true,
      },
      "a folder that may not be looked into": {
        environment: {},
        prepare: (folder) => mkdirSync(join(folder, "data"), { mode: 0 }),
        says: "data cannot be written (EACCES). Let this user write to it, or name another file in DATABASE_URL.",
        ordinary: true,
      },
    } satisfies Record<string, RefusedStart>),
  );
});

function ownSecret(folder: string, text: string) {
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data/secret.key"), text);
}

function locked(file: string) {
  writeFileSync(file, secret);
  chmodSync(file, 0);
}

/** Where the checkout is in a private folder, root cannot start it as another user. */
function ordinaryUserCanRun(): boolean {
  if (!isRoot) return true;
  try {
    const read = `await Bun.file(${JSON.stringify(main)}).text()`;
    return Bun.spawnSync([process.execPath, "-e", read], nobody as object).success;
  } catch {
    return false;
  }
}

function lowestOpenPort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  } catch {
    return 1024;
  }
}
