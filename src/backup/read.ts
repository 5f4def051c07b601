import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { z } from "zod";
import type { TableShape } from "../db/declared-tables";
import type { Row } from "../db/snapshot";
import { CheckpointLine, End, Header, TableEnd, TableStart } from "./format.contract";

/** A backup that cannot be used. Its message is a sentence for the operator. */
export class BackupRefused extends Error {
  override name = "BackupRefused";
}

/** What a backup holds, in order. */
export type Part =
  | { kind: "header"; header: Header }
  | { kind: "rows"; table: TableShape; rows: Row[] }
  | { kind: "checkpoint"; checkpoint: z.infer<typeof CheckpointLine>["checkpoint"] }
  | { kind: "end"; end: End };

/** Characters that a line may have: a row with the largest texts that Bask takes has far fewer. */
const maxLine = 32 * 1024 * 1024;
/** Rows, and about as many characters, that are given at once. */
const maxRows = 500;
const maxCharacters = 512 * 1024;

/**
 * Reads a backup from beginning to end with little memory, and checks that it is whole: its digest and the number of rows. Whether it is
 * signed by this installation is for the caller to check.
 * @param onProgress hears how many bytes of the file were read
 * @throws BackupRefused
 */
export async function* readBackup(file: string, onProgress?: (bytes: number) => void): AsyncGenerator<Part> {
  const digest = createHash("sha256");
  const counts: Record<string, number> = {};
  let table: TableShape | undefined;
  let rows: Row[] = [];
  let characters = 0;
  let checkpoints = 0;
  let number = 0;
  let ended = false;

  for await (const line of linesOf(file, onProgress)) {
    number++;
    if (ended) throw broken(file, number, "something follows its end");
    if (number === 1) {
      const header = parse(Header, line);
      if (!header) throw new BackupRefused(`${file} is not a backup of Bask that this version can read.`);
      yield { kind: "header", header };
    } else if (line.startsWith("[")) {
      const row = table && rowOf(line, table);
      if (!row) throw broken(file, number, "a row has no place");
      rows.push(row);
      characters += line.length;
    } else if (table) {
      if (rows.length > 0) yield { kind: "rows", table, rows };
      counts[table.name] = (counts[table.name] ?? 0) + rows.length;
      if (parse(TableEnd, line)?.rows !== counts[table.name])
        throw broken(file, number, `rows of ${table.name} are missing`);
      [table, rows, characters] = [undefined, [], 0];
    } else if (line.startsWith('{"table"')) {
      const start = parse(TableStart, line);
      if (!start || start.table in counts) throw broken(file, number, "a table has no name");
      const { table: name, columns, numbered } = start;
      table = { name, columns, ...(numbered !== undefined && { numbered }) };
      counts[name] = 0;
    } else if (line.startsWith('{"checkpoint"')) {
      const found = parse(CheckpointLine, line);
      if (!found) throw broken(file, number, "a checkpoint cannot be read");
      checkpoints++;
      yield { kind: "checkpoint", checkpoint: found.checkpoint };
    } else {
      const end = parse(End, line);
      if (!end) throw broken(file, number, "a line cannot be read");
      if (end.digest !== digest.digest("base64url"))
        throw broken(file, number, "its digest is not that of its content");
      if (JSON.stringify(end.tables) !== JSON.stringify(counts) || end.checkpoints !== checkpoints)
        throw broken(file, number, "its tables are not those it was made with");
      ended = true;
      yield { kind: "end", end };
    }
    if (!ended) digest.update(line).update("\n");
    if (table && (rows.length >= maxRows || characters >= maxCharacters)) {
      yield { kind: "rows", table, rows };
      counts[table.name] = counts[table.name]! + rows.length;
      [rows, characters] = [[], 0];
    }
  }
  if (!ended) throw broken(file, number + 1, "its end is missing");
}

/** A file may be cut off, changed, or not compressed at all. */
async function* linesOf(file: string, onProgress: (bytes: number) => void = () => {}): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unzipped = createGunzip();
  source.on("error", (error) => unzipped.destroy(error));
  source.pipe(unzipped);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  try {
    for await (const chunk of unzipped) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = lines.pop()!;
      if (rest.length > maxLine) throw new BackupRefused(`${file} is not a backup: a line is too long.`);
      yield* lines;
      onProgress(source.bytesRead);
    }
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    const { code } = error as { code?: string };
    if (code === "ENOENT") throw new BackupRefused(`${file} does not exist.`);
    if (code !== undefined && /^E[A-Z]+$/.test(code)) throw new BackupRefused(`${file} cannot be read (${code}).`);
    throw new BackupRefused(`${file} is not whole, or not a backup: ${(error as Error).message}.`, { cause: error });
  } finally {
    source.destroy();
    unzipped.destroy();
  }
  if (rest !== "") throw new BackupRefused(`${file} is not whole: its last line is cut off.`);
}

function parse<Shape extends z.ZodType>(shape: Shape, line: string): z.infer<Shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Undefined for what is not a value for each column of the table. */
function rowOf(line: string, { columns }: TableShape): Row | undefined {
  try {
    const row = JSON.parse(line) as Row;
    const fits = row.length === columns.length && row.every((value) => value === null || typeof value !== "object");
    return fits ? row : undefined;
  } catch {
    return undefined;
  }
}

const broken = (file: string, line: number, what: string) =>
  new BackupRefused(`${file} is not whole: ${what} (line ${line}).`);
