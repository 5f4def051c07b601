import type { Clock } from "../clock";
import { DatabaseUnavailable } from "./database";

/** Units of work that change the same thing take turns in this process. */
export interface Turns {
  /** @throws DatabaseUnavailable, whatever the work throws */
  take<T>(thing: string, work: () => Promise<T>): Promise<T>;
}

/** Milliseconds after which a unit that is still waiting is refused. */
const maxWait = 10_000;

interface Waiting {
  since: number;
  start(): void;
  refuse(error: DatabaseUnavailable): void;
}

/**
 * Keeps units that would wait for each other's lock from waiting in the database: there each of them holds a connection, so that fifty changes of one
 * organization leave none for the others, and a lock that is waited for looks like a server that does not answer. What waits behind a unit that the
 * database did not serve is refused with it, instead of finding out one after the other.
 */
export function openTurns(clock: Clock): Turns {
  /** What waits for its turn, by thing; empty where a unit is at work that none waits for. */
  const queues = new Map<string, Waiting[]>();

  function passOn(thing: string, queue: Waiting[], failure?: unknown) {
    if (failure instanceof DatabaseUnavailable) for (const waiting of queue.splice(0)) waiting.refuse(failure);
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (clock.now() - next.since <= maxWait) return next.start();
      next.refuse(new DatabaseUnavailable(`too many changes of ${thing} wait for each other`));
    }
    queues.delete(thing);
  }

  return {
    async take(thing, work) {
      const queue = queues.get(thing) ?? [];
      if (queues.has(thing))
        await new Promise<void>((start, refuse) => queue.push({ since: clock.now(), start, refuse }));
      else queues.set(thing, queue);
      let failure: unknown;
      try {
        return await work();
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        passOn(thing, queue, failure);
      }
    },
  };
}
