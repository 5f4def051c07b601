import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { consumeChallenge, releaseChallenge } from "../challenges/challenges.sql";
import { verifyAssertion } from "../passkeys/assertions";
import { Problem } from "../problems";
import { lockUser } from "../users/users.sql";
import { accountState, completeSignIn, type PendingSignIn, type SecondFactor, signedInAnswer } from "./sign-in";

/**
 * Completes a sign-in that waits for its second factor, whatever its first was. The challenge works once; a wrong second factor does not use it.
 * @throws Problem INVALID_CHALLENGE, also when the password or email changed meanwhile, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, INVALID_PASSKEY,
 * ACCOUNT_TEMPORARILY_LOCKED, FORBIDDEN for a suspended user
 */
export async function continueSignIn(
  app: App,
  visitor: Visitor,
  {
    challenge: text,
    passkey,
    ...second
  }: Omit<SecondFactor, "assertion"> & { challenge: string; passkey?: AuthenticationResponseJSON | undefined },
) {
  const challenge = app.challenges.read<PendingSignIn>("sign-in", text, app.clock.now());
  if (!challenge) throw new Problem("INVALID_CHALLENGE");
  const { userId, method, account } = challenge.content;
  const assertion = passkey && (await verifyAssertion(app, passkey));
  const verdict = await app.db.write(async (tx) => {
    const user = await lockUser(tx, userId);
    if (!user || accountState(user) !== account || !(await consumeChallenge(tx, challenge))) {
      return new Problem("INVALID_CHALLENGE");
    }
    const outcome = await completeSignIn(app, tx, visitor, { user, method }, { ...second, assertion });
    if (outcome instanceof Problem) await releaseChallenge(tx, challenge);
    return outcome;
  });
  if (verdict instanceof Problem) throw verdict;
  return signedInAnswer(app, verdict);
}
