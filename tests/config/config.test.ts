import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../src/config/config";
import type { Environment } from "../../src/config/environment";
import { ConfigError } from "../../src/config/error";
import { variables } from "../../src/config/variables";
import { warnings } from "../../src/config/warnings";
import { temporaryFolder } from "../support/process";

const SECRET_KEY = randomBytes(32).toString("base64url");
const parse = (environment: Environment) => parseConfig({ SECRET_KEY, ...environment });

/** The sentence of the refusal. */
function refusalOf(environment: Environment): string {
  try {
    parse(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("a variable", () => {
  test("is its default when it is not set, empty, or white space", () => {
    const expected = parse({});
    for (const blank of ["", " ", "\t", " \n", "\u00a0"]) {
      const environment = Object.fromEntries(Object.keys(variables).map((name) => [name, blank]));
      expect(parseConfig({ ...environment, SECRET_KEY })).toEqual(expected);
    }
  });

  test("is read without the white space around it", () => {
    const { port, publicUrl, unusedKeys, corsOrigins } = parse({
      PORT: " 8080\n",
      PUBLIC_URL: "\thttps://api.example.com ",
      UNUSED_KEYS: " Disable",
      CORS_ORIGINS: " https://a.example , https://b.example,",
    });
    expect({ port, publicUrl, unusedKeys, corsOrigins }).toEqual({
      port: 8080,
      publicUrl: "https://api.example.com",
      unusedKeys: "disable",
      corsOrigins: ["https://a.example", "https://b.example"],
    });
  });

  test("in quotes, or of several lines, is refused, whichever it is", () => {
    for (const name of Object.keys(variables)) {
      expect(refusalOf({ [name]: '"3000"' })).toBe(`${name} must be written without quotes around it.`);
      expect(refusalOf({ [name]: "30\n00" })).toBe(
        `${name} must be one line, without tabs and other control characters.`,
      );
    }
  });

  test("that cannot be used is named, whichever it is, and its value is not repeated", () => {
    for (const name of Object.keys(variables).filter((name) => name !== "APP_NAME")) {
      const sentence = refusalOf({ [name]: "%canary%" });
      expect(sentence).toContain(name);
      expect(sentence).not.toContain("canary");
    }
  });
});

describe("a secret", () => {
  test("may be in a file, whose white space around it does not count", () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "url");
    writeFileSync(file, "\ufeffpostgres://u:p@h/d\n");
    expect(parse({ DATABASE_URL_FILE: ` ${file} `, DATABASE_URL: " " }).database.dialect).toBe("postgres");
  });

  test("in a file that cannot be used is refused with what is wrong with the file", () => {
    using folder = temporaryFolder();
    const path = (name: string) => join(folder.path, name);
    mkdirSync(path("folder"));
    writeFileSync(path("empty"), " \n");
    writeFileSync(path("large"), "x".repeat(65_537));
    writeFileSync(path("file"), "x");
    const cases: [file: string, sentence: string][] = [
      [path("missing"), "names a file that does not exist."],
      [path("file/below"), "names a file that does not exist."],
      [path("folder"), "names a folder. Name a file in it."],
      [path("empty"), "names an empty file. Write the secret into it."],
      [path("large"), "must name a regular file of at most 64 KiB."],
      ["/dev/zero", "must name a regular file of at most 64 KiB."],
    ];
    for (const name of ["DATABASE_URL", "SECRET_KEY", "SMTP_URL"]) {
      for (const [file, sentence] of cases)
        expect(refusalOf({ SECRET_KEY: undefined, [`${name}_FILE`]: file })).toBe(`${name}_FILE ${sentence}`);
      expect(refusalOf({ [name]: "x", [`${name}_FILE`]: path("file") })).toBe(
        `${name} and ${name}_FILE are both set. Keep one of them.`,
      );
    }
  });
});

describe("SECRET_KEY", () => {
  const bytes = [randomBytes(32), Buffer.from("f".repeat(43), "base64url"), randomBytes(32)];
  test("takes 32 bytes in base64 and base64url, with padding and without; several are in order", () => {
    for (const key of [bytes[0]!, Buffer.from(`${"+/".repeat(8)}${SECRET_KEY.slice(0, 26)}A`, "base64")]) {
      for (const text of [key.toString("base64"), key.toString("base64url"), key.toString("base64").replace("=", "")])
        expect(parse({ SECRET_KEY: text }).secretKeys).toEqual([key]);
    }
    const both = [bytes[0]!, bytes[2]!].map((key) => key.toString("base64"));
    expect(parse({ SECRET_KEY: both.join(" , ") }).secretKeys).toEqual([bytes[0]!, bytes[2]!]);
  });

  test("that is short, an example, not random or there twice is refused", () => {
    for (const text of ["changeme", SECRET_KEY.slice(1), `${SECRET_KEY}A`, "a".repeat(64), "0".repeat(64)])
      expect(refusalOf({ SECRET_KEY: text })).toStartWith("SECRET_KEY must be 32 random bytes in base64.");
    for (const text of ["A".repeat(43), "AB".repeat(21).concat("A")])
      expect(refusalOf({ SECRET_KEY: text })).toStartWith("SECRET_KEY must be random");
    expect(refusalOf({ SECRET_KEY: `${SECRET_KEY},${SECRET_KEY}=` })).toBe(
      "SECRET_KEY must not hold the same secret twice.",
    );
    expect(refusalOf({ SECRET_KEY: "," })).toStartWith("SECRET_KEY must hold a secret.");
  });
});

describe("URLs of this installation", () => {
  test("come in one spelling, without a trailing slash, and each stands for the next where it is not set", () => {
    expect(parse({ PUBLIC_URL: "HTTPS://API.Example.com:443/base//" }).publicUrl).toBe("https://api.example.com/base");
    const { publicUrl, appUrl } = parse({ PORT: "8080" });
    expect([publicUrl, appUrl]).toEqual(["http://localhost:8080", "http://localhost:8080"]);
    expect(parse({ PUBLIC_URL: "https://api.example.com" }).appUrl).toBe("https://api.example.com");
    expect(parse({ APP_URL: "https://app.example.com/" }).appUrl).toBe("https://app.example.com");
  });

  test("with a user, a query or a fragment are refused, and so is what is no http URL", () => {
    const rule =
      "must be an http:// or https:// URL without user, query and fragment, such as https://api.example.com.";
    for (const name of ["PUBLIC_URL", "APP_URL"]) {
      for (const text of [
        "ftp://example.com",
        "example.com",
        "//example.com",
        "https://",
        "https:// example.com",
        "https://user@example.com",
        "https://user:password@example.com",
        "https://example.com?",
        "https://example.com/?a=b",
        "https://example.com/#",
        "https://example.com:99999",
        "https:example.com",
      ])
        expect([text, refusalOf({ [name]: text })]).toEqual([text, `${name} ${rule}`]);
    }
  });
});

describe("CORS_ORIGINS", () => {
  test("takes origins of pages and of apps with a scheme of their own, in the spelling browsers send", () => {
    const origins = [
      "https://app.example.com",
      "http://localhost:5173",
      "http://[::1]:5173",
      "capacitor://localhost",
      "ionic://localhost",
      "tauri://localhost",
      "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
      "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
    ];
    expect(parse({ CORS_ORIGINS: origins.join(",") }).corsOrigins).toEqual(origins);
    expect(parse({ CORS_ORIGINS: "HTTPS://App.Example.com:443/" }).corsOrigins).toEqual(["https://app.example.com"]);
  });

  test("refuses what no browser sends, and names the entry", () => {
    for (const text of [
      "*",
      "null",
      "https://*.example.com",
      "https://example.com/path",
      "https://example.com?q",
      "https://user@example.com",
      "example.com",
      "localhost:3000",
      "file://",
      "capacitor://localhost/",
      "data:text/html",
    ])
      expect([text, refusalOf({ CORS_ORIGINS: `https://a.example,${text}` })]).toEqual([
        text,
        "Entry 2 of CORS_ORIGINS must be one exact origin such as https://app.example.com or capacitor://localhost; a wildcard is not possible, list each origin.",
      ]);
  });
});

describe("TRUSTED_PROXIES", () => {
  test("takes IP addresses and CIDRs, in any spelling", () => {
    const networks = ["127.0.0.1", "10.1.2.3/8", "::1", "FD00::/8", "::ffff:10.0.0.0/104", "0.0.0.0/0"];
    const canonical = ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "10.0.0.0/8", "0.0.0.0/0"];
    expect(parse({ TRUSTED_PROXIES: networks.join(",") }).trustedProxies).toEqual(canonical);
  });

  test("refuses numbers, short and octal forms, zones, names and prefixes that are too long", () => {
    for (const text of [
      "1",
      "10.1",
      "0x7f000001",
      "010.0.0.1",
      "1/8",
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "fe80::1%eth0",
      "loopback",
      "10.0.0.1:80",
      "[::1]",
    ])
      expect([text, refusalOf({ TRUSTED_PROXIES: text })]).toEqual([
        text,
        "Entry 1 of TRUSTED_PROXIES must be an IP address or a CIDR such as 10.0.0.0/8 or fd00::/8.",
      ]);
  });
});

describe("MAIL_FROM", () => {
  test("takes one mailbox, with a name and without", () => {
    const cases: [string, string, string][] = [
      ["no-reply@example.com", "", "no-reply@example.com"],
      ["<no-reply@example.com>", "", "no-reply@example.com"],
      ["Bask <no-reply@localhost>", "Bask", "no-reply@localhost"],
      ['"Bask, Inc." <a@b.example>', "Bask, Inc.", "a@b.example"],
      ["Größe <a@b.example>", "Größe", "a@b.example"],
    ];
    for (const [text, name, address] of cases) expect(parse({ MAIL_FROM: text }).mailFrom).toEqual({ name, address });
  });

  test("is the product's name when it is not set", () => {
    expect(parse({ APP_NAME: "Acme" }).mailFrom).toEqual({ name: "Acme", address: "no-reply@localhost" });
  });

  test("refuses lists, groups and what no server would take", () => {
    for (const text of [
      "a@b.example, c@d.example",
      "Team: a@b.example;",
      "Team: a@b.example, c@d.example;",
      "Bask",
      "a@",
      "@b.example",
      "a@b@c.example",
      "<>",
      `${"x".repeat(600)}@b.example`,
    ])
      expect([text, refusalOf({ MAIL_FROM: text })]).toEqual([
        text,
        "MAIL_FROM must be one email address such as no-reply@example.com or Example <no-reply@example.com>.",
      ]);
  });
});

describe("numbers, hosts and lists", () => {
  test("that are not what they should be are refused with what they should be", () => {
    const cases: [Environment, string][] = [
      [{ PORT: "http" }, "PORT must be a whole number from 0 to 65535."],
      [{ PORT: "65536" }, "PORT must be a whole number from 0 to 65535."],
      [{ PORT: "1e3" }, "PORT must be a whole number from 0 to 65535."],
      [{ PORT: "0x50" }, "PORT must be a whole number from 0 to 65535."],
      [{ REFRESH_GRACE_SECONDS: "61" }, "REFRESH_GRACE_SECONDS must be a whole number from 0 to 60."],
      [{ IDLE_TIMEOUT: "0" }, "IDLE_TIMEOUT must be a whole number from 1 to 255."],
      [{ DATABASE_POOL: "0" }, "DATABASE_POOL must be a whole number from 1 to 1000."],
      [{ KEY_ENVIRONMENTS: "live,prod" }, "Entry 2 of KEY_ENVIRONMENTS must be live or test."],
      [{ KEY_ENVIRONMENTS: "," }, "KEY_ENVIRONMENTS must be live, test or live,test."],
      [{ LOG_LEVEL: "verbose" }, "LOG_LEVEL must be fatal, error, warn, info, debug or silent."],
      [{ OPERATOR_EMAILS: "a@example.com,b" }, "Entry 2 of OPERATOR_EMAILS "],
      [{ MAIL_TEMPLATES: "/dev/null" }, "MAIL_TEMPLATES must name a folder."],
      [{ HOST: "0.0.0.0:80" }, "HOST must be an IP address of this machine or a host name"],
      [{ HOST: "http://localhost" }, "HOST must be an IP address of this machine or a host name"],
      [{ HOST: "1" }, "HOST must be an IP address of this machine or a host name"],
      [{ HOST: "*" }, "HOST must be an IP address of this machine or a host name"],
    ];
    for (const [environment, sentence] of cases) expect(refusalOf(environment)).toContain(sentence);
  });

  test("are what they say", () => {
    expect(parse({ HOST: "[::1]" }).host).toBe("::1");
    expect(parse({ IDLE_TIMEOUT: "255", REFRESH_GRACE_SECONDS: "0" })).toMatchObject({
      idleTimeout: 255,
      refreshGraceSeconds: 0,
    });
    expect(parse({ LOG_LEVEL: "WARN" }).logLevel).toBe("warn");
  });
});

describe("the log of the start", () => {
  const said = (environment: Environment) => warnings(parse(environment)).join();
  test("says what will not work over plain http", () => {
    expect(said({})).toBe("");
    expect(said({ HOST: "::1", PUBLIC_URL: "http://app.localhost:3000" })).toBe("");
    expect(said({ HOST: "0.0.0.0", PUBLIC_URL: "https://api.example.com" })).toBe("");
    expect(said({ HOST: "0.0.0.0", PUBLIC_URL: "http://192.168.1.5:3000" })).toStartWith(
      "PUBLIC_URL is http: browsers",
    );
    expect(said({ HOST: "0.0.0.0" })).toStartWith(
      "HOST lets other machines in, but PUBLIC_URL is http://localhost:3000",
    );
  });
});
