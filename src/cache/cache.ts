import type { Clock } from "../clock";
import { recent } from "./lru";

/** Answers of the database that every request needs, kept in memory until they change. */
export interface Remembered<Value> {
  /** At once when it is remembered, else after a look. Undefined for what does not exist. */
  get(key: string): Value | undefined | Promise<Value | undefined>;
  /** Forgets everything the test says yes to, and what did not exist; a look that is under way is not remembered. */
  forget(test: (value: Value, key: string) => boolean): void;
  forgetKey(key: string): void;
}

/** How long it is remembered that something does not exist, in milliseconds. */
const missLife = 5_000;

/** As many credentials as one process remembers of a kind. */
const mostValues = 100_000;
const mostMisses = 1_000;

/** @param load looks in the database */
export function remember<Value extends object>(
  clock: Clock,
  load: (key: string) => Promise<Value | undefined>,
): Remembered<Value> {
  const values = recent<Value>(mostValues);
  /** When it was seen that something does not exist. */
  const misses = recent<number>(mostMisses);
  let forgotten = 0;

  function find(key: string) {
    const missed = misses.get(key);
    return missed !== undefined && clock.now() - missed < missLife ? undefined : look(key);
  }

  async function look(key: string): Promise<Value | undefined> {
    const before = forgotten;
    const value = await load(key);
    if (before !== forgotten) return value;
    if (value) values.set(key, value);
    else misses.set(key, clock.now());
    return value;
  }

  return {
    get: (key) => values.get(key) ?? find(key),
    forget(test) {
      forgotten++;
      values.deleteWhere(test);
      misses.clear();
    },
    forgetKey(key) {
      forgotten++;
      values.delete(key);
      misses.delete(key);
    },
  };
}

/** Goes on at once with what is known, and later with what must be looked up: most requests wait for nothing. */
export function then<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}
