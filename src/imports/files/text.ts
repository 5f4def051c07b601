import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { countLines, ImportFileError } from "./import-file";

/**
 * The text of a file in UTF-8, piece by piece; one that is compressed by gzip is decompressed. It is never all in memory.
 * @throws ImportFileError for a file that cannot be read, or is in another encoding
 */
export async function* readText(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  const decode = (bytes: Uint8Array, stream: boolean) => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      const before = new TextDecoder().decode(bytes).split("\ufffd", 1)[0]!;
      throw wrongEncoding(path, line + countLines(before));
    }
  };
  try {
    for await (const bytes of await readBytes(path)) {
      const text = decode(bytes, true);
      yield text;
      line += countLines(text);
    }
    yield decode(new Uint8Array(), false);
  } catch (error) {
    throw readable(path, error);
  }
}

async function readBytes(path: string): Promise<AsyncIterable<Uint8Array>> {
  const start = await firstBytes(path);
  const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) {
    throw new ImportFileError(`${path} is in UTF-16. Convert it to UTF-8 first: iconv -f UTF-16 -t UTF-8 ${path}`);
  }
  if (begins(0x50, 0x4b, 3, 4)) {
    throw new ImportFileError(`${path} is a ZIP archive or a spreadsheet. Unpack it, or save it as CSV, first.`);
  }
  const file = createReadStream(path);
  if (!begins(0x1f, 0x8b)) return file;
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  for await (const bytes of createReadStream(path, { end: 3 })) return bytes as Uint8Array;
  return new Uint8Array();
}

const wrongEncoding = (path: string, line: number) =>
  new ImportFileError(
    `${path} is not in UTF-8: line ${line} is in another encoding, perhaps Latin-1. Convert it first: iconv -f WINDOWS-1252 -t UTF-8 ${path}`,
  );

function readable(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (error instanceof ImportFileError || typeof code !== "string") return error;
  if (code.startsWith("Z_") || code.startsWith("ERR_"))
    return new ImportFileError(`${path} cannot be decompressed: it is damaged.`);
  return new ImportFileError(`${path} cannot be read (${code}).`, code === "ENOENT");
}
