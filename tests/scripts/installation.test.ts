import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { readMigrations } from "../../src/db/migrations";
import { openDatabase } from "../../src/db/open";
import { emptyDatabase, newDatabase, type TestDatabase } from "../support/databases";
import { journalOf, rowsOf } from "../support/migrations";
import { temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";

setDefaultTimeout(180_000);

const secret = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString("base64url");

/** The command line, and the console. */
const commands = [
  "bask audit verify",
  "bask audit checkpoint",
  "bask operator list",
  "bask operator add ada@example.com",
  "bask operator remove ada@example.com",
  "bask user list",
  "bask org list",
  "bask secret reseal",
  "bask import users users.jsonl",
  "bask import users users.jsonl --dry-run",
  "bask import undo imp_1 --yes",
  "console",
];

let databases: TestDatabase[] = [];
const keep = (database: TestDatabase) => {
  databases.push(database);
  return database;
};
afterEach(async () => {
  for (const database of databases) await database.remove();
  databases = [];
});

/** Runs a command in a folder that holds the file it may import, and says what else is there afterwards. */
async function attempt(command: string, environment: Record<string, string>) {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "users.jsonl"), '{"email":"ada@example.com"}');
  const [name, ...args] = command.split(" ");
  const { exitCode, stdout, stderr } = await runScript(folder.path, [name!, ...args], { environment });
  return { exitCode, stdout, stderr, files: readdirSync(folder.path).filter((file) => file !== "users.jsonl") };
}

const refusal = (sentence: string) => ({
  exitCode: 1,
  stdout: "",
  stderr: expect.stringMatching(new RegExp(`^[^\\n]*${sentence}[^\\n]*\\n$`)),
  files: [],
});

/** The files of an SQLite database, or the tables of a PostgreSQL one. */
const contentOf = async (url: string) =>
  dialect === "sqlite"
    ? readdirSync(dirname(url.slice("sqlite:".length)))
    : rowsOf(url, "select table_name from information_schema.tables where table_schema = current_schema()");

test.each(commands)("bun run %s creates no database where there is none", async (command) => {
  const { url } = keep(await emptyDatabase());
  const result = await attempt(command, { DATABASE_URL: url, SECRET_KEY: secret });
  expect(result).toEqual(refusal("DATABASE_URL: .* does not exist or is empty\\. Nothing was created\\."));
  expect(await contentOf(url)).toEqual([]);
});

test("a script does not migrate a database that lacks a migration", async () => {
  const { url } = keep(await emptyDatabase());
  const known = readMigrations(dialect);
  await (await openDatabase(parseDatabaseUrl(url), openClock(), known.slice(0, -1))).close();
  const before = await journalOf(url);
  const result = await attempt("bask secret reseal", { DATABASE_URL: url, SECRET_KEY: secret });
  expect(result).toEqual(refusal(`lacks the migration ${known.at(-1)!.name}\\. Nothing was changed\\.`));
  expect(await journalOf(url)).toEqual(before);
});

test("a script makes no secret where there is none", async () => {
  const { url } = keep(await newDatabase());
  expect(await attempt("bask audit verify", { DATABASE_URL: url })).toEqual(refusal("SECRET_KEY is not set"));
});

test("a script works in an installation that is up to date", async () => {
  const { url } = keep(await emptyDatabase());
  await (await openDatabase(parseDatabaseUrl(url), openClock())).close();
  const result = await attempt("bask audit verify", { DATABASE_URL: url, SECRET_KEY: secret });
  expect(result).toEqual({ exitCode: 0, stdout: "Every chain is whole.\n", stderr: "", files: [] });
});
