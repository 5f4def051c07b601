import { randomBytes } from "node:crypto";

export type KeyEnvironment = "live" | "test";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomLength = 30;
const checksumLength = 6;
const personalTokenPrefix = "bsp_";
/** Characters of a key, and of a personal access token, by which they are told apart. */
export const apiKeyLength = "bsk_live_".length + randomLength + checksumLength;
export const personalTokenLength = personalTokenPrefix.length + randomLength + checksumLength;

/** Creates a key with 178 random bits. */
export const newApiKey = (environment: KeyEnvironment): string => newSecret(`bsk_${environment}_`);

/** Creates a personal access token, as random as a key. */
export const newPersonalToken = (): string => newSecret(personalTokenPrefix);

function newSecret(prefix: string): string {
  const end = prefix.length + randomLength;
  let secret = prefix;
  while (secret.length < end) {
    for (const byte of randomBytes(40)) {
      if (byte < 248 && secret.length < end) secret += base62[byte % 62];
    }
  }
  return secret + checksum(secret);
}

/** Whether a text has the form and checksum of a key. Anything else needs no lookup. */
export const isApiKey = (text: string): boolean =>
  text.length === apiKeyLength && (text.startsWith("bsk_live_") || text.startsWith("bsk_test_")) && hasChecksum(text);

/** Whether a text has the form and checksum of a personal access token. */
export const isPersonalToken = (text: string): boolean =>
  text.length === personalTokenLength && text.startsWith(personalTokenPrefix) && hasChecksum(text);

function hasChecksum(text: string): boolean {
  let claimed = 0;
  for (let i = text.length - checksumLength; i < text.length; i++)
    claimed = claimed * 62 + (values[text.charCodeAt(i)] ?? Number.NaN);
  return claimed === Bun.hash.crc32(text.slice(0, -checksumLength));
}

/** The whole keys in a text, whatever stands around them. */
export const apiKeysIn = (text: string): string[] =>
  [...new Set(text.match(/bsk_(?:live|test)_[0-9A-Za-z]{36}/g))].filter(isApiKey);

/** The whole personal access tokens in a text, whatever stands around them. */
export const personalTokensIn = (text: string): string[] =>
  [...new Set(text.match(/bsp_[0-9A-Za-z]{36}/g))].filter(isPersonalToken);

/** The value of each base62 character by its code. */
const values: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const value = base62.indexOf(String.fromCharCode(code));
  return value < 0 ? Number.NaN : value;
});

/** What is stored of a key. A key has 178 random bits, so a plain SHA-256 cannot be reversed by search. */
export const apiKeyHash = (key: string): string => Bun.SHA256.hash(key, "base64url");

/** What people recognize a key or a token by: its beginning and four characters. */
export const displayPrefix = (secret: string): string => secret.slice(0, -(randomLength + checksumLength - 4));

function checksum(text: string): string {
  let rest = Bun.hash.crc32(text);
  let digits = "";
  for (let i = 0; i < checksumLength; i++) {
    digits = base62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
