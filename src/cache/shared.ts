import { type LruMap, lruMap } from "./lru";

/** The value that is kept under a name, so that what is equal is in memory once; this one where there is none yet. */
export function shared<Value>(values: LruMap<Value>, name: string, value: Value): Value {
  const known = values.get(name);
  if (known !== undefined) return known;
  values.set(name, value);
  return value;
}

const texts = lruMap<string>(10_000);

/** A text that many others equal, such as a user agent: every row and every request has a copy of its own. */
export const sharedText = <Text extends string>(text: Text) => shared(texts, text, text) as Text;
