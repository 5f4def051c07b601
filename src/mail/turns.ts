/** Milliseconds between two entries of one cause in the order of a queue. */
const spacing = 1_000;

/**
 * The place of a new entry in a queue that serves the lowest place first, in milliseconds since 1970. Entries of one cause stand a second
 * apart, so that a cause with a thousand entries lets others in after each second of its own, and none waits forever.
 * @param last the latest place among the entries of the same cause that wait
 */
export const nextTurn = (now: Date, last: number | null): number => Math.max(now.getTime(), (last ?? 0) + spacing);
