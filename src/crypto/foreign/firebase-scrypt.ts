import { createCipheriv } from "node:crypto";
import { equals, type HashParser } from "./foreign-hash";
import { deriveScrypt, isScryptCost, isTooCostly } from "./scrypt";

/** The parameters of all hashes of a Firebase project; bytes in base64. */
export interface FirebaseParameters {
  signerKey: string;
  saltSeparator: string;
  rounds: number;
  memCost: number;
}

/** A hash of Firebase together with the parameters of its project, in one text. */
export const firebaseScryptString = (
  { signerKey, saltSeparator, rounds, memCost }: FirebaseParameters,
  { salt, hash }: { salt: string; hash: string },
): string =>
  ["firebase-scrypt", memCost, rounds, saltSeparator, signerKey, salt, hash]
    .join("$")
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replace("firebase+scrypt", "firebase-scrypt");

/**
 * Firebase's scrypt, `firebase-scrypt$memCost$rounds$saltSeparator$signerKey$salt$hash` with bytes in base64: the key that scrypt derives
 * encrypts the signer key of the project, and the result is the hash.
 */
export const firebaseScrypt: HashParser = (text) => {
  const base64 = "[A-Za-z\\d+/]";
  const match = new RegExp(
    `^firebase-scrypt\\$(\\d{1,2})\\$(\\d{1,3})\\$(${base64}{0,88}={0,2})\\$(${base64}{22,344}={0,2})\\$(${base64}{2,172}={0,2})\\$(${base64}{22,344}={0,2})$`,
  ).exec(text);
  if (!match) return undefined;
  const cost = { N: 2 ** Number(match[1]), r: Number(match[2]), p: 1 };
  if (!isScryptCost(cost)) return undefined;
  if (isTooCostly(cost)) return "too costly";
  const [separator, signerKey, salt, hash] = match.slice(3).map((part) => Buffer.from(part, "base64"));
  return {
    stored: text,
    async verify(password) {
      const key = await deriveScrypt(password, Buffer.concat([salt!, separator!]), 32, cost);
      const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
      return equals(Buffer.concat([cipher.update(signerKey!), cipher.final()]), hash!);
    },
  };
};
