/**
 * The same text in memory of its own. One that was cut out of a longer one refers to all of that: an IP of 11 characters that is kept would keep the 16 kB
 * of the header it stood in.
 */
export const detached = (text: string): string => Buffer.from(text).toString();
