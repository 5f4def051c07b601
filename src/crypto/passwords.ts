import { hash, parseOptions, verify } from "@node-rs/argon2";
import { Problem } from "../problems";
import { isForeign, verifyForeign } from "./foreign-hashes";

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash that no password matches and that takes as long to compare as any other: a salt and a hash of zeros. */
const dummyHash = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Hashes and verifies passwords with argon2id, a bounded number at a time. */
export interface Passwords {
  /** A PHC string. @throws Problem UNAVAILABLE when the queue is full */
  hash(password: string): Promise<string>;
  /** False for a wrong password and, after the same work, when there is no hash. @throws Problem UNAVAILABLE when the queue is full */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

/**
 * @param concurrency hashes computed at the same time; the rest of the thread pool stays free for other work
 * @param queueLimit how many may wait; beyond it calls throw UNAVAILABLE
 */
export function openPasswords(concurrency: number, queueLimit = 512): Passwords {
  const queue: (() => void)[] = [];
  let working = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (working >= concurrency) {
      if (queue.length >= queueLimit) {
        throw new Problem("UNAVAILABLE", { retryAfter: 5, cause: "too many passwords wait to be hashed" });
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    } else working++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else working--;
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password.normalize("NFKC"), cost)),
    async verify(stored, password) {
      const isCorrect = await inTurn(() =>
        stored !== undefined && isForeign(stored)
          ? verifyForeign(stored, password)
          : verify(stored ?? dummyHash, password.normalize("NFKC")),
      );
      return isCorrect && stored !== undefined;
    },
  };
}

/** Whether a text is a hash that passwords can be verified against. */
export function canVerify(stored: string): boolean {
  if (isForeign(stored)) return true;
  try {
    return parseOptions(stored) !== undefined;
  } catch {
    return false;
  }
}

/** Whether a stored hash is not argon2id, or was made with less than the current cost. */
export function isWeak(stored: string): boolean {
  if (!stored.startsWith("$argon2id$")) return true;
  const { memoryCost, timeCost } = parseOptions(stored);
  return memoryCost < cost.memoryCost || timeCost < cost.timeCost;
}
