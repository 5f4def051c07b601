import { createHmac, randomBytes } from "node:crypto";
import type { Keyring } from "./keyring";

const alphabet = "23456789abcdefghjkmnpqrstuvwxyz"; // 31 characters without those that look alike

export interface BackupCodes {
  /** Ten codes of 16 characters in groups of four, 79 bits each. */
  make(): string[];
  /** What is stored of a code: one keyed hash per secret, the current one first. Undefined for what is not a code. */
  hashes(code: string): string[] | undefined;
}

export function openBackupCodes(keyring: Keyring): BackupCodes {
  const keys = keyring.derive("backup-code");
  return {
    make: () => Array.from({ length: 10 }, makeCode),
    hashes(code) {
      const letters = code.toLowerCase().replaceAll("-", "");
      if (letters.length !== 16 || [...letters].some((letter) => !alphabet.includes(letter))) return undefined;
      return keys.map((key) => createHmac("sha256", key).update(letters).digest("base64url"));
    },
  };
}

function makeCode(): string {
  let code = "";
  while (code.length < 16) {
    const [byte] = randomBytes(1);
    if (byte! < 248) code += alphabet[byte! % 31];
  }
  return code.match(/.{4}/g)!.join("-");
}
