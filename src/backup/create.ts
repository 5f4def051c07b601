import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";
import { version } from "../../package.json";
import type { App } from "../app";
import { listChainEnds } from "../audit/audit.sql";
import { openBackupSignatures } from "../crypto/backup-signatures";
import { openKeyring } from "../crypto/keyring";
import type { TableShape } from "../db/declared-tables";
import { openSnapshot, type Snapshot } from "../db/snapshot";
import { findInstallation } from "../installation/installation.sql";
import type { CheckpointLine, End, Header, TableEnd, TableStart } from "./format.contract";
import { BackupRefused, readBackup } from "./read";
import { type Summary, verifyBackup } from "./verify";
import { openDigest, writeLines } from "./write";

/** What running processes announce to each other; it means nothing to those of another database. */
const leftOut = "changes";

/** Checkpoints that are read at once. */
const pageSize = 500;

/** Hears how many rows have been done. */
export type OnRows = (rows: number) => void;

/**
 * Writes a backup: every table as it was at one moment, while everything else goes on. It is read again from beginning to end before it gets
 * its name, where only an earlier backup may have been.
 * @throws BackupRefused, DatabaseRefused, DatabaseUnavailable
 */
export async function createBackup(app: App, file: string, onRows: OnRows = () => {}): Promise<Summary> {
  await requirePlace(file);
  const snapshot = await openSnapshot(app.config.database);
  let summary: Summary | undefined;
  try {
    await writeLines(file, linesOf(app, snapshot, onRows), async (draft) => {
      summary = await verifyBackup(draft, app.config.secretKeys);
    });
    return { ...summary!, bytes: statSync(file).size, file };
  } finally {
    await snapshot.close();
  }
}

/** A mistyped path makes no folder, and replaces nothing but an earlier backup. @throws BackupRefused */
async function requirePlace(file: string) {
  const folder = dirname(file);
  if (!existsSync(folder))
    throw new BackupRefused(`The folder ${folder} does not exist. Nothing was written. Make it, or correct the path.`);
  if (existsSync(file) && !(await isBackup(file)))
    throw new BackupRefused(`${file} is there already and is not a backup. Nothing was written. Choose another name.`);
}

async function isBackup(file: string): Promise<boolean> {
  try {
    for await (const { kind } of readBackup(file)) return kind === "header";
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error;
  }
  return false;
}

async function* linesOf(app: App, snapshot: Snapshot, onRows: OnRows): AsyncGenerator<string> {
  const digest = openDigest();
  const line = (value: unknown) => digest.add(JSON.stringify(value));
  yield line(await headerOf(app, snapshot));
  const tables: Record<string, number> = {};
  let total = 0;
  for (const table of snapshot.tables.filter(({ name }) => name !== leftOut)) {
    yield line(startOf(table));
    let rows = 0;
    for await (const batch of snapshot.rows(table)) {
      requireRunning(app);
      for (const row of batch) yield line(row);
      rows += batch.length;
      total += batch.length;
      onRows(total);
    }
    tables[table.name] = rows;
    yield line({ rows } satisfies z.infer<typeof TableEnd>);
  }
  let checkpoints = 0;
  for (let after = ""; ; ) {
    const ends = await listChainEnds(snapshot.reader, after, pageSize);
    for (const end of ends)
      yield line({ checkpoint: { ...end, signature: app.checkpoints.sign(end) } } satisfies z.infer<
        typeof CheckpointLine
      >);
    checkpoints += ends.length;
    if (ends.length < pageSize) break;
    after = ends.at(-1)!.chain;
  }
  const sum = digest.end();
  const signature = openBackupSignatures(openKeyring(app.config.secretKeys)).sign(sum);
  yield JSON.stringify({ end: true, tables, checkpoints, digest: sum, signature } satisfies End);
}

async function headerOf(app: App, { reader, applied }: Snapshot): Promise<Header> {
  const { fingerprint, publicUrl } = (await findInstallation(reader))!;
  const createdAt = app.clock.date().toISOString();
  const migrations = applied.map(({ source, name, hash }) => ({ source, name, hash }));
  const { dialect } = app.config.database;
  return { bask: "backup", format: 1, version, createdAt, dialect, publicUrl, fingerprint, migrations };
}

const startOf = ({ name, columns, numbered }: TableShape): z.infer<typeof TableStart> => ({
  table: name,
  columns: columns.map(([column, kind]) => [column, kind]),
  ...(numbered !== undefined && { numbered }),
});

/** A process that stops does not wait for a backup. */
function requireRunning({ stopping }: App) {
  if (stopping) throw new Error("the process stops; the backup is not complete and was removed");
}
