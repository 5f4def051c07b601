import { statSync } from "node:fs";
import { createBackup } from "../../backup/create";
import { BackupRefused } from "../../backup/read";
import { type Restored, restoreBackup } from "../../backup/restore";
import { type Summary, verifyBackup } from "../../backup/verify";
import { openClock } from "../../clock";
import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { type Call, CliError, exitCodes } from "../command";
import { readCheckpoints } from "./audit.run";

export async function create({ app, args: [file], out }: Call) {
  const opened = await app();
  const progress = await out.progress("Writing rows");
  const written = await refusing(() => createBackup(opened, file!, progress.to)).finally(progress.end);
  out.data(written, linesOf(written));
  out.note("Keep it where Bask cannot write, and keep SECRET_KEY elsewhere: without it the backup cannot be restored.");
}

export async function verify({ args: [file], out }: Call) {
  const progress = await out.progress("Verifying", sizeOf(file!));
  const { secretKeys } = parseConfig(environment);
  const found = await refusing(() => verifyBackup(file!, secretKeys, progress.to)).finally(progress.end);
  out.data(found, linesOf(found));
  if (found.isSigned === null) out.note("Its signature was not checked, because no secret is configured here.");
}

export async function restore({ args: [file], options, out }: Call) {
  const size = sizeOf(file!);
  const checkpoints = options.checkpoint === undefined ? [] : await readCheckpoints(String(options.checkpoint));
  const config = parseConfig(environment);
  const progress = await out.progress("Restoring", 2 * size);
  let before = 0;
  let read = 0;
  const onProgress = (bytes: number) => {
    if (bytes < read) before = size;
    read = bytes;
    progress.to(before + bytes);
  };
  const replace = options.yes === true;
  if (replace && config.database.dialect === "postgres")
    out.note("Servers that use this database answer 503 until the restore is done.");
  const restored = await refusing(() =>
    restoreBackup(config, openClock(), { file: file!, replace, checkpoints, onProgress }),
  ).finally(progress.end);
  out.data(restored, [...linesOf(restored.backup), ...lossOf(restored)]);
}

/** @throws CliError for a backup that cannot be used */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupRefused) throw new CliError(error.message);
    throw error;
  }
}

/** @throws CliError */
function sizeOf(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new CliError(`${file} does not exist.`, exitCodes.notFound);
  return size;
}

const linesOf = ({ file, bytes, createdAt, version, schema, tables, rows, checkpoints }: Summary): string[] => [
  `file: ${file} (${bytes} bytes)`,
  `state of: ${createdAt}`,
  `made by: Bask ${version}, schema ${schema}`,
  `holds: ${rows} rows in ${Object.keys(tables).length} tables: ${tables.users} users, ${tables.organizations} organizations, ${tables.api_keys} API keys`,
  `audit log: ${tables.audit_events} events in ${checkpoints} chains`,
];

function lossOf({ backup, isReplaced, lost, lostSinceCheckpoint }: Restored): string[] {
  const lines = ["All sessions, trusted devices, open invitations and emailed links have ended."];
  if (lost) {
    const total = lost.reduce((sum, { events }) => sum + events, 0);
    lines.push(`Lost since then: ${total} events.`, ...lost.map(({ action, events }) => `  ${action}: ${events}`));
    lines.push(
      "API keys that were revoked since then stay revoked. Webhooks that were removed or disabled since stay so.",
    );
  } else if (!isReplaced) {
    lines.push(
      `The database was empty: API keys that were revoked after ${backup.createdAt} work again, and webhooks that were removed. Revoke and remove them.`,
    );
  }
  if (lostSinceCheckpoint > 0) lines.push(`The checkpoint knows ${lostSinceCheckpoint} events that are not there now.`);
  lines.push("Export a new checkpoint: bask audit checkpoint > FILE");
  return lines;
}
