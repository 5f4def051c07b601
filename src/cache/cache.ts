import type { Clock } from "../clock";
import { lruMap } from "./lru";

/** How often a value was cached, and how often it had to be loaded. */
export interface Lookups {
  readonly hits: number;
  readonly misses: number;
}

/** What every request needs from the database, kept in memory until it changes. */
export interface Cache<Value> {
  /** Grows with each eviction: what a cached value said holds at least as long as this stays the same. */
  readonly version: number;
  readonly lookups: Lookups;
  /** A cached value, without loading one. */
  peek(key: string): Value | undefined;
  /** A cached value at once, any other after loading it. Undefined for what does not exist. */
  get(key: string): Value | undefined | Promise<Value | undefined>;
  /** Evicts every value that passes the test, and all misses. What is being loaded meanwhile is not cached. */
  evictWhere(test: (value: Value, key: string) => boolean): void;
  /** Evicts one key. What is being loaded meanwhile is not cached. */
  evict(key: string): void;
}

/** Milliseconds for which a miss is cached. */
const missTtl = 5_000;

/** Entries that one process keeps in each cache; half of them, used last, for sure. An eviction by a test looks at all of them. */
const maxValues = 300_000;
const maxMisses = 1_000;

/** @param load reads a value from the database, at once where that is in this process; undefined when it does not exist */
export function openCache<Value extends object>(
  clock: Clock,
  load: (key: string) => Value | undefined | Promise<Value | undefined>,
): Cache<Value> {
  const values = lruMap<Value>(maxValues);
  /** When a key was last found not to exist. */
  const misses = lruMap<number>(maxMisses);
  let evictions = 0;
  const lookups = { hits: 0, misses: 0 };

  function peek(key: string) {
    const value = values.get(key);
    if (value !== undefined) lookups.hits++;
    return value;
  }

  function find(key: string) {
    lookups.misses++;
    const missed = misses.get(key);
    return missed !== undefined && clock.now() - missed < missTtl ? undefined : read(key);
  }

  function read(key: string): Value | undefined | Promise<Value | undefined> {
    const before = evictions;
    return andThen(load(key), (value) => {
      if (before !== evictions) return value;
      if (value) values.set(key, value);
      else misses.set(key, clock.now());
      return value;
    });
  }

  return {
    get version() {
      return evictions;
    },
    lookups,
    peek,
    get: (key) => peek(key) ?? find(key),
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

/** Continues at once with a value that is there, else when its promise resolves: most requests wait for nothing. */
export function andThen<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}
