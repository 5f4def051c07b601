import { PasskeyAssertion } from "../passkeys/assertion.contract";
import { AnyPassword } from "../shapes.contract";
import { OptionalCode } from "../two-factor/code.contract";

/** Proof of identity; not needed within ten minutes of a sign-in or of `POST /auth/reauthenticate`. */
export const identity = {
  password: AnyPassword.optional(),
  twoFactorCode: OptionalCode,
  /** The use of a passkey, which is enough by itself. */
  passkey: PasskeyAssertion.optional(),
};
