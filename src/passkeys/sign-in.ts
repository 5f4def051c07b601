import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { Problem } from "../problems";
import { completeSignIn, signedInAnswer } from "../sessions/sign-in";
import { lockUser } from "../users/users.sql";
import { consumeAssertion, verifyAssertion } from "./assertions";

/**
 * Signs in the user of a passkey. It is both factors, so nothing else is asked for.
 * @throws Problem INVALID_PASSKEY, FORBIDDEN for a suspended user
 */
export async function signInWithPasskey(
  app: App,
  visitor: Visitor,
  { passkey }: { passkey: AuthenticationResponseJSON },
) {
  const assertion = await verifyAssertion(app, passkey);
  const verdict = await app.db.write(async (tx) => {
    const user = await lockUser(tx, assertion.passkey.userId);
    if (!user) return new Problem("INVALID_PASSKEY", { reason: "unknown_passkey" });
    const refused = await consumeAssertion(tx, assertion, user.id, visitor.origin);
    return refused ?? completeSignIn(app, tx, visitor, { user, method: "passkey", isTwoFactor: true });
  });
  if (verdict instanceof Problem) throw verdict;
  return signedInAnswer(app, verdict);
}
