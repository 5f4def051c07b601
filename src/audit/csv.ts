/** The names of the columns as the first line of CSV (RFC 4180). */
export const csvHeader = (columns: readonly string[]): string => line(columns.map(quoted));

/**
 * Rows as lines of CSV (RFC 4180).
 * @param authored the columns whose text others can choose. A spreadsheet takes what begins like a formula for one, so there an
 * apostrophe is put before it; all other columns are exact, so that hashes can be checked from the file.
 */
export function csvLines<Row extends object>(
  columns: readonly (keyof Row & string)[],
  authored: ReadonlySet<keyof Row & string>,
  rows: readonly Row[],
): string {
  return rows
    .map((row) =>
      line(
        columns.map((column) => {
          const text = textOf(row[column]);
          return quoted(authored.has(column) && formula.test(text) ? `'${text}` : text);
        }),
      ),
    )
    .join("");
}

/** What spreadsheets begin a formula with, full-width signs included. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = (cells: readonly string[]) => `${cells.join(",")}\r\n`;
