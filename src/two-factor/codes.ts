import type { Origin } from "../access/actor";
import type { App } from "../app";
import { totpStep } from "../crypto/totp";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { returnAttempt, takeAttempt } from "../limits/attempts.sql";
import { formatTime } from "../mail/templates";
import { Problem } from "../problems";
import { emailUser } from "../users/email-user";
import { consumeBackupCode, consumeStep, countBackupCodes, findTwoFactor } from "./two-factor.sql";

/** Five wrong codes in a quarter of an hour, wherever they are tried. */
const maxFailures = 5;
const window = 15 * 60_000;

/** Whether a code was accepted. The other outcomes must be committed too, because they are counted. */
export type CodeVerdict = "accepted" | "wrong" | "locked";

/** Consumes a code of a user's active second factor, six digits or a backup code. Each works once. A used backup code is emailed to the user. */
export function consumeCode(
  app: App,
  tx: Writer,
  { userId, origin }: { userId: UserId; origin: Origin },
  code: string,
): Promise<CodeVerdict> {
  return counted(tx, userId, async () => {
    const factor = await findTwoFactor(tx, userId);
    if (!factor?.enabledAt) return false;
    const step = totpStep(app.sealer.open(factor.sealedSecret, userId), code, tx.now.getTime());
    if (step !== undefined) return consumeStep(tx, userId, step);
    const hashes = app.backupCodes.hashes(code);
    if (!hashes || !(await consumeBackupCode(tx, userId, hashes))) return false;
    const left = String(await countBackupCodes(tx, userId));
    await emailUser(tx, userId, "backup-code-used", { at: formatTime(tx.now), ip: origin.ip, left });
    return true;
  });
}

/** Counts an attempt at a person's codes before it is made, and gives it back when it was right. */
export async function counted(tx: Writer, userId: UserId, attempt: () => Promise<boolean>): Promise<CodeVerdict> {
  const subject = `two-factor:${userId}`;
  if (!(await takeAttempt(tx, subject, maxFailures, window))) return "locked";
  if (!(await attempt())) return "wrong";
  await returnAttempt(tx, subject);
  return "accepted";
}

/** The refusal of a code that was not accepted. */
export function codeProblem(verdict: Exclude<CodeVerdict, "accepted">): Problem {
  return verdict === "locked"
    ? new Problem("ACCOUNT_TEMPORARILY_LOCKED", { retryAfter: window / 1000 })
    : new Problem("INVALID_TWO_FACTOR_CODE");
}
