import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backupsIn } from "../backup/schedule";
import type { Config } from "../config/config";
import { codeOf } from "../config/files";
import { type Finding, finding } from "./findings";

const megabyte = 1024 * 1024;
const minute = 60_000;
const hour = 3_600_000;

/** Who else may read the files that hold secrets. */
export function checkFiles(files: readonly string[]): Finding[] {
  if (process.platform === "win32") return [];
  const open = files.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0);
  return open.length === 0 ? [finding("files_private")] : open.map((file) => finding("file_open", { file }));
}

/** The files that hold secrets or data. */
export const privateFiles = ({ database }: Config): string[] => [
  ".env",
  "data/secret.key",
  ...(database.dialect === "sqlite" ? [database.file] : []),
];

/** How much room is left where Bask writes. */
export async function checkDisk({ database, backups }: Config): Promise<Finding[]> {
  const folders = [database.dialect === "sqlite" ? dirname(database.file) : undefined, backups?.folder];
  const there = folders.filter((folder): folder is string => folder !== undefined && existsSync(folder));
  return Promise.all(
    there.map(async (folder) => {
      const { bavail, blocks, bsize } = await statfs(folder);
      return judgeDisk(folder, bavail * bsize, blocks * bsize);
    }),
  );
}

export function judgeDisk(folder: string, free: number, total: number): Finding {
  const megabytes = Math.round(free / megabyte);
  const values = { free: megabytes < 10_240 ? `${megabytes} MB` : `${Math.round(megabytes / 1024)} GB`, folder };
  if (free < 200 * megabyte) return finding("disk_full", values);
  return finding(free < total / 20 && free < 10_240 * megabyte ? "disk_low" : "disk_free", values);
}

/** Whether backups are made, and lately. */
export function checkBackups({ backups }: Config, now: number): Finding {
  if (!backups) return finding("backups_off");
  const { folder } = backups;
  let file: string | undefined;
  let age = 0;
  try {
    file = existsSync(folder) ? backupsIn(folder).at(-1) : undefined;
    if (file !== undefined) age = now - statSync(join(folder, file)).mtimeMs;
  } catch (error) {
    return finding("backups_unreadable", { folder, reason: codeOf(error) });
  }
  if (file === undefined) return finding("backups_none", { folder });
  return finding(age > 2 * backups.every ? "backups_old" : "backups_made", {
    folder,
    file,
    age: ageOf(age),
  });
}

/** In symbols that languages share. What is younger than a minute was made in the latest one. */
const ageOf = (milliseconds: number) =>
  milliseconds < hour ? `${Math.max(1, Math.ceil(milliseconds / minute))} min` : `${Math.floor(milliseconds / hour)} h`;
