import { statSync } from "node:fs";
import { createBackup } from "../../backup/create";
import { BackupRefused } from "../../backup/read";
import { type Restored, restoreBackup } from "../../backup/restore";
import { type Summary, verifyBackup } from "../../backup/verify";
import { openClock } from "../../clock";
import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { CliError, type Command, exitCodes } from "../command";
import { readCheckpoints } from "./audit";

const fileArgument = ["<file>", "a backup, such as backup.ndjson.gz"] as const;

export const backupCommands: readonly Command[] = [
  {
    name: "backup create",
    summary: "Write everything in the database to a file, while the server runs",
    args: [fileArgument],
    examples: ["backup create /backups/today.ndjson.gz"],
    async run({ app, args: [file], out }) {
      const opened = await app();
      const written = await refusing(() => createBackup(opened, file!));
      out.data(written, linesOf(written));
      out.note(
        "Keep it where Bask cannot write, and keep SECRET_KEY elsewhere: without it the backup cannot be restored.",
      );
    },
  },
  {
    name: "backup verify",
    summary: "Read a backup from beginning to end, and check that it is whole and made by this installation",
    args: [fileArgument],
    examples: ["backup verify /backups/today.ndjson.gz"],
    async run({ args: [file], out }) {
      const progress = await out.progress("Verifying", sizeOf(file!));
      const { secretKeys } = parseConfig(environment);
      const found = await refusing(() => verifyBackup(file!, secretKeys, progress.to));
      progress.end();
      out.data(found, linesOf(found));
      if (found.isSigned === null) out.note("Its signature was not checked, because no secret is configured here.");
    },
  },
  {
    name: "backup restore",
    summary: "Put the state of a backup into the database; all sessions end",
    args: [fileArgument],
    options: [
      ["--checkpoint <file>", "what `bask audit checkpoint` wrote later, to tell what is lost"],
      ["--yes", "replace what the database holds"],
    ],
    examples: [
      "backup restore /backups/today.ndjson.gz",
      "backup restore /backups/today.ndjson.gz --yes --checkpoint checkpoints.json",
    ],
    async run({ args: [file], options, out }) {
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
      );
      progress.end();
      out.data(restored, [...linesOf(restored.backup), ...lossOf(restored)]);
    },
  },
];

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
