/** Texts that were issued here lately. */
export interface Issued {
  add(text: string): void;
  /** False also for one that was issued too many others ago. */
  has(text: string): boolean;
}

/** Words of a hash that are kept: 128 bits. */
const kept = 4;

/**
 * Remembers of each text a part of its SHA-256 in a table that never grows: no text is kept, and nothing is left for the garbage collector. A text takes
 * the place of another one now and then.
 * @param places a power of two
 */
export function openIssued(places = 16_384): Issued {
  const table = new Uint32Array(places * kept);
  const hash = new Uint32Array(8);
  const bytes = new Uint8Array(hash.buffer);

  function placeOf(text: string): number {
    Bun.SHA256.hash(text, bytes);
    return (hash[kept]! % places) * kept;
  }

  return {
    add(text) {
      const place = placeOf(text);
      for (let i = 0; i < kept; i++) table[place + i] = hash[i]!;
    },
    has(text) {
      const place = placeOf(text);
      for (let i = 0; i < kept; i++) if (table[place + i] !== hash[i]) return false;
      return true;
    },
  };
}
