import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { parseConfig } from "../../src/config/config";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { connect } from "../../src/db/sqlite";
import { openLog } from "../../src/log";
import { closeApp, openApp } from "../../src/open-app";
import { newDatabase, type TestDatabase } from "../support/databases";
import { startProxy } from "../support/proxy";
import { testSecret } from "../support/world";

setDefaultTimeout(180_000);

let database: TestDatabase;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.remove();
});

/** A database that can be made to answer no one for a moment, longer than any request waits. */
async function databaseThatHolds(): Promise<{ url: string; hold(): void }> {
  database = await newDatabase();
  if (dialect === "postgres") {
    const proxy = await startProxy(database.url);
    closing.push(proxy.close);
    const hold = () => {
      proxy.freeze();
      setTimeout(proxy.thaw, 3_000);
    };
    return { url: proxy.url, hold };
  }
  const { file } = parseDatabaseUrl(database.url) as { file: string };
  const other = connect(file);
  closing.push(() => other.close());
  const hold = () => {
    other.exec("BEGIN IMMEDIATE");
    setTimeout(() => other.open && other.exec("ROLLBACK"), 2_000);
  };
  return { url: database.url, hold };
}

const configOf = (url: string) =>
  parseConfig({ DATABASE_URL: url, SECRET_KEY: testSecret.toString("base64url"), PUBLIC_URL: "https://bask.test" });

describe("a database that answers no one for seconds", () => {
  test("is waited for by a start", async () => {
    const { url, hold } = await databaseThatHolds();
    const config = configOf(url);
    const parts = {
      /** Asked for as soon as the database is open. */
      get log() {
        hold();
        return openLog(config, { write: () => {} });
      },
    };
    const app = await openApp(config, parts);
    expect(await app.db.ping()).toBe(true);
    await closeApp(app);
  });

  test("is not waited for by a request, once the start is over", async () => {
    const { url, hold } = await databaseThatHolds();
    const config = configOf(url);
    const app = await openApp(config, { log: openLog(config, { write: () => {} }) });
    closing.push(() => closeApp(app));
    hold();
    await expect(app.db.write((tx) => tx.invalidate({ topic: "user", subject: "nobody" }))).rejects.toMatchObject({
      name: "DatabaseUnavailable",
    });
  });
});
