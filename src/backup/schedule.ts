import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../app";
import type { Job } from "../extensions/extend";
import { rescheduleJob } from "../extensions/jobs.sql";
import { claimTurn, inTurn } from "./turn";

/** The job that makes backups; of all processes that have a BACKUP_DIR one makes each. */
export const backupJob = "bask backup";

/** Milliseconds after a backup that failed to the next try. */
const retryAfter = 3_600_000;

const pattern = /^bask-\d{8}T\d{6}Z\.ndjson\.gz$/;
/** What a process left that was killed in its turn. Only Bask names files so. */
const draftPattern = /^bask-\d{8}T\d{6}Z\.ndjson\.gz\.[\da-f]+\.partial$/;

/** The backups that Bask made by itself in a folder, the latest last. */
export const backupsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort();

export function backupJobs({ config: { backups } }: App): readonly Job[] {
  return backups ? [{ name: backupJob, every: backups.every, run: (app) => makeScheduled(app, backups) }] : [];
}

type Backups = NonNullable<App["config"]["backups"]>;

/** Makes the backup that is due. One that fails, or would be made beside another, is tried again an hour later. */
async function makeScheduled(app: App, backups: Backups) {
  const { every } = backups;
  const retry = () =>
    app.db.write((tx) => rescheduleJob(tx, backupJob, every, new Date(tx.now.getTime() + Math.min(retryAfter, every))));
  const claimedAt = await app.db.write(claimTurn);
  if (!claimedAt) return retry();
  try {
    await makeBackup(app, backups, claimedAt);
  } catch (error) {
    await retry();
    throw error;
  }
}

/**
 * Makes a backup in the turn that was claimed for it, and deletes the oldest ones.
 * @throws BackupRefused, DatabaseRefused, DatabaseUnavailable, and what the file system throws
 */
export const makeBackup = (app: App, { folder, keep }: Backups, claimedAt: Date) =>
  inTurn(app, claimedAt, async () => {
    const name = `bask-${app.clock
      .date()
      .toISOString()
      .replace(/[-:]|\.\d+/g, "")}.ndjson.gz`;
    mkdirSync(folder, { recursive: true });
    const { createBackup } = await import("./create");
    const { bytes, rows } = await createBackup(app, join(folder, name));
    app.log.info({ file: join(folder, name), bytes, rows }, "a backup was made and verified");
    for (const old of backupsIn(folder).slice(0, -keep)) rmSync(join(folder, old), { force: true });
    for (const left of readdirSync(folder).filter((file) => draftPattern.test(file)))
      rmSync(join(folder, left), { force: true });
    return name;
  });
