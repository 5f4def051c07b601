import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { migrationNames } from "../../src/db/migrations";
import { openDatabase } from "../../src/db/open";
import { emptyDatabase, type TestDatabase } from "../support/databases";
import { journalOf } from "../support/migrations";
import { spawnBask, startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

const support = (file: string) => join(import.meta.dir, "../support", file);
const secret = { SECRET_KEY: randomBytes(32).toString("base64url") };
const allOfThem = migrationNames(dialect).map((name) => `bask ${name}`);

const databases: TestDatabase[] = [];
async function database() {
  const made = await emptyDatabase();
  databases.push(made);
  return made.url;
}
afterEach(async () => {
  for (const made of databases.splice(0)) await made.remove();
});

/** Starts Bask as its operator would after whatever happened, and sees that it serves. */
async function expectToServe(cwd: string, url: string) {
  const bask = await startBask(cwd, { DATABASE_URL: url, ...secret });
  expect((await fetch(`${bask.url}/ready`)).status).toBe(200);
  bask.kill("SIGTERM");
  expect(await bask.exited).toBe(0);
  expect(await journalOf(url)).toEqual(allOfThem);
}

describe("a first start that is killed", () => {
  test("at any moment leaves a database that the next one completes", async () => {
    using folder = temporaryFolder();
    for (let round = 0; round < 4; round++) {
      const url = await database();
      const child = spawnBask(folder.path, { DATABASE_URL: url, ...secret });
      await Bun.sleep(100 + 30 * round);
      child.kill("SIGKILL");
      await child.exited;
      await expectToServe(folder.path, url);
    }
  });

  test("before one of its statements leaves an SQLite file that the next one completes", async () => {
    if (dialect === "postgres") return; // its server takes back what a lost connection had begun
    using folder = temporaryFolder();
    let killed = 0;
    // Each of the first, then every fourth.
    for (let statement = 1; ; statement += statement < 8 ? 1 : 4) {
      const url = await database();
      const command = ["--preload", support("kill-at.ts"), support("open-database.ts")];
      const child = spawnBask(folder.path, { DATABASE_URL: url, KILL_AT: String(statement) }, command);
      child.stdin.write("\n");
      child.stdin.flush();
      await child.exited;
      if (child.signalCode !== "SIGKILL") {
        expect(await new Response(child.stdout).text()).toContain("open");
        break;
      }
      killed++;
      await (await openDatabase(parseDatabaseUrl(url), openClock())).close();
      expect(await journalOf(url)).toEqual(allOfThem);
    }
    expect(killed).toBeGreaterThan(10);
  });
});

describe("first starts at the same moment", () => {
  for (const processes of [2, 4]) {
    test(`all succeed, ${processes} at once`, async () => {
      using folder = temporaryFolder();
      for (let round = 0; round < 2; round++) {
        const url = await database();
        const children = Array.from({ length: processes }, () =>
          spawnBask(folder.path, { DATABASE_URL: url }, [support("open-database.ts")]),
        );
        const ready = children.map(async (child) => {
          const output = child.stdout.getReader();
          await output.read();
          output.releaseLock();
        });
        await Promise.all(ready);
        for (const child of children) {
          child.stdin.write("\n");
          child.stdin.flush();
        }
        const ends = children.map(async (child) => [await child.exited, await new Response(child.stderr).text()]);
        expect(await Promise.all(ends)).toEqual(children.map(() => [0, ""]));
        expect(await journalOf(url)).toEqual(allOfThem);
      }
    });
  }

  test("serve, as whole programs", async () => {
    using folder = temporaryFolder();
    const url = await database();
    const programs = await Promise.all(
      Array.from({ length: 3 }, () => startBask(folder.path, { DATABASE_URL: url, ...secret })),
    );
    for (const bask of programs) {
      expect((await fetch(`${bask.url}/ready`)).status).toBe(200);
      bask.kill("SIGTERM");
      expect(await bask.exited).toBe(0);
    }
    expect(await journalOf(url)).toEqual(allOfThem);
  });
});
