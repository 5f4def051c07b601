import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
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

let template: Promise<TestDatabase> | undefined;

export async function newDatabase(): Promise<TestDatabase> {
  return dialect === "postgres" ? newPostgresDatabase() : newSqliteDatabase();
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

/** Copies a database that was migrated once. */
async function newPostgresDatabase(): Promise<TestDatabase> {
  template ??= migratedPostgres();
  return createPostgres(nameOf((await template).url));
}

async function migratedPostgres(): Promise<TestDatabase> {
  const database = await createPostgres();
  await (await openDatabase(parseDatabaseUrl(database.url), openClock())).close();
  return database;
}

/** Removes what all databases of this run were copied from. */
export async function removeTemplate() {
  await (await template)?.remove();
}

const nameOf = (url: string) => new URL(url).pathname.slice(1);

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
