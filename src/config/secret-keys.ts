import { ConfigError } from "./error";

const howToMake = "Make one: openssl rand -base64 32";

/**
 * The secrets of an installation, the current one first: 32 bytes each, in base64 or base64url.
 * @param name what the sentence of a refusal begins with
 * @throws ConfigError for what is short, an example, or there twice
 */
export function parseSecretKeys(text: string, name = "SECRET_KEY"): readonly Buffer[] {
  const parts = text.split(",").map((part) => part.trim());
  const keys = parts.filter(Boolean).map((part) => {
    const key = Buffer.from(part, "base64url");
    if (key.length !== 32 || key.toString("base64url") !== canonical(part))
      throw new ConfigError(`${name} must be 32 random bytes in base64. ${howToMake}`);
    if (new Set(key).size < 12)
      throw new ConfigError(`${name} must be random, but it repeats a few bytes. ${howToMake}`);
    return key;
  });
  if (keys.length === 0) throw new ConfigError(`${name} must hold a secret. ${howToMake}`);
  if (new Set(keys.map((key) => key.toString("hex"))).size < keys.length)
    throw new ConfigError(`${name} must not hold the same secret twice.`);
  return keys;
}

const canonical = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** Secrets as SECRET_KEY holds them. */
export const writeSecretKeys = (secrets: readonly Buffer[]): string =>
  secrets.map((secret) => secret.toString("base64url")).join(",");
