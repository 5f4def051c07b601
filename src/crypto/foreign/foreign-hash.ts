import { timingSafeEqual } from "node:crypto";

/** A password hash of another system. */
export interface ForeignHash {
  /** The text that is kept of it, which its parser reads again. */
  stored: string;
  /** Runs on the thread pool, or lets the event loop go on in between. */
  verify(password: string): Promise<boolean>;
}

/**
 * Reads the hashes of one family. Undefined for every other text, and "too costly" for a hash whose cost, which the other system chose,
 * would keep a core busy for more than about two seconds or take more than 128 MiB of memory at each sign-in.
 */
export type HashParser = (text: string) => ForeignHash | "too costly" | undefined;

/** Compares in constant time. */
export const equals = (computed: Buffer, expected: Buffer): boolean =>
  computed.length === expected.length && timingSafeEqual(computed, expected);

/** Base64 as PHC strings have it: without padding. */
export const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
