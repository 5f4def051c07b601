import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { DatabaseRefused } from "./database";
import type { Dialect } from "./dialect";

export interface Applied {
  hash: string;
  created_at: number | string;
}

/** The folder of a dialect's migrations, wherever the program was started. */
export function migrationsFolder(dialect: Dialect): string {
  return fileURLToPath(new URL(`../../drizzle/${dialect}`, import.meta.url));
}

/** The names of a dialect's migrations, in order. */
export function migrationNames(dialect: Dialect): string[] {
  const journal = JSON.parse(readFileSync(`${migrationsFolder(dialect)}/meta/_journal.json`, "utf8"));
  return journal.entries.map((entry: { tag: string }) => entry.tag);
}

/**
 * Lets a database pass that is empty or whose migrations are all ours.
 * @throws DatabaseRefused for tables of another program, and for a schema this version does not know
 */
export function checkApplied(applied: readonly Applied[], tables: readonly string[], dialect: Dialect, name: string) {
  if (applied.length === 0 && tables.length > 0) {
    throw new DatabaseRefused(
      `${name} holds the tables of another program. It was left as it is; choose another DATABASE_URL.`,
    );
  }
  const known = new Set(readMigrationFiles({ migrationsFolder: migrationsFolder(dialect) }).map(({ hash }) => hash));
  if (!applied.every(({ hash }) => known.has(hash))) {
    throw new DatabaseRefused(
      `${name} was written by another version of Bask. It was left as it is; start that version or a newer one.`,
    );
  }
}
