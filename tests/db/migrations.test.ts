import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { DatabaseRefused } from "../../src/db/database";
import { dialect } from "../../src/db/dialect";
import { type Migration, readMigrations } from "../../src/db/migrations";
import { openDatabase, pendingMigrations } from "../../src/db/open";
import { emptyDatabase, type TestDatabase } from "../support/databases";
import { journalOf, migration, rowsOf } from "../support/migrations";
import { startBask, temporaryFolder } from "../support/process";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

const database = async () => {
  const made = await emptyDatabase();
  databases.push(made);
  return made.url;
};
const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const made of databases.splice(0)) await made.remove();
});

const migrate = async (url: string, known?: readonly Migration[]) =>
  (await openDatabase(parseDatabaseUrl(url), openClock(), known)).close();

const refusal = (url: string, known: readonly Migration[]) =>
  migrate(url, known).then(
    () => "it was opened",
    (error) => (error instanceof DatabaseRefused ? error.message : `${error}`),
  );

/** Everything a database holds of tables and of the journal, to be compared. */
const contentOf = async (url: string) =>
  url.startsWith("sqlite:")
    ? readFileSync(url.slice("sqlite:".length)).toBase64()
    : [
        await rowsOf(url, "select oid::text, relname, relfilenode::text from pg_class order by oid"),
        await rowsOf(url, "select * from bask_migrations order by name"),
      ];

const first = migration("0000_first", "create table first (id integer primary key); insert into first values (1);");
const second = migration("0001_second", "create table second (id integer primary key);");
const third = migration("0002_third", "alter table first add column note text;");

describe("migrations", () => {
  test("that are older than the last applied one are applied", async () => {
    const url = await database();
    await migrate(url, [first, third]);
    await migrate(url, [first, second, third]);
    expect(await journalOf(url)).toEqual(["bask 0000_first", "bask 0001_second", "bask 0002_third"]);
    expect(await rowsOf(url, "select count(*) as n from second")).toHaveLength(1);
    expect(await rowsOf(url, "select id, note from first")).toEqual([{ id: 1, note: null }]);
  });

  test("are listed before they are applied, and nothing is made by looking", async () => {
    const url = await database();
    expect(await pendingMigrations(parseDatabaseUrl(url), [first, second])).toEqual([first, second]);
    if (dialect === "sqlite") expect(existsSync(url.slice("sqlite:".length))).toBe(false);
    await migrate(url, [first]);
    expect(await pendingMigrations(parseDatabaseUrl(url), [first, second])).toEqual([second]);
    expect(await pendingMigrations(parseDatabaseUrl(url), [first])).toEqual([]);
    expect(await journalOf(url)).toEqual(["bask 0000_first"]);
  });

  test("that this program does not know are refused, and the database is left as it was", async () => {
    const url = await database();
    await migrate(url, [first, second]);
    const before = await contentOf(url);
    expect(await refusal(url, [first, third])).toContain(
      "by a newer version of Bask: it has the migration 0001_second",
    );
    expect(await contentOf(url)).toEqual(before);
  });

  test("that were edited after they were applied are refused, and the database is left as it was", async () => {
    const url = await database();
    await migrate(url, [first]);
    const before = await contentOf(url);
    const edited = migration(first.name, `${first.sql} create table more (id integer);`);
    expect(await refusal(url, [edited, second])).toContain("0000_first was edited after it was applied");
    expect(await contentOf(url)).toEqual(before);
  });

  test("are applied all or none: what fails takes the others of the same start back", async () => {
    const url = await database();
    await migrate(url, [first]);
    const failing = migration("0003_failing", "create table half (id integer); insert into nowhere values (1);");
    expect(await refusal(url, [first, second, failing])).toContain("The migration 0003_failing failed on");
    expect(await journalOf(url)).toEqual(["bask 0000_first"]);
    await migrate(url, [first, second]);
    expect(await journalOf(url)).toEqual(["bask 0000_first", "bask 0001_second"]);
  });

  test("do not reach the tables of another program", async () => {
    const url = await database();
    await rowsOf(url, "create table notes (id integer)");
    expect(await refusal(url, [first])).toContain("contains tables of another program (notes)");
    expect(await pendingMigrations(parseDatabaseUrl(url), [first]).catch((error) => error)).toBeInstanceOf(
      DatabaseRefused,
    );
  });

  test("on SQLite may rebuild a table that rows refer to, and must leave no reference behind that leads nowhere", async () => {
    if (dialect === "postgres") return; // it changes tables in place
    const url = await database();
    const parents = migration(
      "0000_parents",
      `create table parents (id integer primary key);
       create table children (parent integer not null references parents(id) on delete cascade);
       insert into parents values (1); insert into children values (1);`,
    );
    const rebuilt = migration(
      "0001_rebuilt",
      `create table __new (id integer primary key, name text);
       insert into __new (id) select id from parents;
       drop table parents;
       alter table __new rename to parents;`,
    );
    await migrate(url, [parents, rebuilt]);
    expect(await rowsOf(url, "select parent from children")).toEqual([{ parent: 1 }]);

    const orphaning = migration("0002_orphaning", "delete from parents;");
    expect(await refusal(url, [parents, rebuilt, orphaning])).toContain(
      "rows of children would refer to missing rows of parents",
    );
    expect(await rowsOf(url, "select count(*) as n from parents")).toEqual([{ n: 1 }]);
  });
});

describe("the migrations of a product", () => {
  /** A checkout of a product: Bask's migrations and one of its own. */
  function productFolder(folder: string) {
    cpSync(join(import.meta.dir, "../../drizzle"), folder, { recursive: true });
    mkdirSync(join(folder, "extensions", dialect), { recursive: true });
    const write = (file: string, sql: string) => writeFileSync(join(folder, file), sql);
    const reference = "text not null references users(id)";
    write(
      `extensions/${dialect}/0000_projects.sql`,
      `create table projects (id text primary key, owner_id ${reference});`,
    );
    return { write, read: () => readMigrations(dialect, folder) };
  }

  test("come after Bask's and keep their data when a newer Bask brings its own", async () => {
    using folder = temporaryFolder();
    const product = productFolder(folder.path);
    const url = await database();
    const world = await openWorld({ databaseUrl: url });
    const ada = await (await world.person("Ada")).bask.me.get();
    await world.close();
    await migrate(url, product.read());
    await rowsOf(url, `insert into projects values ('prj_1', '${ada.id}')`);

    product.write(`${dialect}/9000_newer.sql`, "alter table users add column shoe_size text;");
    product.write(`extensions/${dialect}/0001_colors.sql`, "alter table projects add column color text;");
    const upgraded = product.read();
    expect(upgraded.slice(-3).map(({ source, name }) => `${source} ${name}`)).toEqual([
      "bask 9000_newer",
      "extension 0000_projects",
      "extension 0001_colors",
    ]);
    await migrate(url, upgraded);
    expect(await pendingMigrations(parseDatabaseUrl(url), upgraded)).toEqual([]);
    expect(
      await rowsOf(url, "select p.id, color, shoe_size from projects p join users on users.id = owner_id"),
    ).toEqual([{ id: "prj_1", color: null, shoe_size: null }]);
  });

  test("are missed by a program without them", async () => {
    using folder = temporaryFolder();
    const product = productFolder(folder.path);
    const url = await database();
    await migrate(url, product.read());
    expect(await refusal(url, readMigrations(dialect))).toContain("0000_projects of an extension");
  });

  test("are applied when its program starts", async () => {
    using folder = temporaryFolder();
    const root = join(import.meta.dir, "../..");
    for (const part of ["src", "package.json", "node_modules"]) {
      if (part === "src") cpSync(join(root, part), join(folder.path, part), { recursive: true });
      else symlinkSync(join(root, part), join(folder.path, part));
    }
    productFolder(join(folder.path, "drizzle"));
    const url = await database();
    const bask = await startBask(folder.path, { DATABASE_URL: url }, join(folder.path, "src/main.ts"));
    expect((await fetch(`${bask.url}/ready`)).status).toBe(200);
    bask.kill("SIGTERM");
    await bask.exited;
    expect(await journalOf(url)).toContain("extension 0000_projects");
  });
});
