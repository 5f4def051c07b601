import { ConfigError } from "./error";
import { readSmallFile } from "./files";

export type Environment = Record<string, string | undefined>;

/** The environment of this process; the only place that reads it. Bun has added what `.env` holds. */
export const environment: Environment = process.env;

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

function readSecretFile(name: string, file: string): string {
  const text = readSmallFile(name, file).trim();
  if (text === "") throw new ConfigError(`${name} names an empty file. Write the secret into it.`);
  return text;
}
