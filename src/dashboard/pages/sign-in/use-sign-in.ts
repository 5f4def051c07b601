import { useState } from "react";
import { isBaskError, type LoggedIn } from "../../../sdk/client";
import { signedIn } from "../../data/session";

const deviceToken = "bask.device";

/** What makes this browser a trusted device, if it is one. */
export const trustedDevice = () => localStorage.getItem(deviceToken) ?? undefined;

export interface SignIn {
  /** Signs in, whatever the method. False where a second factor is asked for. */
  attempt(act: () => Promise<LoggedIn>): Promise<boolean>;
  /** Of the sign-in that waits for its second factor. */
  challenge: string | undefined;
  /** Begins anew. */
  startOver(): void;
}

/** What follows every way to sign in: the session, or the question for a second factor. */
export function useSignIn(): SignIn {
  const [challenge, setChallenge] = useState<string>();
  return {
    async attempt(act) {
      try {
        const { user, deviceToken: trusted } = await act();
        if (trusted) localStorage.setItem(deviceToken, trusted);
        signedIn(user);
        return true;
      } catch (error) {
        if (challenge || !isBaskError(error, "TWO_FACTOR_REQUIRED") || !error.challenge) throw error;
        setChallenge(error.challenge);
        return false;
      }
    },
    challenge,
    startOver: () => setChallenge(undefined),
  };
}
