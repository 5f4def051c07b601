/**
 * The files that an executable carries inside, by their path from the root of the project; undefined in a checkout, where they are beside the
 * source. `scripts/build.ts` puts another module in the place of this one.
 */
export const embedded: ReadonlyMap<string, string> | undefined = undefined;
