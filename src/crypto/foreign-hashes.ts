import { argon2 } from "./foreign/argon2";
import { bcrypt } from "./foreign/bcrypt";
import { firebaseScrypt } from "./foreign/firebase-scrypt";
import type { ForeignHash, HashParser } from "./foreign/foreign-hash";
import { pbkdf2 } from "./foreign/pbkdf2";
import { phpass } from "./foreign/phpass";
import { scrypt } from "./foreign/scrypt";

/** The families of hashes that can be imported. Each hash is replaced by argon2id at the first sign-in. */
const families: readonly HashParser[] = [bcrypt, argon2, pbkdf2, scrypt, firebaseScrypt, phpass];

/** Reads a hash of another system. Undefined when its format is not known; "too costly" when verifying it would take too long. */
export function parseForeignHash(text: string): ForeignHash | "too costly" | undefined {
  if (text.length > 2000) return undefined;
  for (const parse of families) {
    const hash = parse(text);
    if (hash !== undefined) return hash;
  }
  return undefined;
}

/** Whether a stored hash is one of another system. */
export const isForeign = (stored: string): boolean => !stored.startsWith("$argon2id$");

/** Verifies a password against a stored hash of another system. It is normalized only where that system does so. */
export async function verifyForeign(stored: string, password: string): Promise<boolean> {
  const hash = parseForeignHash(stored);
  return hash !== undefined && hash !== "too costly" && hash.verify(password);
}
