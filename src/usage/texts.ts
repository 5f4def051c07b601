/** A set of texts that holds none or one almost always, and is a Set only where it holds more: there is one for each key. */
export type Texts = string | Set<string> | undefined;

export const textsIn = (texts: Texts): Iterable<string> =>
  texts === undefined ? [] : typeof texts === "string" ? [texts] : texts;

export const hasText = (texts: Texts, text: string): boolean =>
  texts !== undefined && (typeof texts === "string" ? texts === text : texts.has(text));

export const sizeOf = (texts: Texts): number => (texts === undefined ? 0 : typeof texts === "string" ? 1 : texts.size);

/** The texts with one more, in the same Set where there is one. */
export function withText(texts: Texts, text: string): Texts {
  if (texts === undefined) return text;
  if (typeof texts !== "string") return texts.add(text);
  return texts === text ? texts : new Set([texts, text]);
}
