import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { embedded } from "../embedded";
import type { Dialect } from "./dialect";

/** Whose migration it is: Bask's own, or the product's that is built on it. */
export type MigrationSource = "bask" | "extension";

export interface Migration {
  source: MigrationSource;
  /** Its file's name without `.sql`; unique within its source. */
  name: string;
  /** SHA-256 of its text, in hex. */
  hash: string;
  /** Whether it only adds, so that older releases serve a database that has it: its text begins with `compatibleMark`. */
  compatible: boolean;
  /** One or more statements, each ending with a semicolon. */
  sql: string;
}

/** The first line of a migration that only adds. `bun run migration` writes it, and a test holds it against what the migration does. */
export const compatibleMark = "-- compatible: older releases serve a database that has this\n";

const checkout = fileURLToPath(new URL("../../drizzle", import.meta.url));

/**
 * Every migration this program knows for a dialect, in the order in which a new database gets them: Bask's by file name, then
 * those of the product in `extensions/`, a folder that may be missing.
 */
export function readMigrations(dialect: Dialect, folder?: string): readonly Migration[] {
  const read = (name: string) =>
    embedded && folder === undefined ? readEmbedded(`drizzle/${name}/`) : readSqlFiles(`${folder ?? checkout}/${name}`);
  return [
    ...read(dialect).map((file) => toMigration("bask", file)),
    ...read(`extensions/${dialect}`).map((file) => toMigration("extension", file)),
  ];
}

/** The names of Bask's own migrations for a dialect, in order. */
export const migrationNames = (dialect: Dialect): string[] =>
  readMigrations(dialect).flatMap(({ source, name }) => (source === "bask" ? [name] : []));

interface SqlFile {
  name: string;
  text: string;
}

/** Those in a folder, which may be missing. */
function readSqlFiles(folder: string): SqlFile[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => readSqlFile(file, `${folder}/${file}`));
}

/** Those that an executable carries below a path. */
function readEmbedded(below: string): SqlFile[] {
  return [...embedded!]
    .filter(([name]) => name.startsWith(below))
    .map(([name, path]) => readSqlFile(name.slice(below.length), path));
}

/** The only place that reads migrations from disk. Line ends are normalized, so that a checkout on Windows has the same hashes. */
const readSqlFile = (file: string, path: string): SqlFile => ({
  name: file.slice(0, -".sql".length),
  text: readFileSync(path, "utf8").replaceAll("\r\n", "\n"),
});

function toMigration(source: MigrationSource, { name, text }: SqlFile): Migration {
  const hash = createHash("sha256").update(text).digest("hex");
  return { source, name, hash, compatible: text.startsWith(compatibleMark), sql: text };
}
