import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "./error";

export type Environment = Record<string, string | undefined>;

/** The environment of this process; the only place that reads it. Bun has added what `.env` holds. */
export const environment: Environment = process.env;

/** Bytes that the file of a secret may have. */
const maxFileSize = 64 * 1024;

/** What the environment says a variable is, trimmed; undefined where it is not set or blank. */
export function given(name: string, from: Environment): string | undefined {
  return from[name]?.trim() || undefined;
}

/**
 * As `given`, for a secret: also by NAME_FILE, the file that holds it.
 * @throws ConfigError when both are set, or the file cannot be read
 */
export function givenSecret(name: string, from: Environment): string | undefined {
  const text = given(name, from);
  const file = given(`${name}_FILE`, from);
  if (file === undefined) return text;
  if (text !== undefined) throw new ConfigError(`${name} and ${name}_FILE are both set. Keep one of them.`);
  return readSecretFile(`${name}_FILE`, file);
}

/**
 * The trimmed text of a file that holds one secret.
 * @param name what the sentence of a refusal begins with
 * @throws ConfigError
 */
export function readSecretFile(name: string, file: string): string {
  const text = readSmallFile(name, file).trim();
  if (text === "") throw new ConfigError(`${name} names an empty file. Write the secret into it.`);
  return text;
}

/** The text of a regular file of a size that can be meant. @throws ConfigError */
export function readSmallFile(name: string, file: string): string {
  try {
    const found = statSync(file);
    if (found.isDirectory()) throw new ConfigError(`${name} names a folder. Name a file in it.`);
    if (!found.isFile() || found.size > maxFileSize)
      throw new ConfigError(`${name} must name a regular file of at most 64 KiB.`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") throw new ConfigError(`${name} names a file that does not exist.`);
    throw new ConfigError(`${name} names a file that cannot be read (${code}). Give this user the right to read it.`);
  }
}

/**
 * Looks, without writing anything, whether files can be made in a folder, or the folder itself can be made.
 * @param remedy the sentence that says what to do otherwise
 * @throws ConfigError
 */
export function requireWritableFolder(folder: string, remedy: string) {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  if (!statSync(nearest).isDirectory()) throw new ConfigError(`${nearest} is not a folder. ${remedy}.`);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigError(`${nearest} cannot be written (${(error as { code?: string }).code}). ${remedy}.`);
  }
}
