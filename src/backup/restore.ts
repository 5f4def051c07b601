import { listenToEvents, record } from "../audit/audit";
import { chainLength, countEventsAfter } from "../audit/audit.sql";
import type { SignedCheckpoint } from "../audit/verify";
import type { Clock } from "../clock";
import type { Config } from "../config/config";
import { openBackupSignatures } from "../crypto/backup-signatures";
import { derivedTokenSeconds } from "../crypto/derived-tokens";
import { openKeyring } from "../crypto/keyring";
import { period } from "../crypto/totp";
import { workloadTokenSeconds } from "../crypto/workload-tokens";
import type { Reader, Writer } from "../db/database";
import type { TableShape } from "../db/declared-tables";
import { readMigrations } from "../db/migrations";
import { pendingMigrations } from "../db/open";
import { replaceContents, requireKnown } from "../db/replace";
import type { Row } from "../db/snapshot";
import { extension } from "../extensions/extension";
import { findInstallation } from "../installation/installation.sql";
import { foldJournal } from "../usage/saving";
import { endPast, remembered } from "./aftermath.sql";
import type { Header } from "./format.contract";
import { BackupRefused, readBackup } from "./read";
import { requireItsSecret, type Summary, verifyBackup } from "./verify";

/** What to restore, and how. */
export interface Restore {
  file: string;
  /** Whether a database that holds something may be replaced. */
  replace: boolean;
  /** What was exported later than the backup was made, to tell what is lost. */
  checkpoints?: readonly SignedCheckpoint[];
  /** Hears how many bytes of the file were read; it is read twice. */
  onProgress?(bytes: number): void;
}

/** What a restore did. */
export interface Restored {
  backup: Summary;
  /** Whether there was something before. */
  isReplaced: boolean;
  /** What the replaced database had recorded since the backup, by the type of event; null where nothing was replaced. */
  lost: { action: string; events: number }[] | null;
  /** Events that the checkpoints know and the backup does not hold. */
  lostSinceCheckpoint: number;
}

/**
 * Puts the state of a backup into the configured database, in one transaction. Everything is checked first: a backup that is not whole, of
 * another secret or of a newer version is refused before anything is touched. The past counts as hostile: all sessions, trusted devices and
 * emailed links end, and what the replaced database had revoked, suspended or used up stays so.
 * @throws BackupRefused, DatabaseRefused, DatabaseUnavailable
 */
export async function restoreBackup(
  { database, secretKeys }: Config,
  clock: Clock,
  { file, replace, checkpoints = [], onProgress }: Restore,
): Promise<Restored> {
  const header = await headerOf(file);
  requireItsSecret(file, header, secretKeys);
  const origin = { dialect: header.dialect, applied: header.migrations };
  requireKnown(origin, database.dialect);
  const isEmpty = (await pendingMigrations(database)).length === readMigrations(database.dialect).length;
  if (!isEmpty && !replace) {
    throw new BackupRefused("The database holds data. Nothing was changed. To replace all of it, add --yes.");
  }
  const backup = await verifyBackup(file, secretKeys, onProgress);
  listenToEvents(extension.onEvent);
  return replaceContents(
    database,
    clock,
    { ...origin, rows: rowsOf(file, secretKeys, onProgress) },
    {
      keep: remembered,
      async before(reader: Reader) {
        const found = await findInstallation(reader);
        if (found) requireItsSecret("The data that would be replaced", found, secretKeys);
        return countEventsAfter(reader, new Date(header.createdAt));
      },
      async after(tx: Writer, found) {
        const lost = found ?? null;
        const now = tx.now.getTime();
        await endPast(tx, {
          isReplaced: lost !== null,
          workloadTokensEnd: new Date(now + Math.max(workloadTokenSeconds, derivedTokenSeconds) * 1000),
          totpStep: Math.floor(now / 1000 / period) + 1,
        });
        // Of SQLite; a server on PostgreSQL, which has no journal, would not look into it before it starts again.
        await foldJournal(tx);
        const details = {
          backupFrom: header.createdAt,
          lost: lost?.reduce((sum, { events }) => sum + events, 0) ?? null,
        };
        await record(tx, { kind: "system" }, { action: "installation.restored", chain: "installation", details });
        let lostSinceCheckpoint = 0;
        for (const { chain, seq } of checkpoints)
          lostSinceCheckpoint += Math.max(0, seq - (await chainLength(tx, chain)));
        return { backup, isReplaced: lost !== null, lost, lostSinceCheckpoint };
      },
    },
  );
}

async function headerOf(file: string): Promise<Header> {
  for await (const part of readBackup(file)) if (part.kind === "header") return part.header;
  throw new BackupRefused(`${file} is empty.`);
}

/** What is read now is checked again: the file may have changed since it was verified. */
async function* rowsOf(
  file: string,
  secretKeys: readonly Buffer[],
  onProgress?: (bytes: number) => void,
): AsyncGenerator<{ table: TableShape; rows: readonly Row[] }> {
  for await (const part of readBackup(file, onProgress)) {
    if (part.kind === "rows") yield part;
    if (part.kind !== "end") continue;
    const { digest, signature } = part.end;
    if (!openBackupSignatures(openKeyring(secretKeys)).isSigned(digest, signature))
      throw new BackupRefused(`${file} was changed after it was made: its signature is not valid.`);
  }
}
