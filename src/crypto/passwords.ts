import { hash, parseOptions, verify } from "@node-rs/argon2";
import { isForeign, verifyForeign } from "./foreign-hashes";
import { type HashCause, openHashQueue } from "./hash-queue";

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash that no password matches and that takes as long to verify as any other: a salt and a hash of zeros. */
const unusableHash = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Hashes and verifies passwords with argon2id, a bounded number at a time. */
export interface Passwords {
  /** A PHC string. @throws Problem UNAVAILABLE, RATE_LIMITED as `openHashQueue` */
  hash(password: string, cause: HashCause): Promise<string>;
  /** False for a wrong password and, after the same work, when there is no hash. @throws Problem as `hash` */
  verify(stored: string | null | undefined, password: string, cause: HashCause): Promise<boolean>;
}

/** @param concurrency hashes computed at the same time; the rest of the thread pool stays free for other work */
export function openPasswords(concurrency: number): Passwords {
  const inTurn = openHashQueue(concurrency);
  return {
    hash: (password, cause) => inTurn(cause, () => hash(password.normalize("NFKC"), cost)),
    async verify(stored, password, cause) {
      const isCorrect = await inTurn(cause, () =>
        stored && isForeign(stored)
          ? verifyForeign(stored, password)
          : verify(stored ?? unusableHash, password.normalize("NFKC")),
      );
      return isCorrect && typeof stored === "string";
    },
  };
}

/** Whether a stored hash is not argon2id, or was made with less than the current cost. */
export function isWeak(stored: string): boolean {
  if (!stored.startsWith("$argon2id$")) return true;
  const { memoryCost, timeCost } = parseOptions(stored);
  return memoryCost < cost.memoryCost || timeCost < cost.timeCost;
}
