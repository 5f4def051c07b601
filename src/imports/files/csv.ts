import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { countLines, type FileRecord, ImportFileError, maxRecord } from "./import-file";

export interface CsvOptions {
  delimiter: string;
  /** The names of the columns, for files that have no header. */
  columns?: readonly string[] | undefined;
}

interface CsvRow {
  record: string[];
  /** The text of the row, together with line ends that belong to no row. */
  raw: string;
}

/**
 * The rows of CSV (RFC 4180), their columns by name; empty cells are left out. A row may span lines.
 * @throws ImportFileError where quotes do not match: from there on cells may belong to other records
 */
export async function* readCsv(
  path: string,
  text: AsyncIterable<string>,
  options: CsvOptions,
): AsyncGenerator<FileRecord> {
  const parser = parse({
    delimiter: options.delimiter,
    record_delimiter: ["\r\n", "\n"],
    raw: true,
    info: true,
    relax_column_count: true,
    relax_quotes: options.columns !== undefined, // Firebase's export, which has no header, does not escape them
    skip_empty_lines: true,
    max_record_size: maxRecord,
  });
  pipeline(Readable.from(text), parser).catch(() => {}); // the parser throws it
  let columns = options.columns;
  let lines = 0;
  try {
    for await (const { record, raw } of parser as AsyncIterable<CsvRow>) {
      const line = lines + 1 + countLines(/^[\r\n]*/.exec(raw)![0]);
      lines += countLines(raw);
      if (columns) yield toRecord(line, columns, record);
      else columns = record.map((name) => name.trim());
    }
  } catch (error) {
    if (error instanceof CsvError) {
      const reason =
        error.code === "CSV_MAX_RECORD_SIZE" ? "is longer than a million characters" : "has a quote in a wrong place";
      throw new ImportFileError(
        `${path} cannot be read as CSV: the record that begins on line ${lines + 1} ${reason}.`,
      );
    }
    throw error;
  }
}

function toRecord(line: number, columns: readonly string[], cells: readonly string[]): FileRecord {
  const extra = cells.slice(columns.length).some((cell) => cell !== "");
  if (cells.length < columns.length || extra) {
    return { line, fields: undefined, flaw: `has ${cells.length} cells where the header has ${columns.length}` };
  }
  return {
    line,
    fields: Object.fromEntries(columns.flatMap((name, i) => (cells[i] === "" ? [] : [[name, cells[i]]]))),
  };
}
