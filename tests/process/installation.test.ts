import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { openClock } from "../../src/clock";
import { parseConfig } from "../../src/config/config";
import { dialect } from "../../src/db/dialect";
import { readMigrations } from "../../src/db/migrations";
import { openDatabase } from "../../src/db/open";
import { createClient } from "../support/client";
import { emptyDatabase, newDatabase } from "../support/databases";
import { journalOf, rowsOf } from "../support/migrations";
import { type BaskProcess, main, startBask, temporaryFolder, tryToStart } from "../support/process";

setDefaultTimeout(180_000);

const newSecret = () => randomBytes(32).toString("base64url");

/** Starts and stops it, and gives what it said. */
async function startOnce(folder: string, environment: Record<string, string>): Promise<string> {
  const bask = await tryToStart(folder, environment);
  bask.kill("SIGTERM");
  const code = await bask.exited;
  return code === 0 ? "" : bask.output();
}

describe("data and its secret", () => {
  test("belong together: a start with another secret is refused, and old ones are kept until a start with a new one in front", async () => {
    using folder = temporaryFolder();
    const database = await newDatabase();
    const DATABASE_URL = database.url;
    const [first, second, other] = [newSecret(), newSecret(), newSecret()];
    const start = (SECRET_KEY: string) => startOnce(folder.path, { DATABASE_URL, SECRET_KEY });
    expect(await start(first)).toBe("");
    expect(await start(second)).toContain("Bask cannot start. DATABASE_URL: it belongs to another secret.");
    expect(await start(`${other},${second}`)).toContain("it belongs to another secret.");
    expect(await start(`${second},${first}`)).toBe("");
    expect(await start(second)).toBe("");
    expect(await start(first)).toContain("it belongs to another secret.");
    await database.remove();
  });

  test("belong together: another secret is refused before a migration that is missing is applied", async () => {
    using folder = temporaryFolder();
    const database = await emptyDatabase();
    const known = readMigrations(dialect);
    const { database: location } = parseConfig({ DATABASE_URL: database.url, SECRET_KEY: newSecret() });
    await (await openDatabase(location, openClock(), known.slice(0, -1))).close();
    const installation =
      "insert into installation (id, fingerprint, public_url) values ('installation', 'of another', '')";
    await rowsOf(database.url, installation);
    const before = await journalOf(database.url);
    const said = await startOnce(folder.path, { DATABASE_URL: database.url, SECRET_KEY: newSecret() });
    expect(said).toContain("it belongs to another secret.");
    expect(await journalOf(database.url)).toEqual(before);
    expect(before).toHaveLength(known.length - 1);
    await database.remove();
  });

  test("belong together: where the secret is lost, none is made", async () => {
    using folder = temporaryFolder();
    const database = await newDatabase();
    const environment = { DATABASE_URL: database.url };
    expect(await startOnce(folder.path, environment)).toBe("");
    const file = join(folder.path, "data/secret.key");
    rmSync(file);
    expect(await startOnce(folder.path, environment)).toContain("it belongs to a secret that is not here.");
    expect(existsSync(file)).toBe(false);
    await database.remove();
  });

  test("another PUBLIC_URL than that of the start before is a warning", async () => {
    using folder = temporaryFolder();
    const database = await newDatabase();
    const environment = { DATABASE_URL: database.url, SECRET_KEY: newSecret() };
    await startOnce(folder.path, { ...environment, PUBLIC_URL: "https://one.example.com" });
    const bask = await startBask(folder.path, { ...environment, PUBLIC_URL: "https://two.example.com" });
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
    expect(bask.output()).toContain("PUBLIC_URL was https://one.example.com");
    await database.remove();
  });
});

/** On PostgreSQL processes go by the database's clock, whatever the machine's is. */
describe.skipIf(dialect === "postgres")("a start on a machine whose clock is years off", () => {
  const skewed = join(import.meta.dir, "../support/skewed-clock.ts");
  const year = 365 * 86_400_000;

  test.each([
    ["ahead", 3 * year, "nothing was recorded for 1095 days. If the clock is ahead, stop Bask within a minute"],
    ["behind", -3 * year, "minutes behind the latest data"],
  ])("warns when it is %s", async (_, skew, says) => {
    using folder = temporaryFolder();
    const right = await startBask(folder.path, {});
    await createClient({ url: right.url }).auth.register({
      email: "ada@example.com",
      password: "correct horse battery",
      fullName: "Ada",
    });
    right.kill("SIGTERM");
    await right.exited;
    const bask = await startBask(folder.path, { SKEW: String(skew) }, "--preload", skewed, main);
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
    expect(bask.output()).toContain(says);
  });
});

describe.skipIf(dialect === "postgres")("a database file that changes under a running process", () => {
  const register = ({ url }: BaskProcess, name: string) =>
    createClient({ url })
      .auth.register({ email: `${name}@example.com`, password: "correct horse battery", fullName: "Ada" })
      .then(
        () => "acknowledged",
        ({ code }) => code as string,
      );

  for (const [what, change] of Object.entries({
    deleted: (file: string) => rmSync(file),
    "moved away": (file: string) => renameSync(file, `${file}.old`),
    replaced(file: string) {
      copyFileSync(file, `${file}.new`);
      renameSync(`${file}.new`, file);
    },
    "deprived of its WAL": (file: string) => rmSync(`${file}-wal`),
  })) {
    test(`is ${what}: nothing is acknowledged any more, and the process stops and says why`, async () => {
      using folder = temporaryFolder();
      const bask = await startBask(folder.path, {});
      expect(await register(bask, "first")).toBe("acknowledged");
      change(join(folder.path, "data/bask.db"));
      const outcomes = await Promise.all(Array.from({ length: 5 }, (_, i) => register(bask, `later${i}`)));
      expect(outcomes).not.toContain("acknowledged");
      expect(await bask.exited).toBe(1);
      expect(bask.output()).toContain("was deleted or replaced while it was open");
    });
  }

  const countUsers = (file: string) => {
    const copy = new Driver(file, { readonly: true });
    try {
      expect(copy.pragma("integrity_check", { simple: true })).toBe("ok");
      return copy.prepare("select count(*) from users").pluck().get();
    } finally {
      copy.close();
    }
  };

  test("is overwritten in place by a backup: nothing is acknowledged any more, and what was restored stays as it is", async () => {
    using folder = temporaryFolder();
    const first = await startBask(folder.path, {});
    expect(await register(first, "in-the-backup")).toBe("acknowledged");
    first.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    const file = join(folder.path, "data/bask.db");
    copyFileSync(file, `${file}.backup`);
    const bask = await startBask(folder.path, {});
    expect(await register(bask, "after-it")).toBe("acknowledged");
    // Until it is folded, the file is what the backup is.
    while (readFileSync(file).equals(readFileSync(`${file}.backup`))) await Bun.sleep(100);
    writeFileSync(file, readFileSync(`${file}.backup`));
    await Bun.sleep(20); // a look at the file is good for 10 ms
    expect(await register(bask, "later")).not.toBe("acknowledged");
    expect(await bask.exited).toBe(1);
    expect(bask.output()).toContain("was overwritten or cut off while it was open");
    expect(readFileSync(file).equals(readFileSync(`${file}.backup`))).toBe(true);
    const again = await startBask(folder.path, {});
    expect(await register(again, "after-the-restore")).toBe("acknowledged");
    again.kill("SIGTERM");
    expect(await again.exited).toBe(0);
    expect(countUsers(file)).toBe(2);
  });

  for (const [what, cut] of Object.entries({
    file: (file: string) => truncateSync(file, 8_192),
    WAL: (file: string) => truncateSync(`${file}-wal`),
  })) {
    test(`has its ${what} cut off: nothing is acknowledged any more, and what was committed before is there or set aside`, async () => {
      using folder = temporaryFolder();
      const bask = await startBask(folder.path, {});
      const file = join(folder.path, "data/bask.db");
      expect(await register(bask, "first")).toBe("acknowledged");
      cut(file);
      await Bun.sleep(20); // a look at the file is good for 10 ms
      expect(await register(bask, "later")).not.toBe("acknowledged");
      expect(await bask.exited).toBe(1);
      expect(bask.output()).toContain("was overwritten or cut off while it was open");
      expect(existsSync(`${file}-wal.replaced`)).toBe(true);
    });
  }

  test("is folded by another program that uses SQLite: nothing is wrong", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, {});
    const file = join(folder.path, "data/bask.db");
    const other = new Driver(file);
    for (let i = 0; i < 5; i++) {
      expect(await register(bask, `one${i}`)).toBe("acknowledged");
      other.pragma("wal_checkpoint(TRUNCATE)");
      other.exec("create table if not exists other (x); insert into other values (randomblob(5000)); vacuum");
    }
    expect(await register(bask, "last")).toBe("acknowledged");
    other.close();
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
    expect(countUsers(file)).toBe(6);
  });

  test("is folded when nothing was written for a while: a copy of the file alone has everything", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, {});
    expect(await register(bask, "ada")).toBe("acknowledged");
    const file = join(folder.path, "data/bask.db");
    const copied = () => {
      copyFileSync(file, `${file}.copy`);
      const copy = new Driver(`${file}.copy`, { readonly: true });
      try {
        return copy.prepare("select count(*) from users").pluck().get();
      } catch {
        return undefined;
      } finally {
        copy.close();
      }
    };
    while (copied() !== 1) await Bun.sleep(50);
    bask.kill("SIGTERM");
    expect(await bask.exited).toBe(0);
  });
});
