import type { Clock } from "../clock";
import { lruMap } from "./lru";

/** Answers of the database that every request needs, kept in memory until they change. */
export interface Cache<Value> {
  /** At once when it is remembered, else after a look. Undefined for what does not exist. */
  get(key: string): Value | undefined | Promise<Value | undefined>;
  /** Forgets everything the test says yes to, and what did not exist; a look that is under way is not remembered. */
  evictWhere(test: (value: Value, key: string) => boolean): void;
  evict(key: string): void;
}

/** How long it is remembered that something does not exist, in milliseconds. */
const missTtl = 5_000;

/** As many credentials as one process remembers of a kind. */
const maxValues = 100_000;
const maxMisses = 1_000;

/** @param load looks in the database */
export function openCache<Value extends object>(
  clock: Clock,
  load: (key: string) => Promise<Value | undefined>,
): Cache<Value> {
  const values = lruMap<Value>(maxValues);
  /** When it was seen that something does not exist. */
  const misses = lruMap<number>(maxMisses);
  let evictions = 0;

  function find(key: string) {
    const missed = misses.get(key);
    return missed !== undefined && clock.now() - missed < missTtl ? undefined : look(key);
  }

  async function look(key: string): Promise<Value | undefined> {
    const before = evictions;
    const value = await load(key);
    if (before !== evictions) return value;
    if (value) values.set(key, value);
    else misses.set(key, clock.now());
    return value;
  }

  return {
    get: (key) => values.get(key) ?? find(key),
    evictWhere(test) {
      evictions++;
      values.deleteWhere(test);
      misses.clear();
    },
    evict(key) {
      evictions++;
      values.delete(key);
      misses.delete(key);
    },
  };
}

/** Goes on at once with what is known, and later with what must be looked up: most requests wait for nothing. */
export function andThen<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}
