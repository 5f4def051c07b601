import type { Origin } from "../access/actor";
import type { App } from "../app";
import { totpStep } from "../crypto/totp";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { countAttempt, nextAttemptAt } from "../limits/attempts.sql";
import { Problem } from "../problems";
import { emailUser } from "../users/email-user";
import { consumeBackupCode, consumeStep, countBackupCodes, findTwoFactor, listBackupCodes } from "./two-factor.sql";

/** Five wrong codes within any 15 minutes, on all routes together. */
const maxFailures = 5;
const window = 15 * 60_000;

/**
 * Consumes a code of a user's active second factor, six digits or a backup code. Each works once. A used backup code is emailed to the user.
 * @returns the refusal of a code that was not accepted, to be thrown after the commit, because a rollback would undo the counting
 */
export function consumeCode(
  app: App,
  tx: Writer,
  { userId, origin }: { userId: UserId; origin: Origin },
  code: string,
): Promise<Problem | undefined> {
  return countingFailures(tx, userId, async () => {
    const factor = await findTwoFactor(tx, userId);
    if (!factor?.enabledAt) return false;
    const secret = app.sealer.tryOpen(factor.sealedSecret, userId);
    const step = secret && totpStep(secret, code, tx.now.getTime());
    if (typeof step === "number") return consumeStep(tx, userId, step);
    const stored = app.backupCodes.find(code, userId, await listBackupCodes(tx, userId));
    if (!stored || !(await consumeBackupCode(tx, userId, stored.id))) return false;
    const left = String(await countBackupCodes(tx, userId));
    await emailUser(tx, userId, "backup-code-used", { at: tx.now, ip: origin.ip, left });
    return true;
  });
}

/** Makes an attempt at a user's codes unless too many have failed, and counts it when it fails. @returns the refusal, as `consumeCode` */
export async function countingFailures(
  tx: Writer,
  userId: UserId,
  attempt: () => Promise<boolean>,
): Promise<Problem | undefined> {
  const subject = `two-factor:${userId}`;
  const lockedUntil = await nextAttemptAt(tx, subject, maxFailures, window);
  if (lockedUntil) {
    const retryAfter = Math.ceil((lockedUntil.getTime() - tx.now.getTime()) / 1000);
    return new Problem("ACCOUNT_TEMPORARILY_LOCKED", { retryAfter });
  }
  if (await attempt()) return undefined;
  await countAttempt(tx, subject, maxFailures, window);
  return new Problem("INVALID_TWO_FACTOR_CODE");
}
