import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backupsIn } from "../backup/schedule";
import type { Config } from "../config/config";
import { type Finding, failure, fine, warning } from "./finding";

const megabyte = 1024 * 1024;
const hour = 3_600_000;

/** Who else may read the files that hold secrets. */
export function checkFiles(files: readonly string[]): Finding[] {
  if (process.platform === "win32") return [];
  const open = files.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0);
  return open.length === 0
    ? [fine("files", "Files with secrets can be read by this user only.")]
    : open.map((file) =>
        warning(
          "files",
          `${file} can be read by other users of this machine.`,
          "It holds secrets, or the data itself.",
          `chmod 600 ${file}`,
        ),
      );
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
  const left = `${Math.round(free / megabyte)} MB are free in ${folder}`;
  const why = "When the disk is full, every change is refused.";
  const fix = `Make room: df -h ${folder}`;
  if (free < 200 * megabyte) return failure("disk", `${left}.`, why, fix);
  return free < total / 20 && free < 10_240 * megabyte
    ? warning("disk", `${left}, less than a twentieth.`, why, fix)
    : fine("disk", `${left}.`);
}

/** Whether backups are made, and lately. */
export function checkBackups({ backups }: Config, now: number): Finding {
  const why = "Without a backup, a lost disk or a mistake loses everything.";
  if (!backups) {
    return warning("backups", "BACKUP_DIR is not set: Bask makes no backups here.", why, "Set BACKUP_DIR=/backups");
  }
  const latest = existsSync(backups.folder) ? backupsIn(backups.folder).at(-1) : undefined;
  const fix = `bask backup create ${join(backups.folder, "now.ndjson.gz")}`;
  if (latest === undefined) return failure("backups", `There is no backup in ${backups.folder} yet.`, why, fix);
  const age = now - statSync(join(backups.folder, latest)).mtimeMs;
  const hours = Math.floor(age / hour);
  return age > 2 * backups.every
    ? failure("backups", `The latest backup is ${hours} hours old.`, why, `Look in the log for "backup". Then: ${fix}`)
    : fine("backups", `The latest backup, ${latest}, is ${hours} hours old.`);
}
