import { type FileRecord, isFields, maxRecord } from "./import-file";

/** The lines of a file that has one JSON object on each. A line that is not one does not keep the others from being read. */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 0;
  for await (const content of linesOf(text)) {
    line++;
    if (content.trim() !== "") yield { line, ...parse(content) };
  }
}

function parse(content: string): Pick<FileRecord, "fields" | "flaw"> {
  if (content.length > maxRecord) return { fields: undefined, flaw: "is longer than a million characters" };
  try {
    const value: unknown = JSON.parse(content);
    return isFields(value) ? { fields: value } : { fields: undefined, flaw: "is not a JSON object" };
  } catch {
    return { fields: undefined, flaw: "is not JSON" };
  }
}

/** Lines; of one that is too long only as much is kept as shows that it is. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text) {
    const lines = piece.split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop()!.slice(0, maxRecord + 1);
    yield* lines;
  }
  yield rest;
}
