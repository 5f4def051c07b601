/** A map of bounded size that drops what was not used for longest. */
export interface LruMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  deleteWhere(test: (value: Value, key: string) => boolean): void;
  clear(): void;
}

/**
 * Keeps two generations, so that reading an entry of the young one is a single look-up that moves nothing, and memory grows only as it is filled.
 * @param maxEntries the `maxEntries / 2` that were used last are always kept
 */
export function lruMap<Value>(maxEntries: number): LruMap<Value> {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();

  function set(key: string, value: Value) {
    if (young.size >= maxEntries / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    old.delete(key);
  }

  return {
    set,
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    deleteWhere(test) {
      for (const generation of [young, old])
        for (const [key, value] of generation) if (test(value, key)) generation.delete(key);
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}
