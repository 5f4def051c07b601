import { readCsv } from "./csv";
import { type FileRecord, ImportFileError, isFields, maxRecord } from "./import-file";
import { readJson } from "./json";
import { readNdjson } from "./ndjson";
import { readText } from "./text";

/** The names under which a JSON document that is an object may have its list of records. */
const lists = ["users", "user", "accounts", "account", "data"];

/**
 * The records of a file: JSON, NDJSON or CSV, also compressed by gzip. They are read as a stream.
 * @param columns those of CSV that may come without a header; with one, it names the first of them
 * @throws ImportFileError for a file that cannot be read to its end
 */
export async function* readRecords(path: string, columns?: readonly string[]): AsyncGenerator<FileRecord> {
  const { head, text } = await peek(readText(path));
  yield* open(path, head, text, columns);
}

function open(path: string, head: string, text: AsyncIterable<string>, columns?: readonly string[]) {
  const start = head.trimStart();
  if (start === "") throw new ImportFileError(`${path} is empty.`);
  if (start.startsWith("<")) throw new ImportFileError(`${path} is HTML or XML, not JSON, NDJSON or CSV.`);
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(path)) return readNdjson(text);
  if (start.startsWith("[")) return readJson(path, text, []);
  const firstLine = start.split("\n", 1)[0]!;
  if (start.startsWith("{")) return isRecord(firstLine) ? readNdjson(text) : readJson(path, text, lists);
  return readCsv(path, text, {
    delimiter: delimiterOf(firstLine),
    columns: columns && !firstLine.includes(columns[0]!) ? columns : undefined,
  });
}

/** Whether a line is a record of NDJSON, and neither the beginning of a document nor all of one. */
function isRecord(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) && !lists.some((name) => Array.isArray(value[name]));
  } catch {
    return false;
  }
}

/** The delimiter that is most often in the header: spreadsheets in countries with a decimal comma write semicolons. */
function delimiterOf(header: string): string {
  const count = (delimiter: string) => header.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** The beginning of a text, with all of its first line unless that is too long for a record, and the whole text. */
async function peek(text: AsyncGenerator<string>): Promise<{ head: string; text: AsyncIterable<string> }> {
  let head = "";
  while (!head.trimStart().includes("\n") && head.length <= maxRecord) {
    const { value, done } = await text.next();
    if (done) break;
    head += value;
  }
  return {
    head,
    text: (async function* () {
      yield head;
      yield* text;
    })(),
  };
}
