import { hash, parseOptions, verify } from "@node-rs/argon2";
import type { Clock } from "../clock";
import { isForeign, verifyForeign } from "./foreign-hashes";
import { type HashCause, type HashQueueState, openHashQueue } from "./hash-queue";

/** What argon2id spends on a password. */
export interface PasswordCost {
  /** In KiB. */
  memoryCost: number;
  /** Passes over that memory. */
  timeCost: number;
  parallelism: number;
}

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const owaspMinimum: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and verifies passwords with argon2id, a bounded number at a time. */
export interface Passwords {
  /** A PHC string. @throws Problem UNAVAILABLE, RATE_LIMITED as `openHashQueue` */
  hash(password: string, cause: HashCause): Promise<string>;
  /** False for a wrong password and, after the same work, when there is no hash. @throws Problem as `hash` */
  verify(stored: string | null | undefined, password: string, cause: HashCause): Promise<boolean>;
  /** Whether a stored hash is not argon2id, or was made with less than today's cost. */
  isWeak(stored: string): boolean;
  /** How many of them wait. */
  queue(): HashQueueState;
}

/** @param concurrency hashes computed at the same time; the rest of the thread pool stays free for other work */
export function openPasswords(concurrency: number, clock: Clock, cost = owaspMinimum): Passwords {
  const hashes = openHashQueue(concurrency, clock);
  const unusableHash = unusable(cost);
  return {
    hash: (password, cause) => hashes.run(cause, () => hash(password.normalize("NFKC"), cost)),
    async verify(stored, password, cause) {
      const isCorrect = await hashes.run(cause, () =>
        stored && isForeign(stored)
          ? verifyForeign(stored, password)
          : verify(stored ?? unusableHash, password.normalize("NFKC")),
      );
      return isCorrect && typeof stored === "string";
    },
    isWeak(stored) {
      if (!stored.startsWith("$argon2id$")) return true;
      const { memoryCost, timeCost } = parseOptions(stored);
      return memoryCost < cost.memoryCost || timeCost < cost.timeCost;
    },
    queue: hashes.state,
  };
}

/** A hash that no password matches and that takes as long to verify as any other: a salt and a hash of zeros. */
const unusable = ({ memoryCost, timeCost, parallelism }: PasswordCost) =>
  `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;
