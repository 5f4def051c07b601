import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { SQL } from "bun";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { DatabaseRefused } from "../../src/db/database";
import { dialect } from "../../src/db/dialect";
import { compatibleMark, type Migration, readMigrations } from "../../src/db/migrations";
import { openDatabase } from "../../src/db/open";
import { newDatabase, type TestDatabase } from "../support/databases";
import { migration } from "../support/migrations";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

const databases: TestDatabase[] = [];
const database = async () => {
  const made = await newDatabase();
  databases.push(made);
  return made.url;
};
afterAll(async () => {
  for (const made of databases) await made.remove();
});

const open = (url: string, known: readonly Migration[]) => openDatabase(parseDatabaseUrl(url), openClock(), known);

describe("while a release is rolled out", () => {
  const known = readMigrations(dialect);
  const next = migration("9998_next", `${compatibleMark}create table next (id text primary key);`);
  const breaking = migration("9999_breaking", "create table breaking (id text primary key);");

  test("a process of the release before starts again on a database with compatible migrations it does not know", async () => {
    const url = await database();
    await (await open(url, [...known, next])).close();
    const old = await open(url, known);
    expect(await old.ping()).toBe(true);
    await old.close();
    await (await open(url, [...known, next])).close();
  });

  test("it serves beside a process of the next one, and after a restart", async () => {
    const url = await database();
    const before = await openWorld({ databaseUrl: url });
    const ada = await before.person("Ada");
    await (await open(url, [...known, next])).close();
    const restarted = await openWorld({ databaseUrl: url, time: before.time });
    const { id } = await (await restarted.signIn(ada)).organizations.create({ name: "Rollout" });
    expect((await ada.bask.organizations.get(id)).name).toBe("Rollout");
    await ada.bask.auth.logout();
    expect((await (await before.signIn(ada)).organizations.list()).data).toHaveLength(1);
    for (const world of [before, restarted]) await world.close();
  });

  test("and on one whose migrations are not compatible, it is refused", async () => {
    const url = await database();
    await (await open(url, [...known, next, breaking])).close();
    const refused = await open(url, known).catch((error) => error);
    expect(refused).toBeInstanceOf(DatabaseRefused);
    expect(refused.message).toContain("it has the migration 9999_breaking");
  });

  const compatible = known.flatMap(({ source, name, compatible }) => (source === "bask" && compatible ? [name] : []));
  test.each(compatible)("what the release before %s wrote and read, it still writes and reads", async (name) => {
    const url = await database();
    await (await open(url, known)).close();
    const run = await runner(url);
    for (const { table, columns } of tablesBefore(name)) {
      const names = columns.map((column) => `"${column.name}"`).join(", ");
      await run(`insert into "${table}" (${names}) values (${columns.map(sample).join(", ")})`);
      expect(await run(`select ${names} from "${table}"`)).toHaveLength(1);
      if (!table.startsWith("audit_")) {
        await run(
          `update "${table}" set ${columns.map((column) => `"${column.name}" = ${sample(column)}`).join(", ")}`,
        );
        await run(`delete from "${table}"`);
      }
    }
    await run.close();
  });
});

interface Column {
  name: string;
  type: string;
}

/** The tables and columns before a migration, except the numbers that the database gives. */
function tablesBefore(name: string): { table: string; columns: Column[] }[] {
  const number = String(Number(name.slice(0, 4)) - 1).padStart(4, "0");
  const file = join(import.meta.dir, `../../drizzle/${dialect}/meta/${number}_snapshot.json`);
  const snapshot = JSON.parse(readFileSync(file, "utf8")) as {
    tables: Record<
      string,
      { name: string; columns: Record<string, Column & { identity?: unknown; autoincrement?: true }> }
    >;
  };
  return Object.values(snapshot.tables).map(({ name: table, columns }) => ({
    table,
    columns: Object.values(columns).filter(({ identity, autoincrement }) => !identity && !autoincrement),
  }));
}

function sample({ type }: Column): string {
  if (type.startsWith("timestamp")) return "now()";
  if (type === "boolean") return "true";
  return type === "text" ? "'1'" : "1";
}

/** Runs statements on one connection that does not ask whether rows that are referred to exist. */
async function runner(url: string) {
  if (dialect === "sqlite") {
    const file = new Driver(url.slice("sqlite:".length));
    file.pragma("foreign_keys = OFF");
    const run = async (sql: string) => {
      const statement = file.prepare(sql);
      return statement.reader ? statement.all() : void statement.run();
    };
    return Object.assign(run, { close: async () => void file.close() });
  }
  const client = new SQL(url, { max: 1 });
  await client.unsafe("set session_replication_role = replica");
  return Object.assign(async (sql: string) => client.unsafe(sql), { close: () => client.close() });
}
