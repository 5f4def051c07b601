import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "./error";

/** Bytes that a file named by the configuration may have. */
const maxFileSize = 64 * 1024;

/**
 * The text of a regular file of a size that can be meant.
 * @param name what the sentence of a refusal begins with
 * @throws ConfigError
 */
export function readSmallFile(name: string, file: string): string {
  return explained(name, "file", () => {
    const found = statSync(file);
    if (found.isDirectory()) throw new ConfigError(`${name} names a folder. Name a file in it.`);
    if (!found.isFile() || found.size > maxFileSize)
      throw new ConfigError(`${name} must name a regular file of at most 64 KiB.`);
    return readFileSync(file, "utf8");
  });
}

/** The names of the files in a folder. @throws ConfigError */
export function listFolder(name: string, folder: string): string[] {
  return explained(name, "folder", () => readdirSync(folder));
}

/** Whether a path is a folder, or a link to one. */
export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function explained<T>(name: string, kind: "file" | "folder", read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = codeOf(error);
    if (code === "ENOTDIR" && kind === "folder") throw new ConfigError(`${name} must name a folder.`);
    if (code === "ENOENT" || code === "ENOTDIR") throw new ConfigError(`${name} names a ${kind} that does not exist.`);
    throw new ConfigError(
      `${name} names a ${kind} that cannot be read (${code}). Give this user the right to read it.`,
    );
  }
}

/** Whether there is something, if only a link that leads nowhere. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // on the way there is no folder, or a closed one
  }
}

/**
 * Looks, without writing anything, whether files can be made in a folder, or the folder itself can be made.
 * @param remedy what to do otherwise
 * @throws ConfigError
 */
export function requireWritableFolder(folder: string, remedy: string) {
  let nearest = folder;
  while (!isThere(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  if (!isFolder(nearest)) throw new ConfigError(`${nearest} is not a folder. ${remedy}.`);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigError(`${nearest} cannot be written (${codeOf(error)}). ${remedy}.`);
  }
}

/**
 * A path in which files can be made and found.
 * @param name of the variable
 * @throws ConfigError, as `requireWritableFolder`
 */
export function writableFolder(path: string, name: string): string {
  requireWritableFolder(path, `Name another folder in ${name}`);
  if (existsSync(path)) listFolder(name, path);
  return path;
}

/**
 * Bun adds what these files hold to the environment, and says nothing where it cannot read one.
 * @param mode NODE_ENV
 * @throws ConfigError
 */
export function requireReadableEnv(mode: string | undefined) {
  const own = mode === "production" || mode === "test" ? mode : "development";
  for (const file of [".env", ".env.local", `.env.${own}`, `.env.${own}.local`]) {
    try {
      if (isThere(file)) accessSync(file, constants.R_OK);
    } catch (error) {
      throw new ConfigError(`${file} cannot be read (${codeOf(error)}). Give this user the right to, or move it away.`);
    }
  }
}

/** Milliseconds after which no process writes a small file any more that it began. */
const draftAge = 600_000;

/**
 * Deletes the drafts of a file, `FILE.HEX.draft`, of processes that were killed before they gave them its name. What is younger than ten minutes may be
 * written at this moment.
 * @param now milliseconds since 1970
 */
export function removeOldDrafts(file: string, now: number) {
  try {
    const folder = dirname(file);
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(basename(file)) || !/^\.[\da-f]+\.draft$/.test(name.slice(basename(file).length))) continue;
      const draft = join(folder, name);
      if (now - statSync(draft).mtimeMs > draftAge) rmSync(draft);
    }
  } catch {} // a folder that cannot be listed, or another process was faster
}

/** As Node names the failure of a system call: ENOENT, EACCES. */
export const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);
