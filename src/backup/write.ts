import { createHash, randomBytes } from "node:crypto";
import { closeSync, createWriteStream, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { codeOf } from "../config/files";
import { BackupRefused } from "./read";

/** Characters that are handed to the compressor at once. */
const chunkSize = 64 * 1024;

/**
 * Writes lines to a compressed file that only its user can read, and gives it its name when it is complete and on the disk: under that name
 * there is never half a backup.
 * @param check is called with the file before it has its name
 * @throws BackupRefused when it cannot be written
 */
export async function writeLines(file: string, lines: AsyncIterable<string>, check: (draft: string) => Promise<void>) {
  const draft = `${file}.${randomBytes(6).toString("hex")}.partial`;
  try {
    await pipeline(chunksOf(lines), createGzip(), createWriteStream(draft, { flags: "wx", mode: 0o600 }));
    sync(draft);
    await check(draft);
    renameSync(draft, file);
    sync(dirname(file));
  } catch (error) {
    if (/^E[A-Z]+$/.test(codeOf(error)))
      throw new BackupRefused(`${file} cannot be written (${codeOf(error)}).`, { cause: error });
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

function sync(path: string) {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Adds up what a backup says of itself at its end. */
export function openDigest() {
  const digest = createHash("sha256");
  return {
    add(line: string) {
      digest.update(line).update("\n");
      return line;
    },
    end: () => digest.digest("base64url"),
  };
}
