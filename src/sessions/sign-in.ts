import { hash } from "node:crypto";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { networkOf } from "../limits/network";
import { enqueueEmail } from "../mail/outbox";
import { type Assertion, consumeAssertion } from "../passkeys/assertions";
import { Problem } from "../problems";
import { consumeCode } from "../two-factor/codes";
import { isTrusted, trustDevice } from "../two-factor/devices";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { isAwaitingEmail } from "../users/activation";
import { profile } from "../users/profile";
import type { UserRow } from "../users/users.sql";
import { deviceKind, deviceName } from "./devices";
import { isNewDevice, rememberSources } from "./known-sources.sql";
import { openSession, tokensOf } from "./sessions";
import type { SessionRow } from "./sessions.sql";

/** How someone proves who they are: `password`, or the name of another method or of a provider. */
export type SignInMethod = string;

/** What a method has proven. */
export interface Proven {
  /** Locked in this transaction. */
  user: UserRow;
  method: SignInMethod;
  /** The method is two factors by itself. */
  isTwoFactor?: boolean;
}

/** What the client sends for a second factor. */
export interface SecondFactor {
  twoFactorCode?: string | undefined;
  /** The use of a passkey, in place of the code. */
  assertion?: Assertion | undefined;
  /** The token of a trusted device, which takes the place of the code. A code that is sent is verified all the same. */
  deviceToken?: string | undefined;
  /** Requests such a token. */
  trustDevice?: boolean | undefined;
}

/** A sign-in that succeeded. */
export interface SignedIn {
  session: SessionRow;
  user: ReturnType<typeof profile>;
  deviceToken: string | undefined;
}

/** How long a sign-in waits for its second factor, in milliseconds. */
const challengeLife = 5 * 60_000;

/** What the challenge of a sign-in holds: what was proven, and how the account was then. */
export interface PendingSignIn {
  userId: UserId;
  method: SignInMethod;
  account: string;
}

/**
 * Decides about every sign-in, whatever its method, and opens the session. Nothing that could be used as a session exists before it has found
 * that nothing is missing. What organizations require of their members is asked by `permit`, at every request.
 * @returns the refusal, to be thrown after the commit; one for a missing second factor carries a challenge, by which the sign-in is continued
 */
export async function completeSignIn(
  app: App,
  tx: Writer,
  visitor: Visitor,
  { user, method, isTwoFactor = false }: Proven,
  second: SecondFactor = {},
): Promise<SignedIn | Problem> {
  const { origin } = visitor;
  if (user.suspendedAt) return new Problem("FORBIDDEN", { reason: "account_suspended" });
  if (user.deletedAt || isAwaitingEmail(app, user)) return new Problem("EMAIL_NOT_VERIFIED");
  const auditActor = { kind: "user", userId: user.id, origin } as const;
  const twoFactorEnabled = await isTwoFactorOn(tx, user.id);
  const { twoFactorCode, assertion } = second;
  // A trusted device takes the place of the code, but the session does not count as one with a second factor.
  const isTrustedDevice = async () =>
    !twoFactorCode && !assertion && (await isTrusted(app, tx, user.id, second.deviceToken));
  const isAsked = twoFactorEnabled && !isTwoFactor && !(await isTrustedDevice());
  const isTrustedNow = twoFactorEnabled && !isTwoFactor && !isAsked;
  let deviceToken = isTrustedNow ? app.deviceTokens.renew("dev", second.deviceToken!) : undefined;
  if (isAsked) {
    if (!twoFactorCode && !assertion) return secondFactorRequired(app, tx, { user, method });
    const wrong = assertion
      ? await consumeAssertion(tx, assertion, user.id, origin)
      : await consumeCode(app, tx, auditActor, twoFactorCode!);
    if (wrong) return wrong;
    if (second.trustDevice) deviceToken = await trustDevice(app, tx, auditActor);
  }
  const twoFactor = isTwoFactor || isAsked;
  await rememberSignIn(tx, user, visitor);
  const session = await openSession(tx, { userId: user.id, method, twoFactor, origin });
  await record(tx, auditActor, {
    action: "session.started",
    chain: user.id,
    target: session.id,
    details: { method, twoFactor },
  });
  return { session, user: profile(user, twoFactorEnabled), deviceToken };
}

function secondFactorRequired(app: App, tx: Writer, { user, method }: Proven): Problem {
  const pending: PendingSignIn = { userId: user.id, method, account: accountState(user) };
  const challenge = app.challenges.issue("sign-in", pending, tx.now.getTime() + challengeLife);
  return new Problem("TWO_FACTOR_REQUIRED", { fields: { challenge } });
}

/** Changes with the password and the email of an account, which end what was begun with the old ones. */
export const accountState = ({ email, passwordHash }: UserRow): string =>
  hash("sha256", JSON.stringify([email, passwordHash]), "base64url").slice(0, 22);

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

/** Runs a way of signing in and counts how it ended: by the code of its refusal, if there is one. */
export async function countedSignIn<T>({ tallies }: App, work: Promise<T>): Promise<T> {
  try {
    const answer = await work;
    tallies.signIns.count("OK");
    return answer;
  } catch (error) {
    tallies.signIns.count(error instanceof Problem ? error.code : "INTERNAL_ERROR");
    throw error;
  }
}

/** The response to a sign-in, once it is committed. */
export const signedInAnswer = (app: App, { session, user, deviceToken }: SignedIn) => ({
  ...tokensOf(app, session),
  user,
  deviceToken,
});
