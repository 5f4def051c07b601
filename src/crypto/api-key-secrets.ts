import { randomBytes } from "node:crypto";

export type KeyEnvironment = "live" | "test";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomLength = 30;
const checksumLength = 6;
/** Characters of a key. */
export const apiKeyLength = "bsk_live_".length + randomLength + checksumLength;

/** Creates a key with 178 random bits. */
export function newApiKey(environment: KeyEnvironment): string {
  let key = `bsk_${environment}_`;
  while (key.length < apiKeyLength - checksumLength) {
    for (const byte of randomBytes(40)) {
      if (byte < 248 && key.length < apiKeyLength - checksumLength) key += base62[byte % 62];
    }
  }
  return key + checksum(key);
}

/** Whether a text has the form and checksum of a key. Anything else needs no lookup. */
export function isApiKey(text: string): boolean {
  if (text.length !== apiKeyLength || !(text.startsWith("bsk_live_") || text.startsWith("bsk_test_"))) return false;
  let claimed = 0;
  for (let i = apiKeyLength - checksumLength; i < apiKeyLength; i++)
    claimed = claimed * 62 + (values[text.charCodeAt(i)] ?? Number.NaN);
  return claimed === Bun.hash.crc32(text.slice(0, -checksumLength));
}

/** The whole keys in a text, whatever stands around them. */
export const apiKeysIn = (text: string): string[] =>
  [...new Set(text.match(/bsk_(?:live|test)_[0-9A-Za-z]{36}/g))].filter(isApiKey);

/** The value of each base62 character by its code. */
const values: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const value = base62.indexOf(String.fromCharCode(code));
  return value < 0 ? Number.NaN : value;
});

/** What is stored of a key. A key has 178 random bits, so a plain SHA-256 cannot be reversed by search. */
export const apiKeyHash = (key: string): string => Bun.SHA256.hash(key, "base64url");

/** What people recognize a key by: its environment and four characters. */
export const displayPrefix = (key: string): string => key.slice(0, "bsk_live_".length + 4);

function checksum(text: string): string {
  let rest = Bun.hash.crc32(text);
  let digits = "";
  for (let i = 0; i < checksumLength; i++) {
    digits = base62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
