import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { isWeak } from "../crypto/passwords";
import type { Writer } from "../db/database";
import { noUser } from "../ids";
import { networkOf } from "../limits/network";
import { enqueueEmail } from "../mail/outbox";
import { Problem } from "../problems";
import { consumeCode } from "../two-factor/codes";
import { findTrustedDevice, isTrusted, trustDevice } from "../two-factor/devices";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { isAwaitingEmail } from "../users/activation";
import { forgivePreviousPassword, identifyAttempt, recordAttempt, requireUnlocked } from "../users/login-attempts";
import { profile } from "../users/profile";
import { findUserByEmail, lockUser, replacePassword, type UserRow } from "../users/users.sql";
import { deviceKind, deviceName } from "./devices";
import { isNewDevice, rememberSources } from "./known-sources.sql";
import { graceOf, judgeRefreshToken } from "./refresh-rule";
import { openSession, tokensOf } from "./sessions";
import { findSessionByRowId } from "./sessions.sql";

export interface LoginInput {
  email: string;
  password: string;
  twoFactorCode?: string | undefined;
  /** The token of a trusted device, which takes the place of the code. A code that is sent is verified all the same. */
  deviceToken?: string | undefined;
  /** Requests such a token. */
  trustDevice?: boolean | undefined;
  /** The refresh token this browser keeps from before. It does not sign anyone in, but strangers who guess do not lock its user out. */
  sessionToken?: string | undefined;
}

/**
 * Opens a session for a user who sends their password and, where it is on, their second factor. An unknown email, a wrong password, a suspended
 * account and one that waits for its first email get the same response in the same time and are counted alike.
 * @throws Problem INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED, UNAVAILABLE
 */
export async function login(app: App, visitor: Visitor, input: LoginInput) {
  const { origin } = visitor;
  const user = await findUserByEmail(app.db.reader, input.email);
  const attempt = await identifyAttempt(app, input.email, user, origin, await possessionOf(app, user, input));
  await requireUnlocked(app, attempt);
  const isMatch = await app.passwords.verify(user?.passwordHash, input.password, "sign-in");
  const isCorrect = isMatch && !user!.suspendedAt && !isAwaitingEmail(app, user!);
  const stronger =
    isCorrect && isWeak(user!.passwordHash) ? await app.passwords.hash(input.password, "sign-in") : undefined;

  const verdict = await app.db.write(async (tx) => {
    const refused = await recordAttempt(tx, attempt, isCorrect);
    if (refused || !user) return refused?.code === "INVALID_CREDENTIALS" ? incorrect(app) : refused;
    const now = await lockUser(tx, user.id);
    if (now?.passwordHash !== user.passwordHash) {
      return incorrect(app, "the password changed during the sign-in");
    }
    if (now.suspendedAt) return incorrect(app, "the user is suspended");
    const auditActor = { kind: "user", userId: user.id, origin } as const;
    const twoFactorEnabled = await isTwoFactorOn(tx, user.id);
    // A trusted device takes the place of the code, but the session does not count as one with a second factor.
    const isTrustedDevice = async () =>
      input.twoFactorCode === undefined && (await isTrusted(app, tx, user.id, input.deviceToken));
    const twoFactor = twoFactorEnabled && !(await isTrustedDevice());
    let deviceToken: string | undefined;
    if (twoFactor) {
      if (input.twoFactorCode === undefined) return new Problem("TWO_FACTOR_REQUIRED");
      const wrong = await consumeCode(app, tx, auditActor, input.twoFactorCode);
      if (wrong) return wrong;
      if (input.trustDevice) deviceToken = await trustDevice(app, tx, auditActor);
    }
    if (stronger) await replacePassword(tx, user, stronger, user.previousPasswordHash);
    await rememberSignIn(tx, now, visitor);
    const session = await openSession(tx, { userId: user.id, twoFactor, origin });
    await record(tx, auditActor, {
      action: "session.started",
      chain: user.id,
      target: session.id,
      details: { twoFactor },
    });
    return { session, user: profile(now, twoFactorEnabled), deviceToken };
  });

  if (!verdict || verdict instanceof Problem) {
    if (!isCorrect) await forgivePreviousPassword(app, attempt, user, input.password, "sign-in", verdict);
    throw verdict ?? incorrect(app);
  }
  const { session, user: signedIn, deviceToken } = verdict;
  return { ...tokensOf(app, session), user: signedIn, deviceToken };
}

/** The live session or trusted device whose token the client sent, if it is the user's. An email without an account is looked up alike. */
async function possessionOf(app: App, user: UserRow | undefined, { sessionToken, deviceToken }: LoginInput) {
  const token = sessionToken === undefined ? undefined : app.refreshTokens.read(sessionToken);
  const session = token && (await findSessionByRowId(app.db.reader, token.rowId, token.session));
  if (session && session.userId === user?.id) {
    const now = app.clock.date();
    const standing = judgeRefreshToken(token!, session, { at: now.getTime(), now, grace: graceOf(app) });
    if (standing === "current" || standing === "parent") return session.id;
  }
  return findTrustedDevice(app, user?.id ?? noUser, deviceToken);
}

/** Remembers where a user signs in from, and emails them about a device they have not used before. */
async function rememberSignIn(tx: Writer, { id, email }: UserRow, { origin }: Visitor) {
  const { ip, userAgent } = origin;
  const device = deviceKind(userAgent);
  if (await isNewDevice(tx, id, device)) {
    const values = { device: deviceName(userAgent), ip, at: tx.now };
    await enqueueEmail(tx, { to: email, template: "new-sign-in", values });
  }
  await rememberSources(tx, id, networkOf(ip), device);
}

/** The one refusal of a sign-in. Where emails must be verified, it reminds everyone of that, so that it tells nothing about anyone. */
const incorrect = ({ config }: App, cause?: string) =>
  new Problem("INVALID_CREDENTIALS", {
    ...(config.emailVerification === "required" && { reason: "wrong_or_unverified" }),
    cause,
  });
