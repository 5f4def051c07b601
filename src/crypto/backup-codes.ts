import { createHmac, randomBytes } from "node:crypto";
import type { Keyring } from "./keyring";

/** Crockford's base32: no i, l, o or u, which people take for another character. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const lookalikes: Readonly<Record<string, string>> = { i: "1", l: "1", o: "0", u: "v" };

export interface BackupCodes {
  /** Ten codes of 16 characters in groups of four, 80 bits each. */
  make(): string[];
  /**
   * What is stored of a code: one keyed hash per secret, the current one first. Undefined for what is not a code. Characters that look like
   * another count as that one.
   */
  hashes(code: string): string[] | undefined;
}

export function openBackupCodes(keyring: Keyring): BackupCodes {
  const keys = keyring.derive("backup-code");
  return {
    make: () => Array.from({ length: 10 }, makeCode),
    hashes(code) {
      const characters = code.replaceAll("-", "").replace(/[ilou]/g, (character) => lookalikes[character]!);
      if (characters.length !== 16 || [...characters].some((character) => !alphabet.includes(character)))
        return undefined;
      return keys.map((key) => createHmac("sha256", key).update(characters).digest("base64url"));
    },
  };
}

function makeCode(): string {
  const code = [...randomBytes(16)].map((byte) => alphabet[byte & 31]).join("");
  return code.match(/.{4}/g)!.join("-");
}
