import { statSync } from "node:fs";
import { join } from "node:path";
import type { OperatorActor } from "../access/actor";
import type { App } from "../app";
import { backupsIn, makeBackup } from "../backup/schedule";
import { claimTurn, isBackupUnderWay } from "../backup/turn";
import { countAttempt, nextAttemptAt } from "../limits/attempts.sql";
import { requireStillOperator } from "../operators/require-operator";
import { Problem } from "../problems";
import { noteAct } from "./note-act";

/** Backups that operators can make within an hour, beside those of the schedule. */
const maxAnHour = 6;
const hour = 3_600_000;
/** Milliseconds that a request waits for its backup. Those of a large installation take longer, and longer than connections live. */
const waitsAtMost = 5_000;

/** The backups that Bask made by itself and for operators; null where there is no folder for them. */
export async function listBackups({ config: { backups }, db, clock }: App) {
  if (!backups) return null;
  const { folder, every, keep } = backups;
  const names = namesIn(folder);
  const isUnderWay = await isBackupUnderWay(db.reader, clock.now());
  return { folder, everySeconds: every / 1000, keep, isUnderWay, files: names.flatMap((name) => fileOf(folder, name)) };
}

/** The latest first; none of a folder that cannot be read, of which the checks beside them say so. */
function namesIn(folder: string): string[] {
  try {
    return backupsIn(folder).toReversed();
  } catch {
    return [];
  }
}

/** Another process may have deleted it meanwhile. */
function fileOf(folder: string, name: string) {
  const file = statSync(join(folder, name), { throwIfNoEntry: false });
  return file ? [{ name, bytes: file.size, createdAt: file.mtime }] : [];
}

/**
 * Makes a backup now, as the schedule does. Of concurrent requests, in any process, one makes it.
 * @param wait milliseconds for which it is waited for
 * @returns the file; null for a backup that is still being made
 * @throws Problem CONFLICT, RATE_LIMITED, UNAVAILABLE, and as `requireStillOperator`
 */
export async function backUpNow(app: App, operator: OperatorActor, wait = waitsAtMost) {
  const { backups } = app.config;
  if (!backups) throw new Problem("CONFLICT", { reason: "backups_off" });
  const verdict = await app.db.write(async (tx) => {
    await requireStillOperator(tx, operator);
    const nextAt = await nextAttemptAt(tx, "backups", maxAnHour, hour);
    if (nextAt)
      return new Problem("RATE_LIMITED", { retryAfter: Math.ceil((nextAt.getTime() - tx.now.getTime()) / 1000) });
    const claimedAt = await claimTurn(tx);
    if (!claimedAt) return new Problem("CONFLICT", { reason: "backup_under_way" });
    await countAttempt(tx, "backups", maxAnHour, hour);
    await noteAct(tx, operator, "backup.started");
    return claimedAt;
  });
  if (verdict instanceof Problem) throw verdict;
  const made = makeBackup(app, backups, verdict);
  const name = await Promise.race([made, Bun.sleep(wait)]).catch((cause: unknown) => {
    throw new Problem("UNAVAILABLE", { reason: "backup_failed", cause });
  });
  if (name) return { file: fileOf(backups.folder, name)[0] ?? null };
  made.catch((error: unknown) => app.log.error({ err: app.db.explain(error) }, "a backup failed"));
  return { file: null };
}
