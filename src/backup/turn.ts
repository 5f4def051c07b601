import type { App } from "../app";
import type { Reader, Writer } from "../db/database";
import { claimJob, lastRunOf, releaseJob, renewJob } from "../extensions/jobs.sql";

/** The row by which of all processes one makes a backup at a time. */
const turn = "bask backup under way";
/** Milliseconds after which a turn is over that was not renewed, because its process died. */
const turnLength = 60_000;
const renewalInterval = 15_000;

/** Takes the turn to make a backup, by one conditional write; undefined while another is being made. */
export const claimTurn = async (tx: Writer): Promise<Date | undefined> =>
  (await claimJob(tx, turn, turnLength)) ? tx.now : undefined;

/** Whether some process is making a backup. */
export async function isBackupUnderWay(db: Reader, now: number): Promise<boolean> {
  const renewedAt = await lastRunOf(db, turn);
  return renewedAt !== undefined && now - renewedAt.getTime() < turnLength;
}

/**
 * Does the work of a turn, renews the turn meanwhile, and gives it back.
 * @param every milliseconds between two renewals
 */
export async function inTurn<T>(
  app: App,
  claimedAt: Date,
  work: () => Promise<T>,
  every = renewalInterval,
): Promise<T> {
  let renewing = Promise.resolve<Date | undefined>(claimedAt);
  // A turn that was lost meanwhile stays lost: two backups at once do no harm but take time.
  const renew = (held: Date | undefined) => app.db.write(async (tx) => held && renewJob(tx, turn, held));
  const timer = setInterval(() => {
    renewing = renewing.then((held) => renew(held).catch(() => held));
  }, every);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    const held = await renewing;
    if (held) await app.db.write((tx) => releaseJob(tx, turn, held));
  }
}
