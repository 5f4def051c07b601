import { LRUCache } from "lru-cache";

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

/**
 * @param load looks in the database
 * @param max entries; the least recently used one goes first
 */
export function remember<Value extends object>(
  load: (key: string) => Promise<Value | undefined>,
  max: number,
): Remembered<Value> {
  const values = new LRUCache<string, Value>({ max });
  const misses = new LRUCache<string, true>({ max: 1_000, ttl: missLife });
  let forgotten = 0;

  async function look(key: string): Promise<Value | undefined> {
    const before = forgotten;
    const value = await load(key);
    if (before !== forgotten) return value;
    if (value) values.set(key, value);
    else misses.set(key, true);
    return value;
  }

  return {
    get: (key) => values.get(key) ?? (misses.has(key) ? undefined : look(key)),
    forget(test) {
      forgotten++;
      for (const [key, value] of values.entries()) if (test(value, key)) values.delete(key);
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
