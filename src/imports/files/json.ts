import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { type FileRecord, ImportFileError, isFields, maxRecord } from "./import-file";

/**
 * The elements of a list in a JSON document, read as a stream: nothing but one element is in memory.
 * @param lists the names of the lists in the document's object; none when the document itself is the list
 * @throws ImportFileError when the document is not JSON, is not complete, or has no such list
 */
export async function* readJson(
  path: string,
  text: AsyncIterable<string>,
  lists: readonly string[],
): AsyncGenerator<FileRecord> {
  const found: FileRecord[] = [];
  const position = trackLines();
  const depthOfElements = lists.length > 0 ? 2 : 1;
  let depth = 0;
  let element = { line: 1, start: 0 };
  let hasList = lists.length === 0;
  const tokenizer = new Tokenizer();
  const parser = new TokenParser({
    paths: lists.length > 0 ? lists.map((name) => `$.${name}.*`) : ["$.*"],
    keepStack: false,
  });
  tokenizer.onToken = (token) => {
    const line = position.lineOf(token.offset);
    if (token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET) {
      if (depth++ === depthOfElements) element = { line, start: token.offset };
    } else if (token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET) depth--;
    parser.write(token);
  };
  parser.onValue = ({ value }) => {
    hasList = true;
    if (isFields(value)) found.push({ line: element.line, fields: value });
    else found.push({ line: position.line(), fields: undefined, flaw: "is not a JSON object" });
  };
  const parse = (work: () => void) => {
    try {
      work();
    } catch {
      throw new ImportFileError(`${path} is not JSON, or not all of it is there: see line ${position.line()}.`);
    }
  };
  for await (const piece of text) {
    const bytes = Buffer.from(piece);
    position.next(bytes);
    parse(() => tokenizer.write(bytes));
    yield* found.splice(0);
    if (depth > depthOfElements && position.end() - element.start > maxRecord) {
      throw new ImportFileError(`${path} has a record on line ${element.line} that is longer than a million bytes.`);
    }
  }
  parse(() => {
    if (!tokenizer.isEnded) tokenizer.end();
    if (!parser.isEnded) parser.end();
  });
  if (!hasList) throw new ImportFileError(`${path} has no list of users under ${lists.join(" or ")}.`);
}

/** Tells on which line a byte is. Bytes are asked for in the order in which they come. */
function trackLines() {
  let bytes: Uint8Array = new Uint8Array();
  let start = 0;
  let counted = 0;
  let line = 1;
  const countTo = (offset: number) => {
    for (; counted < offset; counted++) if (bytes[counted - start] === 10) line++;
    return line;
  };
  return {
    next(piece: Uint8Array) {
      countTo(start + bytes.length);
      start += bytes.length;
      bytes = piece;
    },
    lineOf: countTo,
    /** Of the byte that was asked for last. */
    line: () => line,
    end: () => start + bytes.length,
  };
}
