import { describe, expect, test } from "bun:test";
import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type PostgresLocation, parseDatabaseUrl } from "../../src/config/database-url";
import { ConfigError } from "../../src/config/error";
import { parseSmtpUrl } from "../../src/config/smtp-url";
import { temporaryFolder } from "../support/process";

/** The sentence with which a URL is refused. */
function refusalOf(parse: (url: string) => unknown, url: string): string {
  try {
    parse(url);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

const postgres = (url: string) => parseDatabaseUrl(url) as PostgresLocation;

describe("DATABASE_URL of SQLite", () => {
  test("names a file, relative to the folder of the start or from the root", () => {
    const cases: [url: string, file: string][] = [
      ["sqlite:data/bask.db", "data/bask.db"],
      ["sqlite:./data/bask.db", "./data/bask.db"],
      ["sqlite:bask.db", "bask.db"],
      ["sqlite:/tmp/bask.db", "/tmp/bask.db"],
      ["sqlite:///tmp/bask.db", "/tmp/bask.db"],
      ["sqlite:////tmp/bask.db", "/tmp/bask.db"],
      ["SQLite:data/a b.db", "data/a b.db"],
    ];
    for (const [url, file] of cases) expect(parseDatabaseUrl(url)).toEqual({ dialect: "sqlite", url, file });
  });

  test("refuses every spelling that would make a file of another name, or none", () => {
    for (const path of [
      "",
      ":memory:",
      "//",
      "//rel/x.db",
      "//./x.db",
      "//:memory:",
      "///",
      "file:x.db",
      "x.db?mode=ro",
      "x.db#1",
      "x%20y.db",
      "~/x.db",
      "~",
      "data/",
      "data/..",
      ".",
      "postgres://h/d",
    ])
      expect([path, refusalOf(parseDatabaseUrl, `sqlite:${path}`)]).toEqual([
        path,
        expect.stringMatching(/^DATABASE_URL (must|takes) .*\.$/),
      ]);
    for (const url of ["sqlite3:x.db", "file:x.db", "x.db", "mysql://h/d", "postgres:/h/d", "postgres"])
      expect(refusalOf(parseDatabaseUrl, url)).toStartWith("DATABASE_URL must be ");
  });

  test("refuses places where no file can be, before anything is made", () => {
    using folder = temporaryFolder();
    const path = (name: string) => join(folder.path, name);
    writeFileSync(path("file"), "");
    mkdirSync(path("folder"));
    const inTheWay = (name: string) => `DATABASE_URL: ${path(name)} is not a file. Move it away.`;
    expect(refusalOf(parseDatabaseUrl, `sqlite:${path("folder")}`)).toBe(inTheWay("folder"));
    symlinkSync(path("nowhere"), path("link"));
    expect(refusalOf(parseDatabaseUrl, `sqlite:${path("link")}`)).toBe(inTheWay("link"));
    expect(refusalOf(parseDatabaseUrl, `sqlite:${path("link/bask.db")}`)).toContain(`${path("link")} is not a folder`);
    for (const beside of ["file-wal", "file-shm"]) {
      mkdirSync(path(beside));
      expect(refusalOf(parseDatabaseUrl, `sqlite:${path("file")}`)).toBe(inTheWay(beside));
      rmdirSync(path(beside));
    }
    expect(refusalOf(parseDatabaseUrl, `sqlite:${path("file/deep/bask.db")}`)).toContain("is not a folder");
    expect(refusalOf(parseDatabaseUrl, "sqlite:/dev/null")).toContain("is not a file");
  });
});

describe("DATABASE_URL of PostgreSQL", () => {
  test("is taken apart and decoded once", () => {
    expect(postgres("postgres://bask:p%2F%3F%23%40%25w@db.example.com:6432/my%20app")).toMatchObject({
      name: "postgres://db.example.com:6432/my app",
      hostname: "db.example.com",
      path: undefined,
      port: 6432,
      username: "bask",
      password: "p/?#@%w",
      database: "my app",
      pgbouncer: false,
      pool: 16,
      tls: undefined,
      channelBinding: "disable",
      parameters: {},
    });
    expect(postgres("POSTGRESQL://u:p:@ss@h/d")).toMatchObject({ username: "u", password: "p:@ss", port: 5432 });
    expect(postgres("postgres://h/d")).toMatchObject({ username: undefined, password: undefined });
    expect(postgres("postgres://u@[::1]:5433/d")).toMatchObject({ hostname: "::1", name: "postgres://[::1]:5433/d" });
    for (const url of ["postgres://u:p@/d?host=/run/postgresql", "postgres://u:p@%2Frun%2Fpostgresql/d"])
      expect(postgres(url)).toMatchObject({ hostname: undefined, path: "/run/postgresql", port: 5432 });
  });

  test("takes parameters that mean something here", () => {
    const url =
      "postgres://u:p@h/d?pgbouncer=true&sslmode=require&application_name=bask&options=-c%20search_path%3Dapp";
    expect(postgres(url)).toMatchObject({
      pgbouncer: true,
      tls: { mode: "require" },
      parameters: { application_name: "bask", options: "-c search_path=app" },
    });
    expect(postgres("postgres://u:p@h/d?sslmode=disable").tls).toBeUndefined();
    expect(postgres("postgres://u:p@h/d?sslrootcert=system").tls).toEqual({ mode: "verify-full" });
    expect(postgres("postgres://u:p@h/d?sslmode=require&channel_binding=require").channelBinding).toBe("require");
  });

  test("refuses the others, and says what to write", () => {
    const cases: [query: string, sentence: string][] = [
      ["sslmode=no-verify", "takes only disable, prefer, require, verify-ca, verify-full for its parameter sslmode"],
      ["pgbouncer=1", "takes only true, false for its parameter pgbouncer"],
      ["connection_limit=5", "set DATABASE_POOL instead"],
      ["schema=app", "write search_path=NAME instead"],
      ["ssl=true", "write sslmode=require"],
      ["target_session_attrs=any", "has a parameter that is not supported. Supported are sslmode,"],
      ["sslmode=require&sslmode=disable", "must be postgres://"],
      ["sslcert=x&sslmode=require", "must have both sslcert and sslkey"],
      ["sslrootcert=/nowhere/ca.pem", "sslrootcert of DATABASE_URL names a file that does not exist"],
      ["sslrootcert=/tmp", "sslrootcert of DATABASE_URL names a folder"],
      ["sslrootcert=package.json", "must name a certificate in PEM by sslrootcert"],
      ["sslcert=package.json&sslkey=package.json&sslmode=require", "must name a certificate and its private key"],
      ["sslmode=disable&sslrootcert=package.json", "names certificates, but sslmode=disable uses none"],
    ];
    for (const [query, sentence] of cases) {
      const url = `postgres://u:p@h/d?${query}`;
      expect([query, refusalOf(parseDatabaseUrl, url)]).toEqual([query, expect.stringContaining(sentence)]);
    }
    for (const [url, sentence] of [
      ["postgres://u:p@h1,h2/d", "must name one host"],
      ["postgres://u:p@h1:1,h2:2/d", "must name one host"],
      ["postgres://u:p@h:0/d", "must be postgres://"],
      ["postgres://u:p@h:65536/d", "must be postgres://"],
      ["postgres://u:p@h:port/d", "must be postgres://"],
      ["postgres://u:p@/d", "must name a host"],
      ["postgres://u:p@h", "must name a database"],
      ["postgres://u:p@h/", "must name a database"],
      ["postgres://u:p@h/d/e", "must be postgres://"],
    ] as const)
      expect([url, refusalOf(parseDatabaseUrl, url)]).toEqual([
        url,
        expect.stringContaining(`DATABASE_URL ${sentence}`),
      ]);
  });
});

describe("SMTP_URL", () => {
  test("is taken apart and decoded once", () => {
    expect(parseSmtpUrl("smtp://me:p%2Fw@mail.example.com")).toEqual({
      host: "mail.example.com",
      port: 587,
      secure: false,
      requireTLS: false,
      ignoreTLS: false,
      tls: { rejectUnauthorized: true },
      auth: { user: "me", pass: "p/w" },
    });
    expect(parseSmtpUrl("smtps://[::1]:1465/?requireTLS=true&tls.rejectUnauthorized=false")).toEqual({
      host: "::1",
      port: 1465,
      secure: true,
      requireTLS: true,
      ignoreTLS: false,
      tls: { rejectUnauthorized: false },
    });
  });

  test("refuses what nodemailer would understand otherwise, or only at the first email", () => {
    for (const url of [
      "smtp:mail.example.com",
      "smtp://",
      "smtp://[",
      "http://mail.example.com",
      "mail.example.com:587",
      "smtp://u:p%zz@mail.example.com",
      "smtp://mail.example.com:0",
      "smtp://mail.example.com/path",
      "smtp://mail.example.com?pool=true",
      "smtp://mail.example.com?requireTLS=yes",
      "smtp://a.example.com,b.example.com",
    ])
      expect([url, refusalOf(parseSmtpUrl, url)]).toEqual([url, expect.stringMatching(/^SMTP_URL (must|has) .*\.$/)]);
  });
});

describe("no sentence", () => {
  /** Both halves of a password that is broken by a character that means something in a URL. */
  const special = fc.constantFrom(
    "/",
    "#",
    "?",
    "%",
    "%zz",
    "@",
    ":",
    ",",
    "&",
    "=",
    "[",
    "]",
    "\\",
    " ",
    "'",
    '"',
    ";",
    "//",
  );
  const password = fc
    .array(fc.tuple(fc.constantFrom("canary", "c4n4ry", "12"), special), { minLength: 1, maxLength: 4 })
    .map((parts) => `${parts.flat().join("")}canary`);
  const scheme = fc.constantFrom("postgres", "postgresql", "sqlite", "smtp", "smtps", "mysql", "Postgres", "postgres:");
  const tail = fc.constantFrom(
    "@h:5432/d",
    "@h/d",
    "@h1,h2/d",
    "@h:99999/d",
    "@/d",
    "@h",
    "h:5432/d",
    "@h/d?pgbouncer=true",
    "@h/d?sslmode=no-verify",
    "@h/d?unknown=1",
    "@mail.example.com:587",
    "@[::1]:99/d/e",
  );

  test("of a refused URL holds a part of its password, wherever that was cut", () => {
    fc.assert(
      fc.property(scheme, password, tail, (scheme, password, tail) => {
        const url = `${scheme}://user:${password}${tail}`;
        for (const parse of [parseDatabaseUrl, parseSmtpUrl]) expect(refusalOf(parse, url)).not.toMatch(/c[a4]n[a4]ry/);
      }),
      { numRuns: 2_000 },
    );
  });

  test("that shows where a database is holds a part of its password", () => {
    fc.assert(
      fc.property(password, tail, (password, tail) => {
        fc.pre(tail.includes("@"));
        const url = `postgres://user:${password}${tail}`;
        if (refusalOf(parseDatabaseUrl, url) === "accepted") expect(postgres(url).name).not.toMatch(/c[a4]n[a4]ry/);
      }),
      { numRuns: 2_000 },
    );
  });
});
