import { statSync } from "node:fs";
import { openBackupSignatures } from "../crypto/backup-signatures";
import { fingerprintsOf } from "../crypto/fingerprints";
import { openKeyring } from "../crypto/keyring";
import type { Header } from "./format.contract";
import { BackupRefused, readBackup } from "./read";

/** What a backup is. */
export interface Summary {
  file: string;
  bytes: number;
  version: string;
  createdAt: string;
  publicUrl: string;
  /** The latest migration. */
  schema: string;
  /** Rows of each table. */
  tables: Record<string, number>;
  rows: number;
  /** Audit chains. */
  checkpoints: number;
  /** Whether one of the secrets that are configured signed it; null where none is configured. */
  isSigned: boolean | null;
}

/**
 * Reads a backup from beginning to end, and checks that it is whole and, where there is a secret, that this installation made it.
 * @throws BackupRefused
 */
export async function verifyBackup(
  file: string,
  secretKeys: readonly Buffer[],
  onProgress?: (bytes: number) => void,
): Promise<Summary> {
  let header: Header;
  for await (const part of readBackup(file, onProgress)) {
    if (part.kind === "header") {
      header = part.header;
      if (secretKeys.length > 0) requireItsSecret(file, header, secretKeys);
    }
    if (part.kind !== "end") continue;
    const { version, createdAt, publicUrl, migrations } = header!;
    const { tables, checkpoints, digest, signature } = part.end;
    const isSigned =
      secretKeys.length === 0 ? null : openBackupSignatures(openKeyring(secretKeys)).isSigned(digest, signature);
    if (isSigned === false)
      throw new BackupRefused(`${file} was changed after it was made: its signature is not valid.`);
    const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
    const schema = migrations.at(-1)?.name ?? "none";
    return {
      file,
      bytes: statSync(file).size,
      version,
      createdAt,
      publicUrl,
      schema,
      tables,
      rows,
      checkpoints,
      isSigned,
    };
  }
  throw new BackupRefused(`${file} is empty.`);
}

/** @throws BackupRefused for the backup of data that belongs to another secret */
export function requireItsSecret(
  file: string,
  { fingerprint }: { fingerprint: string },
  secretKeys: readonly Buffer[],
) {
  if (secretKeys.length > 0 && fingerprintsOf(openKeyring(secretKeys)).includes(fingerprint)) return;
  throw new BackupRefused(
    `${file} belongs to ${secretKeys.length > 0 ? "another secret" : "a secret that is not here"}. Nothing was changed. Set SECRET_KEY to the secret of the time of the backup; write the current one in front of it, separated by a comma, if it was replaced since.`,
  );
}
