import type { Config } from "../config/config";
import { fingerprintsOf } from "../crypto/fingerprints";
import { openKeyring } from "../crypto/keyring";
import { type Database, DatabaseRefused } from "../db/database";
import { noteSecrets, requireNeededSecrets, requireVerifiable } from "../secrets/secrets";
import { listSecrets } from "../secrets/secrets.sql";
import { noteSigningAlgorithm } from "../secrets/signing.sql";
import { findInstallation, insertInstallation, latestEventAt, updateInstallation } from "./installation.sql";

/**
 * Requires that one of the secrets is one of this data: with other ones, everything sealed is lost and everyone is signed out.
 * @param marks what the secrets of the data are recognized by
 * @throws DatabaseRefused also for data whose secret is not there at all
 */
export function requireItsSecret(marks: readonly string[], { secretKeys }: Config) {
  if (marks.length === 0) return;
  if (secretKeys.length === 0) {
    throw new DatabaseRefused(
      "it belongs to a secret that is not here. Nothing was changed. Set SECRET_KEY, or restore data/secret.key from a backup.",
    );
  }
  const keyring = openKeyring(secretKeys);
  if (![...fingerprintsOf(keyring), ...keyring.ids].some((mark) => marks.includes(mark))) {
    throw new DatabaseRefused(
      "it belongs to another secret. Nothing was changed. Set SECRET_KEY to the secret of this data; to replace that one, see docs/secrets.md.",
    );
  }
}

/**
 * The same of a database that took the place of another while this process served, which is left alone then. One that is empty, as in the middle of a
 * restore, may become ours.
 * @throws DatabaseUnavailable
 */
export async function requireSameInstallation(db: Database, config: Config) {
  const secrets = (await listSecrets(db.reader)).map(({ id }) => id);
  const found = await findInstallation(db.reader);
  try {
    requireItsSecret(found ? [found.fingerprint, ...secrets] : secrets, config);
  } catch (error) {
    if (!(error instanceof DatabaseRefused)) throw error;
    throw db.abandon(`Another database took the place of the one that was open: ${error.message}`);
  }
}

/**
 * Marks the data with the secrets of a process that is about to serve, and with PUBLIC_URL.
 * @returns what may surprise people: lines for the log
 * @throws DatabaseRefused when a process with another secret started at the same moment
 * @throws ConfigError when data still needs a secret that is not there, or a running process does not have the first one
 */
export async function markInstallation(db: Database, config: Config, now: number): Promise<string[]> {
  const { publicUrl, secretKeys } = config;
  const keyring = openKeyring(secretKeys);
  const mark = { fingerprint: fingerprintsOf(keyring)[0], publicUrl };
  const before = await findInstallation(db.reader);
  const unneeded = await requireNeededSecrets(db.reader, keyring, new Date(now));
  await requireVerifiable(db.reader, keyring, new Date(now));
  await db.write(async (tx) => {
    if (before) await updateInstallation(tx, mark);
    else await insertInstallation(tx, mark);
    await noteSecrets(tx, keyring, unneeded);
    await noteSigningAlgorithm(tx, config.signingAlgorithm, tx.now);
  });
  if (!before) requireItsSecret([(await findInstallation(db.reader))!.fingerprint], config);
  const warnings: string[] = [];
  if (before && before.publicUrl !== publicUrl) {
    warnings.push(
      `PUBLIC_URL was ${before.publicUrl} at the start before this one. It must be the same in all processes: they refuse access tokens of another PUBLIC_URL.`,
    );
  }
  const latest = (await latestEventAt(db.reader))?.getTime() ?? now;
  const ahead = latest - now;
  if (-ahead > maxIdle) {
    warnings.push(
      `By the clock of this machine nothing was recorded for ${Math.round(-ahead / day)} days. If the clock is ahead, stop Bask within a minute and set it: what then seems to have expired is deleted.`,
    );
  }
  if (ahead > maxAhead) {
    warnings.push(
      `The clock of this machine is ${Math.round(ahead / 60_000)} minutes behind the latest data. Set it: what has expired may count as valid.`,
    );
  }
  return warnings;
}

const day = 86_400_000;
/** Milliseconds that the latest data may be ahead of the clock, and behind it. */
const maxAhead = 60_000;
const maxIdle = 30 * day;
