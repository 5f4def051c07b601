import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { isWeak } from "../crypto/passwords";
import { enqueueEmail } from "../mail/outbox";
import { formatTime } from "../mail/templates";
import { Problem } from "../problems";
import { codeProblem, consumeCode } from "../two-factor/codes";
import { isTrusted, trustDevice } from "../two-factor/devices";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { recordAttempt, requireUnlocked } from "../users/login-attempts";
import { profile } from "../users/profile";
import { findUserByEmail, lockUser, replacePassword } from "../users/users.sql";
import { deviceName } from "./devices";
import { openSession, tokensOf } from "./sessions";
import { isNewDevice } from "./sessions.sql";

export interface LoginInput {
  email: string;
  password: string;
  twoFactorCode?: string | undefined;
  /** The token of a trusted device, which takes the place of the code. A code that is sent is verified all the same. */
  deviceToken?: string | undefined;
  /** Requests such a token. */
  trustDevice?: boolean | undefined;
}

/**
 * Opens a session for a user who sends their password and, where it is on, their second factor. An unknown email and a wrong password get the
 * same response in the same time and are counted alike.
 * @throws Problem INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED, UNAVAILABLE
 */
export async function login(app: App, visitor: Visitor, input: LoginInput) {
  const { origin } = visitor;
  await requireUnlocked(app, input.email, origin);
  const user = await findUserByEmail(app.db.reader, input.email);
  const isCorrect = await app.passwords.verify(user?.passwordHash, input.password);
  const stronger =
    user && isCorrect && isWeak(user.passwordHash) ? await app.passwords.hash(input.password) : undefined;

  const verdict = await app.db.write(async (tx) => {
    const refused = await recordAttempt(tx, input.email, origin, isCorrect);
    if (refused || !user) return refused;
    const now = await lockUser(tx, user.id);
    if (now?.passwordHash !== user.passwordHash) {
      return new Problem("INVALID_CREDENTIALS", { cause: "the password changed during the sign-in" });
    }
    if (now.suspendedAt) return new Problem("INVALID_CREDENTIALS", { cause: "the user is suspended" });
    const auditActor = { kind: "user", userId: user.id, origin } as const;
    const twoFactorEnabled = await isTwoFactorOn(tx, user.id);
    // A trusted device takes the place of the code, but the session does not count as one with a second factor.
    const isTrustedDevice = async () =>
      input.twoFactorCode === undefined && (await isTrusted(app, tx, user.id, input.deviceToken));
    const twoFactor = twoFactorEnabled && !(await isTrustedDevice());
    let deviceToken: string | undefined;
    if (twoFactor) {
      if (input.twoFactorCode === undefined) return new Problem("TWO_FACTOR_REQUIRED");
      const outcome = await consumeCode(app, tx, auditActor, input.twoFactorCode);
      if (outcome !== "accepted") return codeProblem(outcome);
      if (input.trustDevice) deviceToken = await trustDevice(app, tx, auditActor);
    }
    if (stronger) await replacePassword(tx, user.id, user.passwordHash, stronger);
    if (await isNewDevice(tx, user.id, origin.userAgent)) {
      const values = { device: deviceName(origin.userAgent), ip: origin.ip, at: formatTime(tx.now) };
      await enqueueEmail(tx, { to: user.email, template: "new-sign-in", values });
    }
    const session = await openSession(tx, { userId: user.id, twoFactor, origin });
    await record(tx, auditActor, {
      action: "session.started",
      chain: user.id,
      target: session.id,
      details: { twoFactor },
    });
    return { session, user: profile(now, twoFactorEnabled), deviceToken };
  });

  if (!verdict || verdict instanceof Problem) throw verdict ?? new Problem("INVALID_CREDENTIALS");
  const { session, user: signedIn, deviceToken } = verdict;
  return { ...tokensOf(app, session), user: signedIn, deviceToken };
}
