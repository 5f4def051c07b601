import type { Origin } from "../access/actor";
import type { App } from "../app";
import { totpStep } from "../crypto/totp";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { returnAttempt, takeAttempt } from "../limits/attempts.sql";
import { moment } from "../mail/templates";
import { Problem } from "../problems";
import { tell } from "../users/email-user";
import { countBackupCodes, findTwoFactor, spendBackupCode, spendStep } from "./two-factor.sql";

/** Five wrong codes in a quarter of an hour, wherever they are tried. */
const mostFailures = 5;
const window = 15 * 60_000;

/** What became of a code. Only "accepted" lets anybody on; the others must be committed too, so that they count. */
export type CodeVerdict = "accepted" | "wrong" | "locked";

/**
 * Spends a code of a person's active second factor, six digits or a backup code, each good once. The person hears of a
 * backup code by letter.
 */
export function spendCode(
  app: App,
  tx: Writer,
  { userId, origin }: { userId: UserId; origin: Origin },
  code: string,
): Promise<CodeVerdict> {
  return counted(tx, userId, async () => {
    const factor = await findTwoFactor(tx, userId);
    if (!factor?.enabledAt) return false;
    const step = totpStep(app.sealer.open(factor.sealedSecret, userId), code, tx.now.getTime());
    if (step !== undefined) return spendStep(tx, userId, step);
    const hashes = app.backupCodes.hashes(code);
    if (!hashes || !(await spendBackupCode(tx, userId, hashes))) return false;
    const left = String(await countBackupCodes(tx, userId));
    await tell(tx, userId, "backup-code-used", { at: moment(tx.now), address: origin.address, left });
    return true;
  });
}

/** Counts an attempt at a person's codes before it is made, and gives it back when it was right. */
export async function counted(tx: Writer, userId: UserId, attempt: () => Promise<boolean>): Promise<CodeVerdict> {
  const subject = `two-factor:${userId}`;
  if (!(await takeAttempt(tx, subject, mostFailures, window))) return "locked";
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
