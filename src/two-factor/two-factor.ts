import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import { newTotpSecret, otpauthUrl, totpStep } from "../crypto/totp";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { Problem } from "../problems";
import { endSessionsOf, markTwoFactor } from "../sessions/sessions.sql";
import { emailUser } from "../users/email-user";
import { type Identity, requireFirstFactor } from "../users/reauthenticate";
import { consumeCode, countingFailures } from "./codes";
import { deleteDevices } from "./devices.sql";
import { qrCode } from "./qr-code";
import {
  countBackupCodes,
  deleteTwoFactor,
  enableTwoFactor,
  findTwoFactor,
  isTwoFactorOn,
  replaceBackupCodes,
  startEnrollment,
} from "./two-factor.sql";

/** Whether a user's second factor is on, and how many backup codes are left. */
export async function twoFactorStatus(app: App, { userId }: UserActor) {
  const { reader } = app.db;
  return { enabled: await isTwoFactorOn(reader, userId), backupCodesLeft: await countBackupCodes(reader, userId) };
}

/** How long an enrollment that was started is continued, in milliseconds. */
const enrollmentTime = 15 * 60_000;

/**
 * Starts an enrollment. Sign-ins do not change until `confirmTwoFactor`. A session that starts twice, in two tabs, gets the same secret, so that
 * the first QR code stays valid. Another session gets another, because the one that started this enrollment knows its secret.
 * @throws Problem INVALID_CREDENTIALS, CONFLICT while a second factor is on
 */
export async function setUpTwoFactor(app: App, actor: UserActor, input: Identity) {
  const user = await requireFirstFactor(app, actor, input);
  const { sessionId } = actor;
  const sealedSecret = app.sealer.seal(newTotpSecret(), user.id);
  const enrollment = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    const since = new Date(tx.now.getTime() - enrollmentTime);
    return startEnrollment(tx, { userId: user.id, sessionId, sealedSecret }, since);
  });
  if (enrollment.enabledAt) throw alreadyOn();
  const secret = app.sealer.open(enrollment.sealedSecret, user.id);
  const url = otpauthUrl(secret, app.config.appName, user.email);
  return { secret, otpauthUrl: url, qrCode: qrCode(url) };
}

/**
 * Turns on an enrollment with a first code, which is consumed. The user's other sessions end.
 * @returns ten backup codes, which are never shown again
 * @throws Problem INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED, CONFLICT
 */
export async function confirmTwoFactor(app: App, actor: UserActor, input: { code: string }) {
  const codes = app.backupCodes.make();
  const refused = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    let isOn = false;
    const wrong = await countingFailures(tx, actor.userId, async () => {
      const factor = await findTwoFactor(tx, actor.userId);
      isOn = factor?.enabledAt != null;
      if (!factor || isOn) return isOn;
      const step = totpStep(app.sealer.open(factor.sealedSecret, actor.userId), input.code, tx.now.getTime());
      return step !== undefined && enableTwoFactor(tx, actor.userId, factor.sealedSecret, step);
    });
    if (isOn || wrong) return isOn ? alreadyOn() : wrong;
    await replaceBackupCodes(tx, actor.userId, storedForms(app, actor.userId, codes));
    await endSessionsOf(tx, actor.userId, "two_factor_changed", actor.sessionId);
    await markTwoFactor(tx, actor.sessionId);
    await emailUser(tx, actor.userId, "two-factor-on", { at: tx.now });
    await record(tx, actor, { action: "two_factor.enabled", chain: actor.userId });
    return undefined;
  });
  if (refused) throw refused;
  return { backupCodes: codes };
}

/** Turns off the second factor. @throws Problem INVALID_CREDENTIALS, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED */
export async function disableTwoFactor(app: App, actor: UserActor, input: Identity & { code?: string | undefined }) {
  await withBothFactors(app, actor, input, async (tx) => {
    await deleteTwoFactor(tx, actor.userId);
    await endSessionsOf(tx, actor.userId, "two_factor_changed", actor.sessionId);
    await emailUser(tx, actor.userId, "two-factor-off", { at: tx.now });
    await record(tx, actor, { action: "two_factor.disabled", chain: actor.userId });
  });
}

/** Creates ten new backup codes. The old ones stop working, and devices are no longer trusted. @throws Problem as `disableTwoFactor` */
export async function regenerateBackupCodes(
  app: App,
  actor: UserActor,
  input: Identity & { code?: string | undefined },
) {
  const codes = app.backupCodes.make();
  await withBothFactors(app, actor, input, async (tx) => {
    await replaceBackupCodes(tx, actor.userId, storedForms(app, actor.userId, codes));
    await deleteDevices(tx, actor.userId);
    await endSessionsOf(tx, actor.userId, "two_factor_changed", actor.sessionId);
    await emailUser(tx, actor.userId, "backup-codes-replaced", { at: tx.now });
    await record(tx, actor, { action: "two_factor.backup_codes_regenerated", chain: actor.userId });
  });
  return { backupCodes: codes };
}

async function withBothFactors(
  app: App,
  actor: UserActor,
  { code, ...identity }: Identity & { code?: string | undefined },
  change: (tx: Writer) => Promise<void>,
) {
  if (code === undefined && !identity.passkey) throw new Problem("TWO_FACTOR_REQUIRED");
  await requireFirstFactor(app, actor, identity);
  const refused = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    // A passkey is the second factor too.
    const wrong = identity.passkey ? undefined : await consumeCode(app, tx, actor, code!);
    if (!wrong) await change(tx);
    return wrong;
  });
  if (refused) throw refused;
}

const storedForms = (app: App, userId: UserId, codes: string[]) =>
  codes.map((code) => app.backupCodes.store(code, userId));
const alreadyOn = () => new Problem("CONFLICT", { reason: "two_factor_on" });
