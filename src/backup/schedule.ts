import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../app";
import type { Job } from "../extensions/extend";
import { rescheduleJob } from "../extensions/jobs.sql";
import { createBackup } from "./create";

/** The job that makes backups; of all processes that have a BACKUP_DIR one makes each. */
export const backupJob = "bask backup";

/** Milliseconds after a backup that failed to the next try. */
const retryAfter = 3_600_000;

const pattern = /^bask-\d{8}T\d{6}Z\.ndjson\.gz$/;

/** The backups that Bask made by itself in a folder, the latest last. */
export const backupsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort();

export function backupJobs({ config: { backups } }: App): readonly Job[] {
  return backups ? [{ name: backupJob, every: backups.every, run: (app) => makeBackup(app, backups) }] : [];
}

/** Makes a backup and deletes the oldest ones; one that fails is tried again an hour later. */
async function makeBackup(app: App, { folder, every, keep }: NonNullable<App["config"]["backups"]>) {
  const name = `bask-${app.clock
    .date()
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")}.ndjson.gz`;
  try {
    mkdirSync(folder, { recursive: true });
    const { bytes, rows } = await createBackup(app, join(folder, name));
    app.log.info({ file: join(folder, name), bytes, rows }, "a backup was made and verified");
  } catch (error) {
    const dueAt = new Date(app.clock.now() + Math.min(retryAfter, every));
    await app.db.write((tx) => rescheduleJob(tx, backupJob, every, dueAt));
    throw error;
  }
  for (const old of backupsIn(folder).slice(0, -keep)) rmSync(join(folder, old), { force: true });
  for (const left of readdirSync(folder).filter((file) => /^bask-.*\.partial$/.test(file)))
    rmSync(join(folder, left), { force: true });
}
