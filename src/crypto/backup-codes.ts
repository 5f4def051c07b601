import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Keyring } from "./keyring";
import type { Sealer } from "./sealed";

/** Crockford's base32: no i, l, o or u, which people take for another character. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const lookalikes: Readonly<Record<string, string>> = { i: "1", l: "1", o: "0", u: "v" };

export interface BackupCodes {
  /** Ten codes of 16 characters in groups of four, 80 bits each. */
  make(): string[];
  /** What is stored of a user's code: its SHA-256, sealed, so that it can be sealed again with another secret. */
  store(code: string, owner: string): string;
  /** The one of a user's stored codes that this is. Characters that look like another count as that one. */
  find<Row extends { hash: string }>(code: string, owner: string, stored: readonly Row[]): Row | undefined;
}

export function openBackupCodes(keyring: Keyring, sealer: Sealer): BackupCodes {
  const keys = keyring.derive("backup-code");
  const isSame = (one: string, other: string | undefined) =>
    one.length === other?.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
  return {
    make: () => Array.from({ length: 10 }, makeCode),
    store: (code, owner) => sealer.seal(digest(charactersOf(code)!), owner),
    find(code, owner, stored) {
      const characters = charactersOf(code);
      if (characters === undefined) return undefined;
      const sealed = digest(characters);
      const keyed = keys.map((key) => createHmac("sha256", key).update(characters).digest("base64url"));
      return stored.find(({ hash }) =>
        isKeyed(hash) ? keyed.some((one) => isSame(one, hash)) : isSame(sealed, sealer.tryOpen(hash, owner)),
      );
    },
  };
}

/** How codes were stored at first: as an HMAC, which cannot be made again without the code. */
const isKeyed = (stored: string) => !stored.includes(".");

const digest = (characters: string) => hash("sha256", characters, "base64url");

/** Undefined for what is not a code. */
function charactersOf(code: string): string | undefined {
  const characters = code.replaceAll("-", "").replace(/[ilou]/g, (character) => lookalikes[character]!);
  const isCode = characters.length === 16 && [...characters].every((character) => alphabet.includes(character));
  return isCode ? characters : undefined;
}

function makeCode(): string {
  const code = [...randomBytes(16)].map((byte) => alphabet[byte & 31]).join("");
  return code.match(/.{4}/g)!.join("-");
}
