import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { noUser } from "../ids";
import { Problem } from "../problems";
import { findTrustedDevice } from "../two-factor/devices";
import { isAwaitingEmail } from "../users/activation";
import { forgivePreviousPassword, identifyAttempt, recordAttempt, requireUnlocked } from "../users/login-attempts";
import { findUserByEmail, lockUser, replacePassword, type UserRow } from "../users/users.sql";
import { isProven } from "./device-binding";
import { graceOf, judgeRefreshToken } from "./refresh-rule";
import { findSessionByRowId } from "./sessions.sql";
import { completeSignIn, type SecondFactor, signedInAnswer } from "./sign-in";

export interface LoginInput extends SecondFactor {
  email: string;
  password: string;
  /** The refresh token this browser keeps from before. It does not sign anyone in, but strangers who guess do not lock its user out. */
  sessionToken?: string | undefined;
  /** That the device of a bound session has signed, without which its token shows nothing. */
  proof?: string | undefined;
}

/**
 * Signs in a user who sends their password and, where it is on, their second factor. An unknown email, a wrong password, a suspended
 * account and one that waits for its first email get the same response in the same time and are counted alike.
 * @throws Problem INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED, UNAVAILABLE
 */
export async function login(app: App, visitor: Visitor, input: LoginInput) {
  const user = await findUserByEmail(app.db.reader, input.email);
  const attempt = await identifyAttempt(
    app,
    input.email,
    user,
    visitor.origin,
    await possessionOf(app, user, visitor, input),
  );
  await requireUnlocked(app, attempt);
  const isMatch = await app.passwords.verify(user?.passwordHash, input.password, "sign-in");
  const isCorrect = isMatch && !user!.suspendedAt && !isAwaitingEmail(app, user!);
  const stronger =
    isCorrect && app.passwords.isWeak(user!.passwordHash!)
      ? await app.passwords.hash(input.password, "sign-in")
      : undefined;

  const verdict = await app.db.write(async (tx) => {
    const refused = await recordAttempt(tx, attempt, isCorrect);
    if (refused || !user) return refused?.code === "INVALID_CREDENTIALS" ? incorrect(app) : refused;
    const now = await lockUser(tx, user.id);
    if (now?.passwordHash !== user.passwordHash) {
      return incorrect(app, "the password changed during the sign-in");
    }
    if (now.suspendedAt) return incorrect(app, "the user is suspended");
    const outcome = await completeSignIn(app, tx, visitor, { user: now, method: "password" }, input);
    if (stronger && !(outcome instanceof Problem)) {
      await replacePassword(tx, user, stronger, user.previousPasswordHash);
    }
    return outcome;
  });

  if (!verdict || verdict instanceof Problem) {
    if (!isCorrect) await forgivePreviousPassword(app, attempt, user, input.password, "sign-in", verdict);
    throw verdict ?? incorrect(app);
  }
  return signedInAnswer(app, verdict);
}

/** The live session or trusted device whose token the client sent, if it is the user's. An email without an account is looked up alike. */
async function possessionOf(
  app: App,
  user: UserRow | undefined,
  { origin }: Visitor,
  { sessionToken, proof, deviceToken }: LoginInput,
) {
  const token = sessionToken === undefined ? undefined : app.refreshTokens.read(sessionToken);
  const session = token && (await findSessionByRowId(app.db.reader, token.rowId, token.session));
  const isSigned = !session?.deviceKey || isProven(app, origin, session.id, proof);
  if (session && session.userId === user?.id && isSigned) {
    const now = app.clock.date();
    const standing = judgeRefreshToken(token!, session, { at: now.getTime(), now, grace: graceOf(app) });
    if (standing === "current" || standing === "parent") return session.id;
  }
  return findTrustedDevice(app, user?.id ?? noUser, deviceToken);
}

/** The one refusal of a sign-in. Where emails must be verified, it reminds everyone of that, so that it tells nothing about anyone. */
const incorrect = ({ config }: App, cause?: string) =>
  new Problem("INVALID_CREDENTIALS", {
    ...(config.emailVerification === "required" && { reason: "wrong_or_unverified" }),
    cause,
  });
