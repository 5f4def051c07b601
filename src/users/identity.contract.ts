import { PasskeyAssertion } from "../passkeys/assertion.contract";
import { AnyPassword } from "../shapes.contract";
import { OptionalCode } from "../two-factor/code.contract";

/** Proof of identity; not needed within ten minutes of a sign-in or of `POST /auth/reauthenticate`. */
export const identity = {
  password: AnyPassword.optional().describe(
    "Not needed within ten minutes of a sign-in or of `POST /auth/reauthenticate`.",
  ),
  twoFactorCode: OptionalCode.describe(
    "With two-factor authentication on: six digits from the authenticator app, or a backup code.",
  ),
  passkey: PasskeyAssertion.optional().describe("The use of a passkey, which is enough by itself."),
};
