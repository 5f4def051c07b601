/**
 * A value that is made when it is first asked for, and kept. For what costs a start and may never be needed, such as a library:
 * `lazy(() => require("otplib") as typeof import("otplib"))`. Where waiting is no trouble, an `import()` does the same.
 */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A record whose values are made when they are first read. Its names can be listed without making any. */
export function lazyRecord<Value extends object>(entries: Iterable<readonly [name: string, make: () => Value]>) {
  const record: Record<string, Value> = {};
  for (const [name, make] of entries) Object.defineProperty(record, name, { enumerable: true, get: lazy(make) });
  return record as Readonly<Record<string, Value>>;
}
