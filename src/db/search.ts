import { type Column, like, type SQL, sql } from "drizzle-orm";

/**
 * A text as searches compare it: without case, accents and compatibility forms, composed or not. Neither database folds like the
 * other, nor the same everywhere, so both store the folded copy and compare it byte by byte.
 * @param text short: normalizing takes quadratic time
 */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    // A capital sharp s becomes a small one, and that becomes two characters.
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replaceAll("ς", "σ");

type Folded<Row, Name extends keyof Row & string> = {
  [N in Name as `${N}Folded`]: Row[N] extends string ? string : Row[N];
};

/** A row, or a change of one, with the folded copy of each of these columns that it has. */
export function withFolded<Row extends object, Name extends keyof Row & string>(
  row: Row,
  ...names: Name[]
): Row & Folded<Row, Name> {
  const copies = names.flatMap((name) => {
    const value = row[name] as string | null | undefined;
    return value === undefined ? [] : [[`${name}Folded`, value === null ? null : fold(value)]];
  });
  return { ...row, ...Object.fromEntries(copies) };
}

/** Whether a column contains a text. Both are folded, or of a kind that needs no folding. No character of the text is a pattern. */
export const contains = (column: Column | SQL, text: string): SQL =>
  like(column as Column, sql`${`%${text.replace(/[\\%_]/g, "\\$&")}%`} escape '\\'`);
