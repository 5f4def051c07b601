import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SQL } from "bun";
import { sql } from "drizzle-orm";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { DatabaseRefused, DatabaseUnavailable, type Reader } from "../../src/db/database";
import { dialect } from "../../src/db/dialect";
import { migratePostgres } from "../../src/db/migrate.postgres";
import { type Migration, readMigrations } from "../../src/db/migrations";
import { openDatabase } from "../../src/db/open";
import { contains, fold } from "../../src/db/search";
import { organizations, users } from "../../src/db/tables";
import { takeAttempt } from "../../src/limits/attempts.sql";
import { emptyDatabase, newDatabase, type TestDatabase } from "../support/databases";
import { journalOf, migration, rowsOf } from "../support/migrations";
import { startPooler } from "../support/pooler";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

const undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function made(database: Promise<TestDatabase>) {
  const { url, remove } = await database;
  undo.push(remove);
  return url;
}
const empty = () => made(emptyDatabase());
const migrated = () => made(newDatabase());

/** A role of its own, and the URL with which it reaches a database. */
async function role(url: string, options = "") {
  const name = `bask_role_${process.pid}_${roles++}`;
  await rowsOf(url, `create role ${name} login ${options}`);
  undo.push(async () => {
    await rowsOf(url, `drop owned by ${name}`);
    await rowsOf(url, `drop role ${name}`);
  });
  const own = new URL(url);
  own.username = name;
  return { name, url: own.href };
}
let roles = 0;

const withQuery = (url: string, query: string) => `${url}?${query}`;

const outcome = (url: string, migrations?: readonly Migration[]) =>
  openDatabase(parseDatabaseUrl(url), openClock(), migrations).then(
    async (database) => {
      await database.close();
      return "opened";
    },
    (error) =>
      error instanceof DatabaseRefused || error instanceof DatabaseUnavailable ? error.message : `uncaught: ${error}`,
  );

const first = migration("0000_first", "create table first (id integer primary key); insert into first values (1);");
const second = migration("0001_second", "alter table first add column note text;");

describe.skipIf(dialect !== "postgres")("PostgreSQL as people have it", () => {
  test("serves a role that may not change the schema, as long as nothing is missing", async () => {
    const url = await migrated();
    const { name, url: own } = await role(url);
    await rowsOf(url, `grant select, insert, update, delete on all tables in schema public to ${name}`);
    const world = await openWorld({ databaseUrl: own });
    expect((await (await world.person("Ada")).bask.me.get()).email).toBe("ada@example.com");
    await world.close();

    const before = await journalOf(url);
    const known = [...readMigrations("postgres"), migration("9999_newer", "alter table users add column note text;")];
    expect(await outcome(own, known)).toContain("migrations that its role may not apply: must be owner of table");
    expect(await journalOf(url)).toEqual(before);
  });

  test("says so when a role may not make the first tables", async () => {
    const { url } = await role(await empty());
    expect(await outcome(url)).toContain("migrations that its role may not apply: permission denied for schema public");
  });

  test("is used in the schema that comes first in the search_path, whatever other schemas hold", async () => {
    const url = await empty();
    for (const schema of ["app", "other"]) await rowsOf(url, `create schema ${schema}`);
    await rowsOf(url, "create table notes (id integer)");
    await rowsOf(url, "create table other.users (id integer)");
    const world = await openWorld({ databaseUrl: withQuery(url, "search_path=app,other") });
    expect((await (await world.person("Ada")).bask.me.get()).email).toBe("ada@example.com");
    await world.close();
    const placed = await rowsOf(
      url,
      "select distinct schemaname from pg_tables where tablename in ('users', 'bask_migrations') order by 1",
    );
    expect(placed).toEqual([{ schemaname: "app" }, { schemaname: "other" }]);
    expect(await rowsOf(url, "select email from app.users")).toEqual([{ email: "ada@example.com" }]);
    expect(await outcome(withQuery(url, "search_path=nowhere"))).toContain("has no schema that its role may use");
  });

  test("may hold what extensions brought along, and views", async () => {
    const url = await empty();
    await rowsOf(url, "create extension pg_stat_statements");
    await rowsOf(url, "create table of_the_extension (id integer)");
    await rowsOf(url, "alter extension pg_stat_statements add table of_the_extension");
    await rowsOf(url, "create view overview as select 1 as one");
    await rowsOf(url, "create materialized view stored_overview as select 1 as one");
    expect(await outcome(url)).toBe("opened");
  });

  test("must not hold tables of another program, of any kind, whether its role may read them or not", async () => {
    const kinds = {
      ordinary: ["create table notes (id integer)"],
      partitioned: ["create table notes (id integer) partition by range (id)"],
      foreign: [
        "create extension file_fdw",
        "create server files foreign data wrapper file_fdw",
        "create foreign table notes (line text) server files options (filename '/dev/null')",
      ],
    };
    for (const statements of Object.values(kinds)) {
      const url = await empty();
      for (const statement of statements) await rowsOf(url, statement);
      const { name, url: own } = await role(url);
      await rowsOf(url, `grant all on schema public to ${name}`);
      expect(await outcome(own)).toContain("contains tables of another program (notes)");
    }
  });

  test("may give its role one connection, for the first start and for what follows", async () => {
    const url = await empty();
    const { name, url: own } = await role(url, "connection limit 1");
    await rowsOf(url, `grant all on schema public to ${name}`);
    const world = await openWorld({ databaseUrl: own });
    const { bask } = await world.person("Ada");
    await Promise.all(Array.from({ length: 20 }, (_, n) => bask.organizations.create({ name: `Number ${n}` })));
    expect((await bask.organizations.list()).data).toHaveLength(20);
    await world.close();
  });

  test("may have any default isolation and old escapes in strings", async () => {
    const url = await migrated();
    const name = new URL(url).pathname.slice(1);
    await rowsOf(url, `alter database ${name} set default_transaction_isolation = 'serializable'`);
    await rowsOf(url, `alter database ${name} set standard_conforming_strings = off`);
    const world = await openWorld({ databaseUrl: url });
    const taken = await Promise.all(
      Array.from({ length: 50 }, () => world.app.db.write((tx) => takeAttempt(tx, "door", 20, 60_000))),
    );
    expect(taken.filter(Boolean)).toHaveLength(20);
    await world.person("Ada");
    const found = world.app.db.reader
      .select({ email: users.email })
      .from(users)
      .where(contains(users.fullNameFolded, fold("ADA")));
    expect(await found).toEqual([{ email: "ada@example.com" }]);
    await world.close();
  });

  test("must be able to hold every text", async () => {
    const url = await empty();
    const name = `${new URL(url).pathname.slice(1)}_latin1`;
    await rowsOf(url, `create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    undo.push(() => rowsOf(url, `drop database ${name} with (force)`));
    const latin1 = new URL(url);
    latin1.pathname = name;
    expect(await outcome(latin1.href)).toContain("has the encoding LATIN1, which cannot hold every text");
  });
});

describe.skipIf(dialect !== "postgres")("a migration that meets a long transaction", () => {
  /** A database with a table, and a session that has read it and does not end. */
  async function longReader() {
    const url = await empty();
    expect(await outcome(url, [first])).toBe("opened");
    const client = new SQL(url, { max: 1 });
    const reader = await client.reserve();
    await reader`begin`;
    await reader`select * from first`;
    undo.push(() => client.close());
    return {
      url,
      async end() {
        await reader`commit`;
        reader.release();
      },
    };
  }

  test("lets others use the table meanwhile, and is applied after it", async () => {
    const { url, end } = await longReader();
    const start = outcome(url, [first, second]);
    while (!(await rowsOf(url, "select 1 from pg_locks where mode = 'AccessExclusiveLock' and not granted")).length);
    expect(await rowsOf(url, "select id from first")).toEqual([{ id: 1 }]);
    expect(await journalOf(url)).toEqual(["bask 0000_first"]);
    await end();
    expect(await start).toBe("opened");
    expect(await journalOf(url)).toEqual(["bask 0000_first", "bask 0001_second"]);
  });

  test("that never ends is given up with a sentence", async () => {
    const { url, end } = await longReader();
    const client = new SQL(url, { max: 1 });
    const given = await migratePostgres(client, [first, second], "It", undefined, 1).catch((error) => error);
    expect(given).toBeInstanceOf(DatabaseUnavailable);
    expect(given.message).toContain("It cannot be migrated while other sessions use its tables. Nothing was changed.");
    await client.close();
    await end();
  });
});

describe.skipIf(dialect !== "postgres")("a connection pooler in transaction mode", () => {
  async function pooled(databaseUrl: string) {
    const pooler = await startPooler(databaseUrl);
    undo.push(() => pooler.close());
    return pooler.url;
  }

  test("is refused with what to do, unless DATABASE_URL says that it is there", async () => {
    expect(await outcome(await pooled(await migrated()))).toContain("Add ?pgbouncer=true to DATABASE_URL");
  });

  test("stands between several processes, from the first start on", async () => {
    const url = withQuery(await pooled(await empty()), "pgbouncer=true");
    const worlds = await Promise.all([openWorld({ databaseUrl: url }), openWorld({ databaseUrl: url })]);
    const people = await Promise.all([
      worlds[0]!.person("Ada"),
      worlds[1]!.person("Grace"),
      worlds[0]!.person("Barbara"),
      worlds[1]!.person("Katherine"),
    ]);
    await Promise.all(people.map(({ bask, fullName }) => bask.organizations.create({ name: fullName })));
    for (const { bask, fullName } of people) {
      expect((await bask.organizations.list()).data.map(({ name }) => name)).toEqual([fullName]);
    }
    const taken = await Promise.all(
      Array.from({ length: 40 }, (_, n) => worlds[n % 2]!.app.db.write((tx) => takeAttempt(tx, "door", 20, 60_000))),
    );
    expect(taken.filter(Boolean)).toHaveLength(20);
    for (const world of worlds) await world.close();
  });

  test("may lend connections that other clients have changed", async () => {
    const url = await pooled(await migrated());
    const world = await openWorld({ databaseUrl: withQuery(url, "pgbouncer=true") });
    const others = new SQL(url, { max: 2, prepare: false });
    const change = () => others.begin((tx) => tx`set default_transaction_isolation = 'serializable'`);
    await Promise.all([change(), change()]);
    const isolation = sql<string>`current_setting('transaction_isolation')`;
    const seen = (tx: Reader) => tx.select({ isolation }).from(organizations);
    await (await world.person("Ada")).bask.organizations.create({ name: "Analytical" });
    const units = await Promise.all([world.app.db.write(seen), world.app.db.write(seen)]);
    expect(units.flat().map((row) => row.isolation)).toEqual(["read committed", "read committed"]);
    await others.close();
    await world.close();
  });

  test("is refused where the default isolation is another, for it keeps settings from being sent", async () => {
    const url = await migrated();
    const name = new URL(url).pathname.slice(1);
    await rowsOf(url, `alter database ${name} set default_transaction_isolation = 'serializable'`);
    expect(await outcome(withQuery(await pooled(url), "pgbouncer=true"))).toContain(
      "ALTER ROLE ... SET default_transaction_isolation = 'read committed'",
    );
  });
});
