import type { PasskeyAssertion } from "../../sdk/client";
import { bask } from "./client";

/** Whether this browser can use passkeys. */
export const canUsePasskeys =
  typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

let offer: AbortController | undefined;

/**
 * Lets the browser offer passkeys where the email is typed. Where it cannot, or the user takes none, nothing happens.
 * @returns takes the offer back
 */
export function offerPasskeys(use: (passkey: PasskeyAssertion) => void): () => void {
  const mine = new AbortController();
  offer = mine;
  async function wait() {
    if (!canUsePasskeys || !(await PublicKeyCredential.isConditionalMediationAvailable?.()) || mine.signal.aborted)
      return;
    use(await bask.passkeys.use({ mediation: "conditional", signal: mine.signal }));
  }
  wait().catch(() => {});
  return () => mine.abort();
}

/** Asks for a passkey now. Browsers do one of both at a time. */
export function usePasskey(): Promise<PasskeyAssertion> {
  offer?.abort();
  return bask.passkeys.use();
}
