import type { Config } from "../config/config";
import { fingerprintsOf } from "../crypto/fingerprints";
import { openKeyring } from "../crypto/keyring";
import { type Database, DatabaseRefused } from "../db/database";
import { findInstallation, insertInstallation, latestEventAt, updateInstallation } from "./installation.sql";

/**
 * Requires that one of the secrets is the one of this data: with another one, everything sealed is lost and everyone is signed out.
 * @throws DatabaseRefused also for data whose secret is not there at all
 */
export async function requireItsSecret(db: Database, { secretKeys }: Config) {
  const known = await findInstallation(db.reader);
  if (!known) return;
  if (secretKeys.length === 0) {
    throw new DatabaseRefused(
      "it belongs to a secret that is not here. Nothing was changed. Set SECRET_KEY, or restore data/secret.key from a backup.",
    );
  }
  if (!fingerprintsOf(openKeyring(secretKeys)).includes(known.fingerprint)) {
    throw new DatabaseRefused(
      "it belongs to another secret. Nothing was changed. Set SECRET_KEY to the secret of this data; to replace that one, write the new one in front of it, separated by a comma.",
    );
  }
}

/**
 * Marks the data with the current secret, which makes those behind it dispensable, and with PUBLIC_URL.
 * @returns what may surprise people: lines for the log
 * @throws DatabaseRefused when a process with another secret started at the same moment
 */
export async function markInstallation(db: Database, config: Config, now: number): Promise<string[]> {
  const { publicUrl, secretKeys } = config;
  const mark = { fingerprint: fingerprintsOf(openKeyring(secretKeys))[0], publicUrl };
  const before = await findInstallation(db.reader);
  if (!before) {
    await db.write((tx) => insertInstallation(tx, mark));
    await requireItsSecret(db, config);
  } else if (before.fingerprint !== mark.fingerprint || before.publicUrl !== publicUrl) {
    await db.write((tx) => updateInstallation(tx, mark));
  }
  const warnings: string[] = [];
  if (before && before.publicUrl !== publicUrl) {
    warnings.push(
      `PUBLIC_URL was ${before.publicUrl} at the start before this one. It must be the same in all processes: they refuse access tokens of another PUBLIC_URL.`,
    );
  }
  const ahead = ((await latestEventAt(db.reader))?.getTime() ?? 0) - now;
  if (ahead > maxAhead) {
    warnings.push(
      `The clock of this machine is ${Math.round(ahead / 60_000)} minutes behind the latest data. Set it: what has expired may count as valid.`,
    );
  }
  return warnings;
}

/** Milliseconds that the latest data may be ahead of the clock. */
const maxAhead = 60_000;
