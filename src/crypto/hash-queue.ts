import type { Clock } from "../clock";
import type { UserId } from "../ids";
import { Problem } from "../problems";

/** What a hash is computed for: a sign-in, a registration, or a request of this user. */
export type HashCause = "sign-in" | "registration" | UserId;

/** How many hashes may wait, and how many one user may have at the same time. */
const defaultLimits = { signIns: 384, others: 128, perUser: 8 };

/** How the queue stands. */
export interface HashQueueState {
  /** Hashes that wait. */
  readonly signIns: number;
  readonly others: number;
  /** Hashes that began since the start, and the milliseconds for which all of them waited. */
  readonly begun: number;
  readonly waited: number;
}

export interface HashQueue {
  /** Runs a hash in its turn. @throws Problem UNAVAILABLE when its queue is full, RATE_LIMITED when its user has too many */
  run<T>(cause: HashCause, work: () => Promise<T>): Promise<T>;
  state(): HashQueueState;
}

/**
 * Runs hashes in turn, a bounded number at the same time. Sign-ins have a queue of their own, which takes turns with the other one, so that
 * nothing else keeps users from signing in; and no user can fill the other queue.
 */
export function openHashQueue(concurrency: number, clock: Clock, limits = defaultLimits): HashQueue {
  const signIns: (() => void)[] = [];
  const others: (() => void)[] = [];
  const perUser = new Map<string, number>();
  let working = 0;
  let begun = 0;
  let waited = 0;
  let signInIsNext = true;

  /** The next in turn: a sign-in and another one, alternately, as long as both wait. */
  function next() {
    const first = signInIsNext ? signIns : others;
    signInIsNext = !signInIsNext;
    return first.shift() ?? signIns.shift() ?? others.shift();
  }

  async function run<T>(queue: (() => void)[], max: number, work: () => Promise<T>): Promise<T> {
    if (working >= concurrency) {
      if (queue.length >= max) {
        throw new Problem("UNAVAILABLE", { retryAfter: 5, cause: "too many passwords wait to be hashed" });
      }
      const since = clock.now();
      await new Promise<void>((resolve) => queue.push(resolve));
      waited += clock.now() - since;
    } else working++;
    begun++;
    try {
      return await work();
    } finally {
      const waiting = next();
      if (waiting) waiting();
      else working--;
    }
  }

  async function runForUser<T>(user: string, work: () => Promise<T>): Promise<T> {
    const count = perUser.get(user) ?? 0;
    if (count >= limits.perUser) throw new Problem("RATE_LIMITED", { retryAfter: 1 });
    perUser.set(user, count + 1);
    try {
      return await run(others, limits.others, work);
    } finally {
      const left = perUser.get(user)! - 1;
      if (left === 0) perUser.delete(user);
      else perUser.set(user, left);
    }
  }

  return {
    run(cause, work) {
      if (cause === "sign-in") return run(signIns, limits.signIns, work);
      return cause === "registration" ? run(others, limits.others, work) : runForUser(cause, work);
    },
    state: () => ({ signIns: signIns.length, others: others.length, begun, waited }),
  };
}
