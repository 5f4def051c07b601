/**
 * Tables of your product, declared in the words of `db/columns.ts` like those in `db/tables.ts`. After a change, `bun run migration NAME --extension`
 * writes the next migration into `drizzle/extensions/`; it is applied after Bask's own.
 */
export {};
