import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClock } from "../../src/clock";
import { parseDatabaseUrl } from "../../src/config/database-url";
import { dialect } from "../../src/db/dialect";
import { openDatabase } from "../../src/db/open";

/** A database of one's own, in the dialect this run of the suite speaks. */
export interface TestDatabase {
  url: string;
  remove(): Promise<void>;
}

/** An address with a migrated, empty database. */
export async function newDatabase(): Promise<TestDatabase> {
  return dialect === "postgres" ? takePostgres() : copySqlite();
}

/** An address where no database is yet, in the dialect of this run. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return dialect === "postgres" ? createPostgres() : newSqliteDatabase();
}

function newSqliteDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), "bask-sqlite-"));
  return {
    url: `sqlite:${join(folder, "bask.db")}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

let template: Promise<TestDatabase> | undefined;

async function migrated(make: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await make();
  await (await openDatabase(parseDatabaseUrl(database.url), openClock())).close();
  return database;
}

/** Copies a database that was migrated once. */
async function copySqlite(): Promise<TestDatabase> {
  template ??= migrated(async () => newSqliteDatabase());
  const database = newSqliteDatabase();
  copyFileSync(fileOf(await template), fileOf(database));
  return database;
}

const fileOf = ({ url }: TestDatabase) => url.slice("sqlite:".length);

/** Databases that were given back, empty again: PostgreSQL copies a template of a thousand files slowly. */
const returned: TestDatabase[] = [];

async function takePostgres(): Promise<TestDatabase> {
  template ??= migrated(createPostgres);
  const { url } = await template;
  const database = returned.pop() ?? (await createPostgres(nameOf(url)));
  const remove = async () => {
    if (await isEmptiedAsTemplate(database.url, url)) returned.push(database);
    else await database.remove();
  };
  return { url: database.url, remove };
}

/** Removes what the databases of this run were copied from, and those that were given back. */
export async function removeTemplate() {
  for (const database of returned.splice(0)) await database.remove();
  await (await template)?.remove();
}

const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** How tables are made, and by which migrations: two databases with the same answer take the same rows. */
const shape = `
  select md5(concat(
    (select string_agg(concat(attrelid::regclass, attname, atttypid, attnotnull, atthasdef), ',' order by attrelid::regclass::text, attnum)
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'i') and attnum > 0),
    (select string_agg(name || hash, ',' order by name) from bask_migrations),
    (select count(*) from pg_constraint), (select count(*) from pg_trigger), (select count(*) from pg_proc),
    (select count(*) from pg_namespace), (select count(*) from pg_db_role_setting where setdatabase = pg_database.oid)
  )) as md5, pg_database_size(oid)::int as size,
  (select count(*)::int from pg_stat_activity where datid = pg_database.oid and pid <> pg_backend_pid()) as connections
  from pg_database where datname = current_database()`;

let asTemplate: Promise<{ md5: string; tables: string[] }> | undefined;

/** The template's shape, and its tables without rows. */
async function readTemplate(url: string) {
  await using sql = new Bun.SQL(url, { max: 1 });
  const [{ md5 }] = await sql.unsafe(shape);
  const tables: { name: string }[] = await sql.unsafe(
    "select oid::regclass::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  const empty: string[] = [];
  for (const { name } of tables) if ((await sql.unsafe(`select 1 from ${name} limit 1`)).length === 0) empty.push(name);
  return { md5, tables: empty };
}

/**
 * Empties a database that is still like the template, small, and in use by nobody; false for any other, and where the user of
 * this run may not turn the triggers off that keep the audit log.
 */
async function isEmptiedAsTemplate(url: string, templateUrl: string): Promise<boolean> {
  asTemplate ??= readTemplate(templateUrl);
  const { md5, tables } = await asTemplate;
  await using sql = new Bun.SQL(url, { max: 1 });
  const [now] = await sql.unsafe(shape);
  if (now.md5 !== md5 || now.size > 30_000_000 || now.connections > 0) return false;
  const deletes = tables.map((table) => `delete from ${table}`);
  return sql.unsafe(["set session_replication_role = replica", ...deletes].join(";")).then(
    () => true,
    () => false,
  );
}

/** Its name is unique, for several runs may share one server. */
async function createPostgres(template?: string): Promise<TestDatabase> {
  const name = `bask_test_${randomUUID().replaceAll("-", "")}`;
  const server = process.env.DATABASE_URL!;
  const admin = new Bun.SQL(server, { max: 1 });
  await admin.unsafe(`create database ${name} ${template ? `template ${template}` : ""}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async remove() {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
}
